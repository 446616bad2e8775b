"""The ids that people type: m7 is a message in the queue, o3 is in the outbox, p12 is a person."""

from inboxtriage.errors import NotFound

MESSAGE, OUTGOING, LEAD = "m", "o", "p"
_WHAT = {MESSAGE: ("message", "queue"), OUTGOING: ("mail in the outbox", "outbox"), LEAD: ("lead", "lead list")}


def shown(prefix: str, number: int) -> str:
    """The id of a row."""
    return f"{prefix}{number}"


def number(prefix: str, text: str) -> int:
    """The row that an id names. Raises NotFound where it is no id of that kind."""
    digits = text.strip().lower().removeprefix(prefix)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 15:
        what, where = _WHAT[prefix]
        raise NotFound(f"{text!r} is no {what}: its id looks like {prefix}7", do=f"see `inboxtriage {where}`")
    return int(digits)
