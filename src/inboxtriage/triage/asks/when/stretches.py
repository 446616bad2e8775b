"""Stretches of days by their names ("next week", "the holidays", "in two weeks") and the words that bound them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from inboxtriage.triage.asks.when.dates import MONTH, Named, month_end, month_number, month_of
from inboxtriage.triage.asks.when.holidays import holiday
from inboxtriage.triage.asks.when.stances import any_of, lists, merged

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_COUNTS = {word: int(number) for number, words in lists("counts").items() for word in words}
_FILLER = r"(?: (?:the|this|next|coming|my|our|el|la|los|las|de|on|about|around|like|week of|dia|end of|le))*"
_NO_VISIT = "(?<!come )(?<!drop )(?<!stop )(?<!swing )"  # "come by", "come for Easter"
_BOUND = re.compile(
    r"(?<![\w'])(?:"
    + "|".join(
        f"{_NO_VISIT if kind in {'by', 'during'} else ''}(?P<{kind}>{any_of(words)})"
        for kind, words in lists("bounds").items()
    )
    + rf"){_FILLER} $"
)
_WEEK_OF = re.compile(r"\bweek of\b")
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
_UP_TO = r"(?:-|–|—|to|(?P<and>and|y)|through|thru|until|till|al|a|hasta)(?: (?:the|el))?"
_BETWEEN = re.compile(r"\b(?:between|entre)(?: the| el)? ?$")
_RUN_BEFORE = re.compile(rf"(?<![\w$./:])(?:the |el |del )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?{_UP_TO} ?$")
_RUN_BEHIND = re.compile(
    rf"^ ?{_UP_TO} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:/]| ?[ap]\.?m| ?(?:of |de )?{MONTH}\b)"
)
_PART = re.compile(
    r"(?<![\w'-])(?:"
    + "|".join(f"(?P<p{n}>{any_of(words)})" for n, words in enumerate(lists("month_parts").values()))
    + rf")(?: |(?<=[ -]))(?:(?P<month>{MONTH})\b|(?P<next>{any_of(lists('stretches')['next_month'])})"
    r"|(?P<this>(?:this|the|este|el|l) (?:month|mes)|mes))(?![\w'])"
)
_ENDING = re.compile(r"\b(?:end|fin\w*)\b")
_PARTS = [tuple(map(int, days.rsplit("-", 1))) if days[0] != "-" else None for days in lists("month_parts")]
_BEHIND_MONTH = re.compile(rf"\b{MONTH}\.? (?:the )?$")


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + 6 * _DAY


def _month(day: date, ahead: int) -> tuple[date, date]:
    count = day.month - 1 + ahead
    first = date(day.year + count // 12, count % 12 + 1, 1)
    return first, month_end(first)


def _yearly(rule: str, days: int = 1) -> Callable[[date], tuple[date, date]]:
    """The `days` that begin each year on the date of the rule: those that run on `sent`, else the next."""

    def coming(sent: date) -> tuple[date, date]:
        first = holiday(rule, sent - (days - 1) * _DAY)
        return first, first + (days - 1) * _DAY

    return coming


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
    "end_of_year": _yearly("12-31"),
    "first_of_month": lambda sent: (_month(sent, 1)[0], _month(sent, 1)[0]),
    "new_year": _new_year,
    "holidays": _yearly("12-24", 9),
    "christmas": _yearly("12-25"),
    "thanksgiving": _yearly("11-thu-4"),
    "thanksgiving_week": lambda sent: _week(holiday("11-thu-4", sent)),
    "christmas_week": lambda sent: _week(holiday("12-25", sent)),
    "easter": _yearly("easter+0"),
    "halloween": _yearly("10-31"),
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


def month_parts(text: str, sent: date) -> list[Named]:
    """The parts of a month that plain `text` names: "the second week of January" (8th to 14th), "mid-May", "late June".

    "The month" is that of `sent`, or the next where this part of it has passed.
    """
    found = []
    for match in _PART.finditer(text):
        number = next(n for n in range(len(_PARTS)) if match[f"p{n}"])
        if match["month"]:
            month = month_of(month_number(match["month"]), sent)[0]
        else:
            month = _month(sent, 1 if match["next"] else 0)[0]
        first, last = _part_of(month, _PARTS[number])
        if match["this"] and last < sent:
            first, last = _part_of(_month(sent, 1)[0], _PARTS[number])
        name = "end_of_part" if _ENDING.search(match.group()) else "month_part"
        found.append(Named(*match.span(), first, last, name=name))
    return found


def _part_of(month: date, days: tuple[int, ...] | None) -> tuple[date, date]:
    """The days of the month from the one to the other, or its last seven."""
    last = month_end(month)
    if days is None:
        return last - 6 * _DAY, last
    return month.replace(day=days[0]), month.replace(day=min(days[1], last.day))


def run_of(text: str, day: Named) -> Named | None:
    """The run of days that `day` ends or begins ("3-10 December", "the 3rd to the 10th", "December 3-10"), if any."""
    if day.first is None or "/" in text[day.start : day.end]:
        return None
    before = _RUN_BEFORE.search(text[: day.start])
    if before is not None and before["and"] and not _BETWEEN.search(text[: before.start()]):
        before = None  # "the 3rd and 4th of May" are two dates
    if before is not None and _BEHIND_MONTH.search(text[: before.start("day")]):
        return None  # "May 16 to Aug 20" are two dates
    if before is not None and 0 < (number := int(before["day"])) < day.first.day:
        return Named(before.start(), day.end, day.first.replace(day=number), day.first, explicit=True)
    behind = _RUN_BEHIND.match(text[day.end :])
    if behind is not None and behind["and"] and not _BETWEEN.search(text[: day.start]):
        return None
    if behind is not None and day.first.day < (number := int(behind["day"])) <= month_end(day.first).day:
        return Named(day.start, day.end + behind.end(), day.first, day.first.replace(day=number), explicit=True)
    return None


def bound_before(text: str, start: int) -> tuple[str, int] | None:
    """What bounds the day or stretch at `start` (vocabulary/when/bounds.toml), and where its words begin.

    None where nothing does.
    """
    low = max(0, start - 40)
    found = _BOUND.search(text[low:start])
    if found is None or found.lastgroup is None:
        return None
    kind = found.lastgroup
    if kind in {"begin", "during"} and _WEEK_OF.search(found.group()):
        kind = "week_of"  # "could we start the week of the 4th?"
    return kind, low + found.start()


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


def _days_of(unit: str) -> timedelta:
    return {"d": _DAY, "w": _WEEK, "s": _WEEK}.get(unit[0], 30 * _DAY)
