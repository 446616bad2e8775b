"""Days of a person's year, such as a birthday: YYYY-MM-DD, or --MM-DD where the year is not known (RFC 6350)."""

import re
from calendar import isleap
from datetime import date

_STATED = re.compile(r"(?:[0-9]{4}|-)-([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2000


def stated(text: str) -> str | None:
    """The one spelling of what somebody wrote ("1980-05-12", "05-12", "--05-12"); None where it is no day."""
    written = text.strip()
    if re.fullmatch(r"[0-9]{2}-[0-9]{2}", written):
        written = f"--{written}"
    try:
        if written[:1].isdigit():
            date.fromisoformat(written)
    except ValueError:
        return None
    return written if day_of(written, _LEAP_YEAR) is not None else None


def day_of(stated: str, year: int) -> date | None:
    """The day of `year` on which it comes round; None where it names no day.

    The 29th of February is the first of March in a year that has none: no wish comes early.
    """
    found = _STATED.fullmatch(stated)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    if (month, day) == (2, 29) and not isleap(year):
        month, day = 3, 1
    try:
        return date(year, month, day)
    except ValueError:
        return None
