"""Feasts and public holidays that a text names, each with its next date (vocabulary/when/holidays.toml)."""

import re
from datetime import date, timedelta

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.asks.when.stances import any_of, lists, merged

_DAY = timedelta(days=1)
_RULE = re.compile(
    r"(?:(?P<month>\d+)-(?:(?P<day>\d+)|(?P<weekday>[a-z]{3})-(?P<nth>\d|last))|easter)(?P<shift>[+-]\d+)?"
)
_RULES = {rule: read for rule in lists("holidays") if (read := _RULE.fullmatch(rule)) is not None}
_AROUND = lists("around_days")
_SEASON = re.compile(any_of(_AROUND["seasons"]))
_UPON = re.compile(rf"(?<!\w){any_of(_AROUND['upon'])} $")
_NO_DAY = re.compile(rf" {any_of(_AROUND['no_day'])}(?!\w)")


def holidays(text: str, sent: date) -> list[tuple[int, int, date, bool]]:
    """The feasts that plain `text` names: from and to, its next date from `sent` on, and whether it is surely a day.

    "Thanksgiving" alone is a time of the year as well and no sure day; "on Thanksgiving" and "Memorial Day" are.
    "Thanksgiving weekend" is left out.
    """
    named = merged("holidays").spans(text)
    spans = [(start, end, rule) for rule, found in named.items() for start, end in found]
    return [
        (start, end, holiday(rule, sent), not _SEASON.fullmatch(text, start, end) or bool(_UPON.search(text[:start])))
        for start, end, rule in sorted(spans)
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
        and not _NO_DAY.match(text, end)
    ]


def holiday(rule: str, sent: date) -> date:
    """The next date on or after `sent` that the rule gives ("12-25", "11-thu-4", "5-mon-last", "easter-2")."""
    this = _in_year(rule, sent.year)
    return this if this >= sent else _in_year(rule, sent.year + 1)


def _in_year(rule: str, year: int) -> date:
    read = _RULES[rule]
    shift = int(read["shift"] or 0) * _DAY
    if read["month"] is None:
        return _easter(year) + shift
    if read["day"]:
        return date(year, int(read["month"]), int(read["day"])) + shift
    first = date(year, int(read["month"]), 1)
    day = first + (DAYS.index(read["weekday"]) - first.weekday()) % 7 * _DAY
    if read["nth"] != "last":
        return day + (int(read["nth"]) - 1) * 7 * _DAY + shift
    return max(d for weeks in (3, 4) if (d := day + weeks * 7 * _DAY).month == first.month) + shift


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule as Meeus gives it (Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    return date(year, (h + i - 7 * m + 114) // 31, (h + i - 7 * m + 114) % 31 + 1)
