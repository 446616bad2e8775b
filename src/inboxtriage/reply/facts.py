"""What a response may state: the practice's own facts, and what exactly was asked. None of the sender's own words.

A fact that the configuration does not give stays missing; a response that reads it gets told its key.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from inboxtriage.config.settings import DAYS, Practice
from inboxtriage.triage.asks.payers import payers
from inboxtriage.triage.verdict import Asks

_DAY_NAMES = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_NOUNS = {  # what the practice calls one meeting, and the people it works with
    ("therapist", "en"): ("session", "clients"),
    ("general", "en"): ("appointment", "clients"),
    ("seasonal", "en"): ("visit", "customers"),
    ("therapist", "es"): ("sesión", "pacientes"),
    ("general", "es"): ("cita", "clientes"),
    ("seasonal", "es"): ("visita", "clientes"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week ("mon"): its names in the letter's language, and when it is open ("9:00 AM to 5:00 PM")."""

    key: str
    name: str
    plural: str
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Insurer:
    """A payer that was asked about."""

    name: str
    in_network: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What exactly the writer named, held against what the practice offers."""

    insurers: tuple[Insurer, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The practice's own nouns."""

    session: str
    clients: str


def stated(practice: Practice) -> dict[str, Any]:
    """The facts of `[practice]` as nested plain values; keys that were not given are left out."""
    given: dict[str, Any] = msgspec.to_builtins(practice)
    kept: dict[str, Any] = _without_missing(given)
    return kept


def accepted(practice: Practice) -> frozenset[str]:
    """The payers that the practice is in network with, by their usual names."""
    given = practice.insurance.in_network or ()
    return frozenset(name for one in given for name in (payers([one]) or (one,)))


def asked(asks: Asks, in_network: frozenset[str], open_week: tuple[Day, ...]) -> Asked:
    """What was named, held against what the practice offers."""
    return Asked(
        insurers=tuple(Insurer(name, name in in_network) for name in asks.insurers),
        days=tuple(day for day in open_week if day.key in asks.days),
    )


def week(practice: Practice, language: str) -> tuple[Day, ...]:
    """All seven days with their hours, Monday first."""
    names, spans = _DAY_NAMES.get(language, _DAY_NAMES["en"]), practice.hours.spans()
    return tuple(
        Day(day, name, _plural(name), tuple(_span(span, language) for span in spans.get(day, ())))
        for day, name in zip(DAYS, names, strict=True)
    )


def nouns(practice: Practice, language: str) -> Words:
    """How this practice speaks of meetings and people."""
    return Words(*(_NOUNS.get((practice.profile, language)) or _NOUNS[practice.profile, "en"]))


def clock_time(hour_minute: str, language: str) -> str:
    """Write "15:30" as a letter does: "3:30 PM" in English, "15:30" elsewhere."""
    if language != "en":
        return hour_minute
    hour, minute = int(hour_minute[:2]), hour_minute[3:]
    return f"{(hour - 1) % 12 + 1}:{minute} {'AM' if hour % 24 < 12 else 'PM'}"


def _span(span: str, language: str) -> str:
    begin, end = span.split("-")
    to = {"es": "a"}.get(language, "to")
    return f"{clock_time(begin, language)} {to} {clock_time(end, language)}"


def _plural(day: str) -> str:
    return day if day.endswith("s") else f"{day}s"


def _without_missing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_missing(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple):
        return [_without_missing(entry) for entry in value]
    return value
