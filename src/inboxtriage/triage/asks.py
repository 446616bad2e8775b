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
    """The payers named in plain text, by their usual names, in the order named; of two in one place the longer."""
    found = [(*span, name) for name, spans in vocabulary("insurers").spans(text).items() for span in spans]
    apart = [
        (start, name)
        for start, end, name in found
        if not any(s <= start and end <= e and (e - s > end - start) for s, e, _ in found)
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(apart)))


def days(text: str) -> tuple[str, ...]:
    """The days of the week named in plain text, Monday first."""
    named = set(vocabulary("days").spans(text))
    named |= {"sat", "sun"} if _WEEKEND.search(text) else set()
    named |= set(DAYS[:5]) if _WEEKDAYS.search(text) else set()
    return tuple(day for day in DAYS if day in named)
