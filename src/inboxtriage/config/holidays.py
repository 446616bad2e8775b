"""Public holidays by code: which codes there are, and the days of a year. The one door to the holidays library.

Importing that library and a country takes a tenth of a second. It is imported only where days are asked for, or a
code is not among those of `holiday_codes.txt`.
"""
# ruff: noqa: PLC0415

import difflib
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holidays import HolidayBase

_CODE = re.compile(r"(?P<country>[A-Z]{2,3})(?:-(?P<part>\S.{0,60}))?")
_LOOKS = 'write a country like "US", a part of one like "US-NY", or a date like "2026-12-24"'


def days_of(code: str, year: int) -> frozenset[date]:
    """The public holidays of one year, days on which they are observed instead included.

    `code` is a country of ISO 3166-1 ("US") or a part of one (ISO 3166-2, "US-NY"). An unknown one has no holidays:
    `fault` tells it when the configuration is read.
    """
    found = _calendar(code, year)
    return frozenset() if found is None else frozenset(day for day in found if day.year == year)


def fault(code: str) -> str | None:
    """What is wrong with a code, for a person, with the nearest one that there is; None where it is known."""
    if code in _well_known() or _calendar(code) is not None:
        return None
    near = _near(code)
    return f"{code[:40]!r} is no date and no country's code; {_LOOKS}" + (f"; did you mean {near}?" if near else "")


def _calendar(code: str, year: int | None = None) -> "HolidayBase | None":
    shape = _CODE.fullmatch(code)
    if shape is None:
        return None
    from holidays import country_holidays

    try:
        found = country_holidays(shape["country"], subdiv=shape["part"], years=year)
    except NotImplementedError:  # no such country, or no such part of it
        return None
    return found if getattr(found, "country", None) else None  # the library knows stock exchanges too


def _near(code: str) -> str | None:
    """The code that was probably meant: in other letters, with a slip, or the country by its English name."""
    import holidays

    by_name = getattr(getattr(holidays, code.title().replace(" ", ""), None), "country", None)
    if isinstance(by_name, str):
        return by_name
    written = code.strip().upper()
    if _calendar(written) is not None:
        return written
    return next(iter(difflib.get_close_matches(written, _all_codes(), n=1, cutoff=0.75)), None)


@cache
def _well_known() -> frozenset[str]:
    return frozenset(files("inboxtriage.config").joinpath("holiday_codes.txt").read_text("utf-8").split())


def _all_codes() -> "Iterator[str]":
    from holidays import list_supported_countries

    for country, parts in list_supported_countries().items():
        yield country
        yield from (f"{country}-{part}" for part in parts)
