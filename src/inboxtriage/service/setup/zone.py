"""The time zone of this computer, and the one that somebody means."""

import difflib
import os
import unicodedata
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from inboxtriage import shipped
from inboxtriage.errors import UsageProblem

_MARK = "zoneinfo/"
_NEAR = 0.8  # how like a known name one must be to be proposed


def of_this_computer() -> str:
    """The zone that the system is set to, by its name; UTC where it does not say."""
    try:
        link = os.fspath(Path("/etc/localtime").readlink())
    except OSError:
        link = ""
    try:
        written = Path("/etc/timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        written = ""
    candidates = (os.environ.get("TZ", "").lstrip(":"), link.partition(_MARK)[2], written)
    return next((name for name in candidates if name and _exists(name)), "UTC")


def meant(text: str) -> str:
    """The zone of this name, city, state or country ("new york", "Des Moines, IA"). Raises UsageProblem.

    What a near slip of the pen could mean is proposed, never taken.
    """
    known, plain = _known(), _plain(text)
    parts = [part for one in text.split(",") if (part := _plain(one))]
    for name in (plain, " ".join(parts), *parts):
        if name in known:
            return known[name]
    near = difflib.get_close_matches(parts[0] if parts else "", known, n=1, cutoff=_NEAR)
    guess = f"did you mean {known[near[0]]}?" if near else "write the nearest large city, like Chicago or Berlin"
    raise UsageProblem(f"there is no time zone {text!r}", do=guess)


@cache
def _known() -> dict[str, str]:
    """Every name by which a zone is found, in plain letters. The names of zones count before all others."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    cities = {_plain(zone.rpartition("/")[2]): zone for zone in reversed(zones)}
    table = shipped.table("service.setup", "places")
    places = {_plain(name): zone for zone, names in table.items() for name in names}
    return cities | places | {_plain(zone): zone for zone in zones}


def _plain(text: str) -> str:
    """In lower case and without accents, with blanks for what stands between words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in ".'’")
    return " ".join(kept.replace("_", " ").replace("-", " ").split())


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
