"""Telephone numbers as people write them, brought to one form, so that a caller is known again."""

import re

# Digits with what is written between them. A slash between spaces parts two numbers; one inside belongs to its number.
_NUMBER = re.compile(r"\+?[0-9](?:[ \t\xa0().\u2010-\u2015-]{0,4}(?:(?<=[0-9])/)?[0-9]){4,}")
_TRUNK_ZERO = re.compile(r"(\+[0-9 ]{1,5})\(0\)")  # "+44 (0)20": the zero is dialled only without the country code
_BROKEN = re.compile(
    r"\s*[\d.,]+e\+?\d+\s*", re.IGNORECASE
)  # what a spreadsheet makes of a long number: digits are gone
_AS_FLOAT = re.compile(r"\s*(\d+)\.0\s*")
_MOST_DIGITS = 15  # ITU-T E.164
_NORTH_AMERICAN = re.compile(r"\+?1(\d{10})")


def dialled(text: str) -> str | None:
    """The first number in `text`: its digits, behind a + where there was one; None where there is none.

    "+1 (555) 010-0123 ext. 4" is "+15550100123". A number as a spreadsheet shortens it ("1.555E+10") is none.
    """
    if _BROKEN.fullmatch(text):
        return None
    as_float = _AS_FLOAT.fullmatch(text)
    found = _NUMBER.search(as_float[1] if as_float else _TRUNK_ZERO.sub(r"\1", text))
    if found is None:
        return None
    digits = "".join(c for c in found[0] if c.isdigit())
    if not 5 <= len(digits) <= _MOST_DIGITS:
        return None
    return ("+" if found[0].startswith("+") else "") + digits


def same_line(text: str) -> str | None:
    """What two spellings of one number have in common: "+1 555 010 0123" and "555-010-0123" give the same.

    The country code is left away only where it can be told from the rest: in the North American plan. None where
    `text` holds no number.
    """
    number = dialled(text)
    if number is None:
        return None
    if number.startswith("00"):
        number = f"+{number[2:]}"
    at_home = _NORTH_AMERICAN.fullmatch(number)
    return at_home[1] if at_home else number
