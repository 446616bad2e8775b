"""What a letter of ours promises by a certain day: "I will send you the forms by Friday". Pure.

Only a day that is named counts: what is said of every letter ("we answer within two days") is no promise to one person.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from inboxtriage.triage.asks.when.dates import calendar_days, month_end, next_weekday, weekdays
from inboxtriage.triage.phrases import Phrases, plain, table
from inboxtriage.triage.reading import sentences

_DAY = timedelta(days=1)
_FRIDAY = 4
_NEAR = 24  # letters before a day that say how it is meant


def promised(text: str, sent: date) -> tuple[date, ...]:
    """The days by which `text`, written on the day `sent`, promises something; each once, the soonest first."""
    found = set()
    for sentence in sentences(text):
        line = " ".join(plain(sentence).split())
        spans = _words("will").spans(line).get("will", ())
        if spans and not line.endswith("?") and not _words("never").spans(line):
            start = min(end for _, end in spans)
            days = [day for at, day in _days(line, sent) if at >= start and day >= sent]
            found |= {max(days)} if days else set()
    return tuple(sorted(found))


def _days(text: str, sent: date) -> Iterator[tuple[int, date]]:
    """The days that a sentence names, each with where it stands."""
    on = calendar_days(text, sent)
    for day in on:
        if day.first is not None:
            yield from _meant(text, day.start, day.first)
    for day in weekdays(text):
        if day.weekday is not None and not any(d.start <= day.start < d.end for d in on):
            yield from _meant(text, day.start, next_weekday(day.weekday, sent))
    for name, spans in _words("days").spans(text).items():
        for start, _ in spans:
            yield from _meant(text, start, sent + int(name) * _DAY)
    for name, spans in _words("ends").spans(text).items():
        end = month_end(sent) if name == "month" else sent + (_FRIDAY - sent.weekday()) % 7 * _DAY
        for start, _ in spans:
            yield from _meant(text, start, end)


def _meant(text: str, at: int, day: date) -> Iterator[tuple[int, date]]:
    before = text[max(0, at - _NEAR) : at]
    if not _ends_with("not_by").search(before):
        yield at, day - _DAY if _ends_with("before").search(before) else day


@cache
def _ends_with(name: str) -> re.Pattern[str]:
    words = "|".join(table("promises")["before_day"][name])
    return re.compile(rf"\b(?:{words})(?: (?:the|el|la))? ?$")


@cache
def _words(name: str) -> Phrases:
    lists = table("promises")[name]
    return Phrases(lists if isinstance(lists, dict) else {name: lists})
