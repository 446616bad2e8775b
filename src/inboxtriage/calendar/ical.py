"""From iCalendar text (RFC 5545) to busy spans: repeats, exceptions, zones, whole days, lists of busy times.

Where something leaves doubt the time is busy: tentative events, events that the owner declined (a file does not say
which guest is the owner), events whose end stands before their beginning. The one door to `icalendar` and
`recurring_ical_events`, which are slow to import: import this where a calendar is configured.
"""

import re
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar.timezone import tzp

from inboxtriage.calendar.lines import when
from inboxtriage.calendar.protocol import Busy
from inboxtriage.errors import CalendarUnreadable

_SECONDS = 15  # after which no further event is worked out; the worst that is let in takes five more
_MOST = 20_000  # busy spans between the two moments
_DAY = timedelta(days=1)
_ZONE_NAME = re.compile(r"(?im)^[A-Z-]+;(?:[^:\n]*;)?TZID=\"?([^\":;\n]*)")
# What the libraries raise on damaged text; OSError where a zone's name is that of a folder of zones.
_FAULTS = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, AssertionError, OSError)


def busy_spans(raw: bytes, begin: datetime, end: datetime, zone: ZoneInfo, name: str) -> tuple[Busy, ...]:
    """The busy spans of an iCalendar text that touch the time from `begin` to `end` (aware), in order, each once.

    Times without a zone and whole days are those of `zone`; a calendar's own X-WR-TIMEZONE goes before it. What is
    marked as free (TRANSP, RFC 5545 section 3.8.2.7) or cancelled (section 3.8.1.11) is free. `name` is what errors
    call the calendar. Raises CalendarUnreadable; a calendar without events is no error.
    """
    finish = time.monotonic() + _SECONDS
    spans: set[Busy] = set()
    for text in when(raw, begin, end, name):
        for span in _spans(text, begin.astimezone(zone), end.astimezone(zone), zone, name):
            if span is not None and span.start < end and (span.end > begin or span.start == span.end == begin):
                spans.add(span)
            if len(spans) > _MOST or time.monotonic() > finish:
                raise CalendarUnreadable(
                    f"{name}: too many events and repeats to read",
                    do="look for one that repeats many times a day, or export fewer years",
                )
    return tuple(sorted(spans))


def _spans(text: str, begin: datetime, end: datetime, zone: ZoneInfo, name: str) -> Iterator[Busy | None]:
    """The spans around the time asked for; None after each event, so that whoever reads may see to the time."""
    calendar = _parsed(text, name)
    early = begin.replace(hour=0, minute=0, second=0, microsecond=0) - _DAY  # whole days may be written without an end
    try:
        for series in recurring_ical_events.of(calendar).series:
            for occurrence in series.between(early, end):
                yield _taken(occurrence.as_component(keep_recurrence_attributes=False), zone)
            yield None
        for component in calendar.walk("VFREEBUSY"):
            yield from _listed(component, zone)
    except _FAULTS as error:
        raise _unclear(name, type(error).__name__) from None


def _parsed(text: str, name: str) -> icalendar.Calendar:
    """The calendar, every time in it understood. Raises CalendarUnreadable: half a calendar would offer taken times."""
    tzp.use("zoneinfo")  # forgets the zones that another calendar defined under the same names
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it found a zone by a part of its name
            calendar = icalendar.Calendar.from_ical(text)
            unknown = [zone for zone in sorted(set(_ZONE_NAME.findall(text))) if tzp.timezone(zone) is None]
    except _FAULTS as error:
        raise _unclear(name, type(error).__name__) from None
    if unknown:
        raise CalendarUnreadable(f"{name}: there is no time zone {unknown[0]!r}", do="export it again with its zones")
    if not isinstance(calendar, icalendar.Calendar):
        raise _unclear(name, "not one calendar")
    for component in calendar.walk():
        if component.errors:
            raise _unclear(name, component.errors[0][0] or "")
    if "X-WR-TIMEZONE" in calendar and not _is_zone(str(calendar["X-WR-TIMEZONE"])):
        del calendar["X-WR-TIMEZONE"]  # a hint outside the standard; without it the practice's zone counts
    return calendar


def _taken(event: Any, zone: ZoneInfo) -> Busy | None:
    """What one occurrence takes, or None where it is marked as free."""
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        end = max(end, start + _DAY)  # some programs let a whole day end on itself
    return _span(_moment(start, zone), _moment(end, zone))


def _listed(component: Any, zone: ZoneInfo) -> Iterator[Busy]:
    """The periods of a VFREEBUSY that are not free (RFC 5545 section 3.2.9)."""
    given = component.get("FREEBUSY", [])
    for period in given if isinstance(given, list) else [given]:
        if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            begin, end = period.dt
            start = _moment(begin, zone)
            yield _span(start, start + end if isinstance(end, timedelta) else _moment(end, zone))


def _span(one: datetime, other: datetime) -> Busy:
    """Both moments in their order: a time that a clock change leaves out may come after the one that follows it."""
    return Busy(min(one, other), max(one, other))


def _moment(value: date, zone: ZoneInfo) -> datetime:
    """A time as UTC: a plain date begins at midnight, and a time without a zone is of `zone`."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _unclear(name: str, what: str) -> CalendarUnreadable:
    return CalendarUnreadable(f"{name}: the times of an event in it cannot be read ({what})", do="export it again")
