"""How fast somebody goes through a backlog, against what was estimated. Pure: moments are passed in.

Time counts between one sign of somebody at work and the next. A longer stillness is a break, and a step over which one
fell says nothing about anybody's pace.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BREAK = timedelta(minutes=5)  # a longer stillness is one
FEWEST = 5  # settled steps from which on a pace is known
SLOWEST, FASTEST = 3.0, 1 / 3  # of the estimate


@dataclass(frozen=True, slots=True)
class Took:
    """One settled step: the seconds that it was estimated to take, and those that it took."""

    estimated: float
    seconds: float


def pace(took: Iterable[Took]) -> float:
    """The part of an estimate that this person needs: 2 for twice as long; 1 where it is not known yet."""
    known = list(took)
    estimated = sum(one.estimated for one in known)
    if len(known) < FEWEST or estimated <= 0:
        return 1.0
    return min(SLOWEST, max(FASTEST, sum(one.seconds for one in known) / estimated))


class Watch:
    """The time that goes into the step that is being decided about."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._spent = timedelta()
        self._broken = False

    def at_work(self, now: datetime) -> None:
        """A sign of somebody at work. A clock that went back counts for nothing, like a break."""
        if self._since is not None:
            gap = now - self._since
            if timedelta() <= gap <= BREAK:
                self._spent += gap
            else:
                self._broken = True
        self._since = now

    def settled(self, estimated: float, now: datetime) -> Took | None:
        """What a step took that is settled now, and begin with the next; None where that is not known."""
        begun = self._since is not None
        self.at_work(now)
        took = Took(estimated, self._spent.total_seconds()) if begun and not self._broken else None
        self._spent, self._broken = timedelta(), False
        return took
