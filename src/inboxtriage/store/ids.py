"""The ids that people type: m7 is a message in the queue, o3 is in the outbox, p12 is a person."""

from inboxtriage.errors import NotFound

MESSAGE, OUTGOING, LEAD = "m", "o", "p"
_WHAT = {MESSAGE: "message", OUTGOING: "mail in the outbox", LEAD: "lead"}


def shown(prefix: str, number: int) -> str:
    """The id of a row."""
    return f"{prefix}{number}"


def number(prefix: str, text: str) -> int:
    """The row that an id names. Raises NotFound where it is no id of that kind."""
    digits = text.strip().lower().removeprefix(prefix)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 15:
        raise NotFound(f"{text!r} is no {_WHAT[prefix]}: its id looks like {prefix}7", do="see `inboxtriage queue`")
    return int(digits)
