"""Which times are free, and which of them to offer: from open hours, busy spans and what was asked for. Pure.

Wall-clock times are the practice's; lengths are real time, so a session on the night of a clock change is as long as
any other. Nothing is offered that is not certain: who cannot read a calendar offers no times.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inboxtriage.calendar.protocol import Busy
from inboxtriage.config.settings import DAYS
from inboxtriage.hours.office import minutes_of

_QUARTER = 15  # minutes; offered times stand on quarter hours, counted from the hour of opening
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """How the practice gives appointments. `spans` are minutes since local midnight, by weekday (0 is Monday).

    `buffer_minutes` stay free before and after what the calendar holds; nothing is offered sooner than `notice_hours`
    from now or later than `horizon_days`.
    """

    zone: ZoneInfo
    spans: dict[int, tuple[tuple[int, int], ...]]
    closed: frozenset[date]
    session_minutes: int
    buffer_minutes: int
    notice_hours: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a writer asked for; what is left empty is all the same to them.

    `days` are "mon" to "sun" and ISO dates. `times` are "HH:MM-HH:MM", an open end left empty: a session fits where it
    starts at or after the first and before the second; past midnight where the second is the earlier one. `start` and
    `end` are the first and last day of a timeframe.
    """

    days: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The times to offer, in order, and whether all of them are as wished; else they are the nearest there are."""

    times: tuple[datetime, ...]
    fits: bool


def free_times(
    now: datetime, rules: Rules, busy: Iterable[Busy], held: Iterable[tuple[datetime, datetime]] = ()
) -> tuple[datetime, ...]:
    """Every beginning of a session that is free, in order, aware in the practice's zone.

    From the beginning of each open span, a session and its buffer apart, rounded up to quarter hours. `now` is aware;
    `held` are spans offered to others (aware), kept free as they are. A local time that a clock change leaves out is
    never offered; of one that comes twice, the first. No two of the sessions overlap.
    """
    step = -(-(rules.session_minutes + rules.buffer_minutes) // _QUARTER) * _QUARTER
    length, buffer = timedelta(minutes=rules.session_minutes), timedelta(minutes=rules.buffer_minutes)
    now = now.astimezone(UTC)
    soonest, latest = now + timedelta(hours=rules.notice_hours), now + timedelta(days=rules.horizon_days)
    taken = _Taken((span.start.astimezone(UTC) - buffer, span.end.astimezone(UTC) + buffer) for span in busy)
    offered = _Taken((start.astimezone(UTC), end.astimezone(UTC)) for start, end in held)
    found: list[datetime] = []
    last = soonest  # the end of the session found before
    for wall, start, closes in _grid(soonest, latest, rules, step):
        end = start + length
        if last <= start <= latest and end <= closes and not taken.meets(start, end) and not offered.meets(start, end):
            found.append(wall)
            last = end
    return tuple(found)


def choose(free: Sequence[datetime], wish: Wish, count: int) -> Choice:
    """At most `count` of the `free` times (aware, in the practice's zone), in order, on different days where possible.

    Where some are as wished, the earliest of them. Else the first of these that there are: wished days within the
    timeframe, nearest to the wished time; wished times within it, nearest to a wished date; any within it; wished days
    and times nearest to it; any time, nearest to the timeframe. A weekday has no near and far: the earliest counts.
    """
    measure = _measure(wish)
    missed = [(measure(one), one) for one in sorted(free)]
    orders: tuple[Callable[[_Miss], tuple[int, ...] | None], ...] = (
        lambda m: () if m.nothing else None,
        lambda m: (m.minutes,) if not m.frame and not m.days else None,
        lambda m: (m.days,) if not m.frame and not m.minutes else None,
        lambda m: (m.days, m.minutes) if not m.frame else None,
        lambda m: (m.frame,) if not m.days and not m.minutes else None,
        lambda m: (m.frame, m.days, m.minutes),
    )
    for number, order in enumerate(orders):
        ranked = sorted((rank, one) for miss, one in missed if (rank := order(miss)) is not None)
        if ranked and count > 0:
            return Choice(_spread([one for _, one in ranked], count), fits=number == 0)
    return Choice((), fits=False)


@dataclass(frozen=True, slots=True)
class _Miss:
    """How far a time is from a wish: days before or after the timeframe, days from a date, minutes from a time."""

    frame: int
    days: int
    minutes: int

    @property
    def nothing(self) -> bool:
        return not (self.frame or self.days or self.minutes)


class _Taken:
    """Spans of UTC time, asked whether a session would meet one of them."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        starts: list[datetime] = []
        ends: list[datetime] = []
        for start, end in sorted(spans):
            if ends and start < ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        self._starts, self._ends = starts, ends

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether a span shares time with the one from `start` to `end`, or lies as a moment inside of it."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def _grid(
    soonest: datetime, latest: datetime, rules: Rules, step: int
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Every place of the grid between two moments: its local time, the same in UTC, and when its span closes (UTC)."""
    zone = rules.zone
    day, last = soonest.astimezone(zone).date(), latest.astimezone(zone).date()
    while day <= last:
        spans = () if day in rules.closed else rules.spans.get(day.weekday(), ())
        midnight = datetime.combine(day, time(), zone)
        for opens, closes in sorted(spans):
            closing = (midnight + timedelta(minutes=closes)).astimezone(UTC)
            for minutes in range(opens, closes, step):
                wall = midnight + timedelta(
                    minutes=minutes
                )  # on the wall clock: aware times of one zone add without DST
                moment = wall.astimezone(UTC)
                if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
                    yield wall, moment, closing
        day += _DAY


def _measure(wish: Wish) -> Callable[[datetime], _Miss]:
    """A measure of how far a time is from a wish."""
    weekdays = frozenset(DAYS.index(day) for day in wish.days if day in DAYS)
    dates = tuple(date.fromisoformat(day) for day in wish.days if day not in DAYS)
    times = tuple(minutes_of(span) for span in wish.times)

    def days(day: date) -> int:
        if not wish.days or day.weekday() in weekdays:
            return 0
        return min((abs((day - one).days) for one in dates), default=1)

    def frame(day: date) -> int:
        early = (wish.start - day).days if wish.start else 0
        late = (day - wish.end).days if wish.end else 0
        return max(early, late, 0)

    def measure(one: datetime) -> _Miss:
        day, minute = one.date(), one.hour * 60 + one.minute
        return _Miss(frame(day), days(day), min((_off(minute, *span) for span in times), default=0))

    return measure


def _off(minute: int, first: int, last: int) -> int:
    """How many minutes a beginning is from the stretch between two; 0 where it is in it."""
    if first <= minute < last or (last < first and (minute >= first or minute < last)):
        return 0
    if first == minute:  # a stretch of no length is its one moment
        return 0
    return min(off for off in (first - minute, minute - last + 1) if off > 0)


def _spread(ranked: Sequence[datetime], count: int) -> tuple[datetime, ...]:
    """The first `count`, a second one of a day only after every day had its first; in order of time."""
    seen: dict[date, int] = {}
    rounds: list[tuple[int, int]] = []
    for place, one in enumerate(ranked):
        rounds.append((seen.get(one.date(), 0), place))
        seen[one.date()] = seen.get(one.date(), 0) + 1
    return tuple(sorted(ranked[place] for _, place in sorted(rounds)[:count]))
