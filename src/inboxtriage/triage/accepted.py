"""Which of the times that we offered somebody takes, as a piece of their sentence names it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.asks.when.clock import NOON, counts_too, hour_of, may_end, pattern
from inboxtriage.triage.asks.when.dates import Named, calendar_days, weekdays
from inboxtriage.triage.phrases import Phrases, table

_HOUR = re.compile(rf"(?<![\w$£€#:/.'+-])(?P<at>(?:at|@|for|by) ?|a )?{pattern(1)}(?![\w%$])")
_DAY_MINUTES = 24 * 60
_ORDER = ("first", "second", "third")
_COUNTED = frozenset({*_ORDER, "last"})
_FILLING = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "sure",
        "please",
        "pls",
        "thanks",
        "thank",
        "you",
        "the",
        "at",
        "on",
        "for",
        "me",
        "us",
        "then",
        "it",
        "is",
        "so",
        "great",
        "si",
        "por",
        "favor",
        "gracias",
        "el",
        "la",
        "a",
        "las",
        "los",
        "de",
        "para",
        "y",
        "and",
        "i'd",
        "i'll",
        "take",
        "dear",
        "hi",
        "hello",
        "hola",
        "morning",
        "afternoon",
        "manana",
        "tarde",
    ]
)


THE_TIME = "thetime"  # stands for a time in what is left of a sentence, in vocabulary/signs.toml too
_ONE_TIME = re.compile(
    rf"\b(?:(?:on|at|for|the|to|with|el|la|las|a|al|para|de|con|in) )*{THE_TIME}"
    rf"(?:[ ,]*(?:(?:on|at|the|el|la|las|a|de|in|for) )*{THE_TIME})*"
    r"(?: (?:slot|time|appointment|session|opening|spot|one))?"
)


@dataclass(frozen=True, slots=True)
class Time:
    """What a piece of a sentence says of time. `taken` are the offered times that it fits.

    `definite`: a day and an hour, or a date, is named; `bare`: hardly anything else is said. `around` is the text with
    THE_TIME in the place of it all.
    """

    around: str
    taken: tuple[datetime, ...] = ()
    definite: bool = False
    bare: bool = False


def time_in(text: str, offers: Sequence[datetime], sent: date) -> Time:
    """The time that plain `text`, written on the day `sent`, names; `offers` are in the practice's zone."""
    on = calendar_days(text, sent)
    of_week = [day for day in weekdays(text) if not any(d.start <= day.start < d.end for d in on)]
    days = [*on, *of_week]
    hours, spans = _hours(text, days)
    if not days and (not hours or not _COUNTED.isdisjoint(_places().spans(text))):  # "option 2" is no hour
        return _by_its_place(text, offers)
    fits = tuple(o for o in offers if _fits(o, on, of_week, hours))
    spans += [(day.start, day.end) for day in days]
    definite = bool(on) or bool(of_week and hours)
    return Time(_around(text, spans), fits, definite, _is_bare(text, spans))


def _around(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {THE_TIME} {text[end:]}"
    return " ".join(_ONE_TIME.sub(THE_TIME, " ".join(text.split())).split())


def _fits(offer: datetime, on: Sequence[Named], of_week: Sequence[Named], hours: set[int]) -> bool:
    if on and not any(day.first is not None and day.first == offer.date() for day in on):
        return False
    if of_week and DAYS[offer.weekday()] not in {day.weekday for day in of_week}:
        return False
    return not hours or offer.hour * 60 + offer.minute in hours


def _hours(text: str, days: Sequence[Named]) -> tuple[set[int], list[tuple[int, int]]]:
    """The hours named, as minutes of the day; one that does not say which half of the day counts in both."""
    minutes: set[int] = set()
    spans: list[tuple[int, int]] = []
    for match in _HOUR.finditer(text):
        hour = hour_of(match, 1)
        if hour is None or any(d.start < match.end() and match.start() < d.end for d in days):
            continue
        led = match["at"] is not None or hour.article
        if not (hour.sure or led or (may_end(text[match.end() :]) and not counts_too(match, 1))):
            continue
        minutes.add(hour.minute)
        if not hour.exact:
            minutes.add((hour.minute + NOON) % _DAY_MINUTES)
        spans.append(match.span())
    return minutes, spans


def _is_bare(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    left = "".join(" " if any(s <= i < e for s, e in spans) else letter for i, letter in enumerate(text))
    return all(word in _FILLING for word in re.findall(r"[\w']+", left))


def _by_its_place(text: str, offers: Sequence[datetime]) -> Time:
    """The time that is named as one of those offered: "the second one", "any of those", of one only "that"."""
    found = _places().spans(text)
    taken: tuple[datetime, ...] = ()
    for number, name in enumerate(_ORDER):
        if name in found and number < len(offers):
            taken = (offers[number],)
    if not taken and "last" in found and len(offers) > 1:
        taken = (offers[-1],)
    if not taken and "any" in found and len(offers) > 1:
        taken = tuple(offers)
    if not taken and "that" in found and len(offers) == 1:
        taken = (offers[0],)
    spans = _longest([span for places in found.values() for span in places])
    return Time(_around(text, spans), taken, bool(taken), bool(taken) and _is_bare(text, spans))


def _longest(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that lie within no other."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


@cache
def _places() -> Phrases:
    return Phrases(table("signs")["time"])
