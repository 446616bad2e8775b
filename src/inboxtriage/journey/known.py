"""What a list of people says of somebody besides who they are, read strictly: what is in doubt is none. Pure."""

import re
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inboxtriage import shipped
from inboxtriage.journey.lead import TIERS
from inboxtriage.journey.stage import OUTCOMES, Outcome

_YEARLY = re.compile(r"--?(\d\d)-?(\d\d)|(\d\d)-(\d\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_TIME = re.compile(r"[T ]\d\d:?\d\d.*")
_LEAP_YEAR = 2000  # in which every day of a year exists


def day(text: str) -> str | None:
    """A day as YYYY-MM-DD, or --MM-DD where no year is told; None where it is none, or could be two.

    "5/12/1980" could be two: in May, or in December. "25/12/1980" could not.
    """
    written = _TIME.sub("", text.strip())
    if yearly := _YEARLY.fullmatch(written):
        month, number = (int(part) for part in yearly.groups() if part is not None)
        found = _date(_LEAP_YEAR, month, number)
        return f"--{found:%m-%d}" if found else None
    if slashed := _SLASHED.fullmatch(written):
        one, other, year = (int(part) for part in slashed.groups())
        meant = {one.isoformat() for one in (_date(year, one, other), _date(year, other, one)) if one is not None}
        return meant.pop() if len(meant) == 1 else None
    parts = _COMPACT.fullmatch(written)
    whole = _date(*map(int, parts.groups())) if parts else _date_of(written)
    return whole.isoformat() if whole else None


def named_days(text: str) -> dict[str, str]:
    """Days with names, as an export writes them: "first session=2024-05-12; x=--02-29". What is none is left out."""
    found = {}
    for part in text.split(";"):
        name, _, written = part.rpartition("=")
        if name.strip() and (value := day(written)) is not None:
            found[name.strip()] = value
    return found


def tier(text: str) -> str | None:
    """A tier; None where it is none."""
    return next((one for one in TIERS if one == text.strip().upper()), None)


def outcome(text: str) -> Outcome | None:
    """An outcome; None where it is none."""
    written = re.sub(r"[\s-]+", "_", text.strip().lower())
    return next((one for one in OUTCOMES if one == written), None)


def language(text: str) -> str | None:
    """The two letters of a language, from them ("es", "es-MX") or its name in English or Spanish; None for others."""
    written = text.strip().lower()
    code = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", written)
    return code[1] if code else _languages().get(written)


def zone(text: str) -> str | None:
    """A time zone of the IANA database ("Europe/Madrid"); None for others."""
    written = text.strip()
    if "/" not in written and written != "UTC":
        return None
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return written


def yes(text: str) -> bool | None:
    """Yes or no, in English or Spanish; None for others."""
    return _yes_or_no().get(text.strip().lower())


@cache
def _languages() -> dict[str, str]:
    read = shipped.table("journey", "columns")["languages"]
    return {word: str(code) for code, words in read.items() for word in words}


@cache
def _yes_or_no() -> dict[str, bool]:
    read = shipped.table("journey", "columns")["yes_or_no"]
    return {word: said == "yes" for said, words in read.items() for word in words}


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _date_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
