"""The one answer to "so many office hours after this moment, what time is it?": zone, holidays and absences counted.

Spans are wall-clock times in the practice's zone; a span that daylight saving time shortens counts for what is left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from inboxtriage.config.holidays import days_of
from inboxtriage.config.settings import DAYS, Absence, Settings

DAY = 24 * 60  # minutes
_USUAL = dict.fromkeys(DAYS[:5], ("09:00-17:00",))  # for deadlines, where the practice names no hours
_HORIZON = timedelta(days=366)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


class Days(Protocol):
    """Days that can be asked for: a set of dates, or a rule that knows them."""

    def __contains__(self, day: object, /) -> bool:
        """Whether `day` is one of them."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The days on which nobody is in the office: single dates, absences, and public holidays by code.

    Holidays are looked up year by year, when a day of that year is first asked about.
    """

    dates: frozenset[date] = frozenset()
    absences: tuple[Absence, ...] = ()
    codes: tuple[str, ...] = ()
    _known: dict[int, frozenset[date]] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, day: object) -> bool:
        """Whether nobody is there on `day`."""
        if not isinstance(day, date):
            return False
        if day in self.dates or any(absence.from_ <= day <= absence.until for absence in self.absences):
            return True
        return bool(self.codes) and day in self._public(day.year)

    def _public(self, year: int) -> frozenset[date]:
        if year not in self._known:
            self._known[year] = frozenset().union(*(days_of(code, year) for code in self.codes))
        return self._known[year]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there to answer. `spans` are minutes since local midnight, by weekday (0 is Monday)."""

    zone: ZoneInfo
    spans: dict[int, tuple[tuple[int, int], ...]]
    closed: Days
    _worked_out: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment when `hours` office hours have passed since `start` (aware); UTC.

        Where a year holds too few (a practice that is closed), `start` plus the plain hours.
        """
        left = timedelta(hours=hours)
        for opens, closes in self._openings(start):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= max(timedelta(), closes - begin)
        return start.astimezone(UTC) + timedelta(hours=hours)

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """When the practice opens and when it closes on a day; UTC. None where nobody is there."""
        spans = self.spans.get(day.weekday())
        if not spans or day in self.closed:
            return None
        return self._at(day, spans[0][0]), self._at(day, spans[-1][1])

    def between(self, start: datetime, end: datetime) -> float:
        """How many office hours lie between two moments (aware); 0 where `end` is not after `start`."""
        passed = timedelta()
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._of_day(day):
                if opens < end and start < closes:
                    passed += min(closes, end) - max(opens, start)
            day += _DAY
        return max(passed, timedelta()) / _HOUR

    def opens_on(self, day: date) -> bool:
        """Whether there are office hours on that day."""
        return bool(self.spans.get(day.weekday())) and day not in self.closed

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every opening that ends after `start`, in order, for a year; UTC."""
        day = start.astimezone(self.zone).date()
        last = day + _HORIZON
        while day <= last:
            for begin, end in self._of_day(day):
                if end > start:
                    yield begin, end
            day += _DAY

    def _of_day(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The openings of one day, UTC; worked out once."""
        found = self._worked_out.get(day)
        if found is None:
            spans = () if day in self.closed else self.spans.get(day.weekday(), ())
            found = tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in spans)
            self._worked_out[day] = found
        return found

    def _at(self, day: date, minutes: int) -> datetime:
        """Local wall-clock `minutes` of `day`, as UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        wall = midnight + timedelta(minutes=minutes)  # wall-clock arithmetic: zone-aware datetimes add without DST
        return wall.astimezone(UTC)


def office_hours(settings: Settings) -> OfficeHours:
    """The office hours that a configuration describes."""
    days = settings.practice.hours.spans() or _USUAL
    return OfficeHours(
        zone=ZoneInfo(settings.practice.timezone),
        spans={DAYS.index(day): _in_order(map(minutes_of, spans)) for day, spans in days.items()},
        closed=_closed(settings.standards.holidays, settings.standards.absences),
    )


def _closed(holidays: tuple[str, ...], absences: tuple[Absence, ...]) -> Closed:
    dates = frozenset(date.fromisoformat(one) for one in holidays if one[:1].isdigit())
    return Closed(dates, absences, tuple(one for one in holidays if not one[:1].isdigit()))


def _in_order(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans of a day by the clock, those that overlap made one: no minute counts twice."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


def minutes_of(span: str) -> tuple[int, int]:
    """The two ends of "HH:MM-HH:MM" in minutes since midnight; an open one ("17:00-") is the day's own."""
    begin, end = (part.strip() for part in span.split("-"))
    first = int(begin[:2]) * 60 + int(begin[3:]) if begin else 0
    return first, int(end[:2]) * 60 + int(end[3:]) if end else DAY
