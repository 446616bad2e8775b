"""Stretches of days by their names ("next week", "the holidays", "in two weeks") and the words that bound them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from inboxtriage.triage.asks.dates import MONTH, Named, month_end
from inboxtriage.triage.asks.stances import any_of, lists, merged

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_COUNTS = {word: int(number) for number, words in lists("counts").items() for word in words}
_FILLER = r"(?: (?:the|this|next|coming|my|our|el|la|los|las|de|on|about|around|like|week of|dia|end of|le))*"
_BOUND = re.compile(
    r"(?<![\w'])(?<!come )(?<!drop )(?<!stop )(?<!swing )(?:"
    + "|".join(f"(?P<{kind}>{any_of(words)})" for kind, words in lists("bounds").items())
    + rf"){_FILLER} $"
)
_COUNT = (
    rf"(?:about |around |like |just |unos |unas )?(?P<n>\d{{1,2}}|{any_of(list(_COUNTS))})[ -]"
    r"(?P<unit>day|week|wk|month|dia|semana|mes)(?:e?s)?\b"
)
_NEXT = r"(?:next|coming|following|proximos|proximas|siguientes)"
_WITHIN = re.compile(
    rf"\b(?:(?:with)?in|over|during|for|en|some ?time in)(?: (?:the|los|las))? {_NEXT} "
    rf"(?:{_COUNT}|(?P<one>week|month|semana|mes)\b)"
    r"|\b(?:within|inside(?: of)?|en menos de|en un plazo de)(?: the next)? "
    + _COUNT.replace("<n>", "<m>").replace("<unit>", "<kind>")
)
_IN = re.compile(rf"\b(?:in|en|dentro de|d'ici|dans) {_COUNT}")
_OFTEN = re.compile(
    r"\b(?:once|twice|thrice|times?|days?|sessions?|hours?|visits?|lessons?|veces|vez|dias?|sesiones|x|\d+x?|nights?|"
    rf"mornings?|{any_of(list(_COUNTS))}) $"
)
_UP_TO = r"(?:-|–|—|to|and|through|thru|until|till|al|a|y|hasta)(?: (?:the|el))?"
_RUN_BEFORE = re.compile(rf"(?<![\w$./:])(?:the |el |del )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?{_UP_TO} ?$")
_RUN_BEHIND = re.compile(
    rf"^ ?{_UP_TO} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:/]| ?[ap]\.?m| ?(?:of |de )?{MONTH}\b)"
)
_BEHIND_MONTH = re.compile(rf"\b{MONTH}\.? (?:the )?$")


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + 6 * _DAY


def _month(day: date, ahead: int) -> tuple[date, date]:
    count = day.month - 1 + ahead
    first = date(day.year + count // 12, count % 12 + 1, 1)
    return first, month_end(first)


def _yearly(month: int, day: int, days: int = 1) -> Callable[[date], tuple[date, date]]:
    """The days that begin on this date each year: those that run on `sent`, else the next."""

    def coming(sent: date) -> tuple[date, date]:
        starts = (date(sent.year + ahead, month, day) for ahead in (-1, 0, 1))
        return next((s, s + (days - 1) * _DAY) for s in starts if s + (days - 1) * _DAY >= sent)

    return coming


def _thanksgiving(sent: date) -> tuple[date, date]:
    """The fourth Thursday of November (5 U.S.C. 6103), this year's or the next."""
    for year in (sent.year, sent.year + 1):
        first = date(year, 11, 1)
        day = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        if day >= sent:
            break
    return day, day


