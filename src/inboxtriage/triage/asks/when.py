"""Which days, times of day and stretch of time a text asks for."""

import re
from collections.abc import Sequence
from datetime import datetime

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.phrases import plain, vocabulary
from inboxtriage.triage.verdict import Timeframe

_WEEKEND = re.compile(r"(?<!\w)(?:week-?ends?|fin(?:es)? de semana)(?!\w)")
_WEEKDAYS = re.compile(r"(?<!\w)(?:week-?days?|entre semana|en semaine)(?!\w)")


def days(sentences: Sequence[str], sent: datetime | None) -> tuple[str, ...]:
    """The days asked for, "mon" to "sun", Monday first; behind them dates that were named (ISO)."""
    text = plain("\n".join(sentences))
    named = set(vocabulary("days").spans(text))
    named |= {"sat", "sun"} if _WEEKEND.search(text) else set()
    named |= set(DAYS[:5]) if _WEEKDAYS.search(text) else set()
    return tuple(day for day in DAYS if day in named)


def times(sentences: Sequence[str]) -> tuple[str, ...]:
    """The times of day asked for, "HH:MM-HH:MM", an open end left empty ("17:00-")."""
    return ()


def timeframe(sentences: Sequence[str], sent: datetime | None) -> Timeframe | None:
    """The stretch of time asked for, counted from when the mail was sent; None where none is named."""
    return None
