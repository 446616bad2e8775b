"""An absence in the practice's own zone: when it begins and ends, and what can be promised for after it. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from inboxtriage.config.settings import Absence, Standards
from inboxtriage.hours.office import OfficeHours

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """One absence. `starts` is the first moment of its first day, `ends` the first after its last; UTC.

    `answer_at` is by when a mail that comes meanwhile gets its answer, `back` the first day with office hours after it;
    both None where the practice does not open again within a year.
    """

    first: date
    last: date
    starts: datetime
    ends: datetime
    back: date | None
    answer_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies within it."""
        return self.starts <= moment < self.ends


def away(hours: OfficeHours, standards: Standards, absence: Absence) -> Away:
    """An absence as moments.

    What is promised is the same for all that comes meanwhile: no office hour passes before its end.
    """
    starts, ends = _midnight(hours, absence.from_), _midnight(hours, absence.until + _A_DAY)
    opens = hours.after(ends, 0)
    answer = hours.after(ends, standards.reply)
    back = opens.astimezone(hours.zone).date()
    known = hours.opens_on(back) and hours.opens_on(answer.astimezone(hours.zone).date())
    return Away(absence.from_, absence.until, starts, ends, back if known else None, answer if known else None)


def _midnight(hours: OfficeHours, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=hours.zone).astimezone(UTC)