def _easter(sent: date) -> tuple[date, date]:
    """The next Easter Sunday, by the Gregorian rule as Meeus gives it (Astronomical Algorithms, chapter 8)."""
    for year in (sent.year, sent.year + 1):
        a, b, c = year % 19, year // 100, year % 100
        h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
        i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
        m = (a + 11 * h + 22 * i) // 451
        day = date(year, (h + i - 7 * m + 114) // 31, (h + i - 7 * m + 114) % 31 + 1)
        if day >= sent:
            break
    return day, day


def _new_year(sent: date) -> tuple[date, date]:
    day = date(sent.year + 1, 1, 1)
    return day, day


def _weekend(sent: date) -> tuple[date, date]:
    saturday = _week(sent)[0] + 5 * _DAY
    return saturday, saturday + _DAY


_COUNTED_OUT: Mapping[str, Callable[[date], tuple[date, date | None]]] = {
    "today": lambda sent: (sent, sent),
    "tomorrow": lambda sent: (sent + _DAY, sent + _DAY),
    "day_after_tomorrow": lambda sent: (sent + 2 * _DAY, sent + 2 * _DAY),
    "this_week": lambda sent: (sent, _week(sent + _DAY)[1]),  # of a Sunday people mean the week that begins
    "next_week": lambda sent: _week(sent + _WEEK),
    "this_or_next_week": lambda sent: (sent, _week(sent + _WEEK)[1]),
    "week_after_next": lambda sent: _week(sent + 2 * _WEEK),
    "this_weekend": _weekend,
    "next_weekend": lambda sent: _weekend(sent + _WEEK),
    "weekend": _weekend,
    "this_month": lambda sent: (sent, month_end(sent)),
    "next_month": lambda sent: _month(sent, 1),
    "end_of_week": lambda sent: (_week(sent)[1], _week(sent)[1]),
    "end_of_month": lambda sent: (month_end(sent), month_end(sent)),
    "end_of_year": _yearly(12, 31),
    "first_of_month": lambda sent: (_month(sent, 1)[0], _month(sent, 1)[0]),
    "new_year": _new_year,
    "holidays": _yearly(12, 24, 9),
    "christmas": _yearly(12, 25),
    "thanksgiving": _thanksgiving,
    "easter": _easter,
    "halloween": _yearly(10, 31),
    "soon": lambda sent: (sent, None),
    "few_days": lambda sent: (sent, sent + 4 * _DAY),
    "few_weeks": lambda sent: (sent, sent + 3 * _WEEK),
    "few_months": lambda sent: (sent, sent + 92 * _DAY),
}


def stretches(text: str, sent: date) -> list[Named]:
    """The stretches that plain `text` names, of two in one place the longer; `name` says which each one is."""
    found = [(start, end, name) for name, spans in merged("stretches").spans(text).items() for start, end in spans]
    apart = [
        (start, end, name)
        for start, end, name in found
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]
    return [Named(start, end, *_COUNTED_OUT[name](sent), name=name) for start, end, name in apart if name != "none"]


def counted(text: str, sent: date) -> list[Named]:
    """Stretches that are counted: "within two weeks" from `sent` on, "in two weeks" the whole week two weeks on."""
    found = []
    for match in _WITHIN.finditer(text):
        number, unit = match["n"] or match["m"] or "1", match["unit"] or match["kind"] or match["one"]
        last = sent + _number(number) * _days_of(unit)
        found.append(Named(*match.span(), sent, last, name="within"))
    for match in _IN.finditer(text):
        if _OFTEN.search(text[: match.start()]):
            continue
        day = sent + (number := _number(match["n"])) * _days_of(match["unit"])
        unit = match["unit"][0]
        first, last = _week(day) if unit in "ws" else (day, day) if unit == "d" else _month(sent, number)
        found.append(Named(*match.span(), max(first, sent), last, name="in"))
    return found


def run_of(text: str, day: Named) -> Named | None:
    """The run of days that `day` ends or begins ("3-10 December", "the 3rd to the 10th", "December 3-10"), if any."""
    if day.first is None or "/" in text[day.start : day.end]:
        return None
    before = _RUN_BEFORE.search(text[: day.start])
    if before is not None and _BEHIND_MONTH.search(text[: before.start("day")]):
        return None  # "May 16 to Aug 20" are two dates
    if before is not None and 0 < (number := int(before["day"])) < day.first.day:
        return Named(before.start(), day.end, day.first.replace(day=number), day.first, explicit=True)
    behind = _RUN_BEHIND.match(text[day.end :])
    if behind is not None and day.first.day < (number := int(behind["day"])) <= month_end(day.first).day:
        return Named(day.start, day.end + behind.end(), day.first, day.first.replace(day=number), explicit=True)
    return None


def bound_before(text: str, start: int) -> tuple[str, int] | None:
    """What bounds the day or stretch at `start`, by the names of vocabulary/bounds.toml, and where its words begin.

    None where nothing does.
    """
    low = max(0, start - 40)
    found = _BOUND.search(text[low:start])
    if found is None or found.lastgroup is None:
        return None
    return found.lastgroup, low + found.start()


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


def _days_of(unit: str) -> timedelta:
    return {"d": _DAY, "w": _WEEK, "s": _WEEK}.get(unit[0], 30 * _DAY)
