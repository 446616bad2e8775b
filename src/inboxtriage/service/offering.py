"""The times that letters may offer: read from the calendars now, minus what other letters hold.

A calendar that cannot be read means that nothing is offered, and that is said.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from inboxtriage.calendar.protocol import Busy, Calendar
from inboxtriage.clock import Clock
from inboxtriage.config.settings import Practice
from inboxtriage.errors import InboxTriageError
from inboxtriage.hours.office import OfficeHours
from inboxtriage.reply.openings import Rules, free_times

_FRESH = timedelta(minutes=1)  # for so long a reading of the calendars counts


class Offering:
    """The practice's free times. `prepare` does the reading (files, network); `free` answers from what was read.

    `calendars` gives what is to be read; `held` the times that letters hold at a moment, but for one message's own.
    """

    def __init__(
        self,
        practice: Practice,
        hours: OfficeHours,
        clock: Clock,
        calendars: Callable[[], Iterable[Calendar]],
        held: Callable[[datetime, int], Iterable[datetime]],
    ) -> None:
        self._practice, self._hours, self._clock = practice, hours, clock
        self._calendars, self._held = calendars, held
        self._read_at: datetime | None = None
        self._busy: tuple[Busy, ...] = ()
        self.problem: str | None = None  # why no time can be offered
        self.shortage: str | None = None  # why the last one who was asked for got none

    @property
    def is_wanted(self) -> bool:
        """Whether the configuration names calendars."""
        openings = self._practice.openings
        return bool(openings.calendars or openings.caldav) and openings.offer > 0

    def prepare(self) -> None:
        """Read every calendar, unless that was done a moment ago. Never raises: `problem` then says what is wrong."""
        now = self._clock.now()
        if not self.is_wanted or (self._read_at is not None and abs(now - self._read_at) < _FRESH):
            return
        self._read_at = now
        until = now + timedelta(days=self._practice.openings.horizon_days + 1)
        try:
            self._busy = tuple(span for calendar in self._calendars() for span in calendar.busy(now, until))
            self.problem = self._missing()
        except InboxTriageError as error:
            self._busy, self.problem = (), str(error)

    def free(self, message: int) -> Sequence[datetime] | None:
        """The times that the letter to a message may offer; None where that is not known."""
        self.prepare()
        rules = self._rules()
        if not self.is_wanted or self.problem is not None or rules is None:
            return None
        now = self._clock.now()
        length = timedelta(minutes=rules.session_minutes)
        held = [(time, time + length) for time in self._held(now, message)]
        free = free_times(now, rules, self._busy, held)
        if not free and held and free_times(now, rules, self._busy):
            self.shortage = "every free time is held by another letter"  # to say that nothing is free would be wrong
            return None
        self.shortage = None
        return free

    def held_until(self) -> datetime:
        """How long times that are offered now are held."""
        return self._clock.now() + timedelta(days=self._practice.openings.hold_days)

    def _missing(self) -> str | None:
        practice = self._practice
        if not practice.hours.spans():
            return "practice.hours names no open day"
        if practice.hours.session_minutes is None:
            return "practice.hours.session_minutes is not set"
        return None

    def _rules(self) -> Rules | None:
        practice, hours = self._practice, self._hours
        minutes, openings = practice.hours.session_minutes, practice.openings
        if minutes is None:
            return None
        today = self._clock.now().astimezone(hours.zone).date()
        days = (today + timedelta(days=n) for n in range(openings.horizon_days + 2))
        return Rules(
            zone=hours.zone,
            spans=hours.spans,
            closed=frozenset(day for day in days if day in hours.closed),
            session_minutes=minutes,
            buffer_minutes=openings.buffer_minutes,
            notice_hours=openings.notice_hours,
            horizon_days=openings.horizon_days,
        )
