"""The one small protocol of a calendar: when somebody is busy, and nothing else about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """A stretch of taken time, aware and in UTC, its end not included.

    Where an event has no length, both are its one moment: it takes no time, but nothing may run across it.
    """

    start: datetime
    end: datetime


class Calendar(Protocol):
    """A calendar that can be asked when it is busy."""

    def busy(self, begin: datetime, end: datetime) -> tuple[Busy, ...]:
        """What is taken between two aware moments, in order; a span may begin before them or end after.

        Raises CalendarUnreadable, which names the calendar and what to do, where that cannot be said for sure. A
        calendar that is half read would offer times that are taken.
        """
        ...
