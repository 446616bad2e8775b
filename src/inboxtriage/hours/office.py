"""The one answer to "so many office hours after this moment, what time is it?": zone, holidays and absences counted.

Spans are wall-clock times in the practice's zone; a span that daylight saving time shortens counts for what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from inboxtriage.config.settings import DAYS, Settings

_USUAL = dict.fromkeys(DAYS[:5], ("09:00-17:00",))  # for deadlines, where the practice names no hours
_HORIZON = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there to answer. `spans` are minutes since local midnight, by weekday (0 is Monday)."""

    zone: ZoneInfo
    spans: dict[int, tuple[tuple[int, int], ...]]
    closed: frozenset[date]

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

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every opening that ends after `start`, in order, for a year; UTC."""
        day = start.astimezone(self.zone).date()
        last = day + _HORIZON
        while day <= last:
            if day not in self.closed:
                for opens, closes in self.spans.get(day.weekday(), ()):
                    begin, end = self._at(day, opens), self._at(day, closes)
                    if end > start:
                        yield begin, end
            day += timedelta(days=1)

    def _at(self, day: date, minutes: int) -> datetime:
        """Local wall-clock `minutes` of `day`, as UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        wall = midnight + timedelta(minutes=minutes)  # wall-clock arithmetic: zone-aware datetimes add without DST
        return wall.astimezone(UTC)


def office_hours(settings: Settings) -> OfficeHours:
    """The office hours that a configuration describes."""
    standards = settings.standards
    absent = (a.from_ + timedelta(days=n) for a in standards.absences for n in range((a.until - a.from_).days + 1))
    return OfficeHours(
        zone=ZoneInfo(settings.practice.timezone),
        spans={
            DAYS.index(day): tuple(sorted(_minutes(span) for span in spans))
            for day, spans in (settings.practice.hours.spans() or _USUAL).items()
        },
        closed=frozenset((*map(date.fromisoformat, standards.holidays), *absent)),
    )


def _minutes(span: str) -> tuple[int, int]:
    begin, end = (part.split(":") for part in span.split("-"))
    return int(begin[0]) * 60 + int(begin[1]), int(end[0]) * 60 + int(end[1])
