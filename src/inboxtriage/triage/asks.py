"""What exactly is asked, beside the labels: which insurers, which days. The vocabulary is data, the code is pure."""

import re
from collections.abc import Iterable

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.phrases import plain, vocabulary
from inboxtriage.triage.verdict import Asks

_WEEKEND = re.compile(r"(?<!\w)(?:week-?ends?|fin(?:es)? de semana)(?!\w)")
_WEEKDAYS = re.compile(r"(?<!\w)(?:week-?days?|entre semana|en semaine)(?!\w)")


def asks_of(sentences: Iterable[str], labels: Iterable[str]) -> Asks:
    """What the sentences of one message name, as far as its labels make it a question."""
    text, asked = plain("\n".join(sentences)), set(labels)
    return Asks(
        insurers=insurers(text) if "insurance" in asked else (),
        days=days(text) if asked & {"scheduling", "availability"} else (),
    )


def insurers(text: str) -> tuple[str, ...]:
    """The payers named in plain text, by their usual names, in the order named."""
    found = [(min(at), name) for name, spellings in vocabulary("insurers").items() if (at := spellings.starts(text))]
    return tuple(name for _, name in sorted(found))


def days(text: str) -> tuple[str, ...]:
    """The days of the week named in plain text, Monday first."""
    named = {day for day, spellings in vocabulary("days").items() if spellings.starts(text)}
    named |= {"sat", "sun"} if _WEEKEND.search(text) else set()
    named |= set(DAYS[:5]) if _WEEKDAYS.search(text) else set()
    return tuple(day for day in DAYS if day in named)
