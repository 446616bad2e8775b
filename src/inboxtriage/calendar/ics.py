"""A calendar in an iCalendar file on this machine, read anew each time it is asked."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from inboxtriage.calendar.ical import busy_spans
from inboxtriage.calendar.lines import MOST_BYTES
from inboxtriage.calendar.protocol import Busy
from inboxtriage.errors import CalendarUnreadable


@dataclass(frozen=True, slots=True)
class IcsFile:
    """The file at `path`; times in it without a zone are those of `zone`, the practice's."""

    path: Path
    zone: ZoneInfo

    def busy(self, begin: datetime, end: datetime) -> tuple[Busy, ...]:
        """What is taken between two aware moments. Raises CalendarUnreadable."""
        name = f"the calendar {self.path}"
        try:
            if self.path.exists() and not self.path.is_file():
                raise CalendarUnreadable(f"{name}: no file", do="name the .ics file itself")
            with self.path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            raise CalendarUnreadable(f"{name}: there is no such file", do="check practice.openings.calendars") from None
        except OSError as error:
            raise CalendarUnreadable(f"{name}: {error.strerror}", do="make the file readable for this user") from error
        return busy_spans(raw, begin, end, self.zone, name)
