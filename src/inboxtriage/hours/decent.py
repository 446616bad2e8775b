"""When a letter that answers nothing may arrive: on a working day, at a decent hour of its reader's clock. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inboxtriage.hours.office import OfficeHours

_LONGEST_SHUT = 366  # days; a practice that is never open holds no letter back for its days


def decent_from(at: datetime, hours: OfficeHours, zone: ZoneInfo, first: time, last: time) -> datetime:
    """The first moment from `at` (aware) on that lies between `first` and `last` on the clock of `zone`; UTC.

    Its day, there, is one on which the practice is open.
    """
    today = at.astimezone(zone).date()
    found = (_within(at, today + timedelta(days=n), hours, zone, first, last) for n in range(_LONGEST_SHUT))
    return next((moment for moment in found if moment is not None), at.astimezone(UTC))


def _within(at: datetime, day: date, hours: OfficeHours, zone: ZoneInfo, first: time, last: time) -> datetime | None:
    if hours.opening(day) is None:
        return None
    opens, closes = (datetime.combine(day, edge, zone).astimezone(UTC) for edge in (first, last))
    return max(opens, at.astimezone(UTC)) if at < closes else None
