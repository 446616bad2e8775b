"""By which day something is needed, where no time on it is asked for: "my exam is tomorrow", "court on Monday". Pure.

It only orders the work of a person, so it would rather name a day too many than one too few.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from inboxtriage.triage.asks.when.dates import Named, calendar_days, next_weekday, weekdays
from inboxtriage.triage.asks.when.timeframe import day_of
from inboxtriage.triage.phrases import Phrases, plain, table

_TOMORROW_ES = re.compile(r"(?<!la )(?<!esta )(?<!de )\bmanana\b(?! por la manana)")
_COUNTS = {word: int(number) for number, words in table("when/counts").items() for word in words}
_LONGEST_STRETCH = 60  # days ahead
_MANY = re.compile(r"(?:day|sabado|domingo)s$")
_NEAR = 24  # letters before a day in which what leads to it stands
_LONGEST = 600  # letters of a sentence


def deadline(sentences: Sequence[str], sent: datetime | None) -> date | None:
    """The nearest day, on or after that on which the mail was sent, by which its writer needs something."""
    start = day_of(sent)
    if start is None:
        return None
    texts = [" ".join(plain(sentence[:_LONGEST]).split()) for sentence in sentences]
    found = (
        day
        for text, following in zip(texts, [*texts[1:], ""], strict=False)
        if not _stands("past", text)
        for day in _days(text, start)
        if _stands("event", text) or _stands("bound_here", text) or _leads(text, day[0]) or _stands("bound", following)
    )
    ends = (
        day
        for text in texts
        if not _stands("past", text)
        for day, how in _stretches(text, start)
        if how == "within" or _stands("event", text)
    )
    return min((day for day in (*(day for _, day in found), *ends) if day >= start), default=None)


def _days(text: str, sent: date) -> Iterator[tuple[int, date]]:
    """The days that a sentence names, and where."""
    on = calendar_days(text, sent)
    for day in on:
        if day.first is not None:
            yield day.start, day.first
    for day in weekdays(text):
        if day.weekday is not None and not _MANY.search(text[day.start : day.end]) and not _within(day, on):
            yield day.start, next_weekday(day.weekday, sent, today=True)
    ahead = [(at, 1) for at in _places("tomorrow", text)] + [(at, 0) for at in _places("today", text)]
    ahead += [(match.start(), 1) for match in _TOMORROW_ES.finditer(text)]
    yield from ((at, sent + timedelta(days=days)) for at, days in ahead)


def _stretches(text: str, sent: date) -> Iterator[tuple[date, str]]:
    """The days at the end of a number of days in which something has to be, each with the list that says so."""
    for name in ("within", "with_event"):
        for pattern in _patterns(name):
            for match in pattern.finditer(text):
                count = int(match["n"]) if match["n"].isdigit() else _COUNTS[match["n"]]
                days = count * (7 if match["unit"].startswith(("week", "semana")) else 1)
                if days <= _LONGEST_STRETCH:
                    yield sent + timedelta(days=days), name


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    data = table("deadline")
    number = r"\d{1,2}|" + "|".join(sorted(_COUNTS, key=len, reverse=True))
    unit = "|".join([*data["days"], *data["weeks"]])
    return [re.compile(rf"\b{p.replace('{n}', number).replace('{unit}', unit)}\b") for p in data[name]]


def _within(day: Named, others: Sequence[Named]) -> bool:
    return any(other.start < day.end and day.start < other.end for other in others)


def _leads(text: str, at: int) -> bool:
    """Whether a bound stands right before the day."""
    before = text[max(0, at - _NEAR) : at].rstrip()
    return any(end >= len(before) - len(" the") for _, end in _phrases("before_day").spans(before).get("", ()))


def _stands(name: str, text: str) -> bool:
    return bool(_phrases(name).spans(text))


def _places(name: str, text: str) -> list[int]:
    return [start for start, _ in _phrases(name).spans(text).get("", ())]


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({"": table("deadline")[name]})
