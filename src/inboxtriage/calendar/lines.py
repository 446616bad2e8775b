"""An iCalendar text (RFC 5545) cut down to the lines that say when: titles, guests and notes are dropped unread.

What could keep a machine busy for hours is refused here, before any rule is worked out: somebody else's invitation
may stand in the calendar.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inboxtriage.errors import CalendarUnreadable

MOST_BYTES = 20_000_000
_MOST_KEPT = 5_000_000  # characters that say when; about as many seconds of work
_MOST_ZONES = 200
_MOST_REPEATS = 200_000  # that one rule may go through before it comes to the days asked for

_CALENDAR = frozenset({"VERSION", "CALSCALE", "X-WR-TIMEZONE"})
_TIMES = frozenset(
    "UID SEQUENCE DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID TRANSP STATUS FREEBUSY".split()  # noqa: SIM905 - a list to read
)
_ZONE = frozenset({"TZID", "TZNAME", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
_KEPT = {"VEVENT": _TIMES, "VFREEBUSY": _TIMES, "VTIMEZONE": _ZONE}
_ANYWHEN = ("RRULE", "RDATE", "RECURRENCE-ID", "DURATION", "FREEBUSY")  # may reach days that its own dates do not show
_DATE_ONLY = re.compile(r"(DTSTART|DTEND|RECURRENCE-ID)[^:]*:(\d{8})", re.IGNORECASE)
_AROUND = "\0\x1a \t\ufeff"  # what programs leave before the first and after the last line


@dataclass(slots=True)
class _Block:
    """One event, list of busy times or time zone: its lines in order, and each property's values."""

    kind: str
    lines: list[str]
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, line: str) -> None:
        dated = _DATE_ONLY.fullmatch(line)  # some programs give a plain date a zone, which would make it a midnight
        self.lines.append(f"{dated[1]};VALUE=DATE:{dated[2]}" if dated else line)
        self.values.setdefault(name, []).append(line.rpartition(":")[2].strip().upper())


def when(raw: bytes, begin: datetime, end: datetime, name: str) -> tuple[str, ...]:
    """The calendars of a file, each as the iCalendar text of its times; events that end before `begin` are left out.

    `name` is what errors call the calendar. Raises CalendarUnreadable where this is no whole calendar, or a rule in it
    is one that no practice has.
    """
    if len(raw) > MOST_BYTES:
        raise CalendarUnreadable(f"{name}: larger than {MOST_BYTES // 1_000_000} MB", do="export fewer years")
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = re.sub(r"\n[ \t]", "", text).split("\n")
    first, last = (f"{begin - timedelta(days=2):%Y%m%d}", f"{end + timedelta(days=2):%Y%m%d}")
    found, size = [], 0
    for head, zones, blocks in _calendars(lines, name):
        if len(zones) > _MOST_ZONES:
            raise CalendarUnreadable(f"{name}: more than {_MOST_ZONES} time zones", do="export it again")
        kept = [block for block in blocks if _matters(block, first, last)]
        for block in (*zones, *kept):
            _check_rules(block, last, name)
        body = [*head, *(line for block in (*zones, *kept) for line in block.lines)]
        size += sum(map(len, body))
        if size > _MOST_KEPT:
            raise CalendarUnreadable(f"{name}: too many events and repeats to read", do="export fewer years")
        found.append("\n".join(["BEGIN:VCALENDAR", *body, "END:VCALENDAR", ""]))
    return tuple(found)


@dataclass(slots=True)
class _Reader:
    """Reads lines one by one; `calendars` are those that are closed: own lines, time zones, the rest."""

    name: str
    calendars: list[tuple[list[str], list[_Block], list[_Block]]] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)

    def opens(self, line: str) -> None:
        """A BEGIN line: its part is kept, walked past, or no part of a calendar."""
        self.stack.append(line[6:].strip().upper())
        if self.stack[0] != "VCALENDAR":
            raise _no_calendar(self.name, line)
        if len(self.stack) == 2 and self.stack[1] in _KEPT:
            self.blocks.append(_Block(self.stack[1], [f"BEGIN:{self.stack[1]}"]))
        elif len(self.stack) == 3 and self.stack[1] == "VTIMEZONE":
            self.blocks[-1].lines.append(f"BEGIN:{self.stack[2]}")

    def closes(self, line: str) -> None:
        """An END line: it closes the part that was opened last."""
        if not self.stack or self.stack[-1] != line[4:].strip().upper():
            raise CalendarUnreadable(f"{self.name}: damaged: its parts do not close", do="export it again")
        part = self.stack.pop()
        if (len(self.stack) == 1 and part in _KEPT) or (len(self.stack) == 2 and self.stack[1] == "VTIMEZONE"):
            self.blocks[-1].lines.append(f"END:{part}")
        elif not self.stack:
            zones = [block for block in self.blocks if block.kind == "VTIMEZONE"]
            self.calendars.append((self.head, zones, [block for block in self.blocks if block.kind != "VTIMEZONE"]))
            self.head, self.blocks = [], []

    def says(self, word: str, line: str) -> None:
        """Any other line: kept where it says when."""
        if not self.stack:
            if line:
                raise _no_calendar(self.name, line)
        elif len(self.stack) == 1:
            if word in _CALENDAR:
                self.head.append(line)
        elif word in _KEPT.get(self.stack[1], ()) and (len(self.stack) == 2 or self.stack[1] == "VTIMEZONE"):
            self.blocks[-1].add(word, line)


def _calendars(lines: list[str], name: str) -> list[tuple[list[str], list[_Block], list[_Block]]]:
    """Each calendar: its own lines, its time zones, and the rest."""
    reader = _Reader(name)
    for raw_line in lines:
        line = raw_line.strip(_AROUND)
        word = line.partition(":")[0].partition(";")[0].upper()
        if word == "BEGIN":
            reader.opens(line)
        elif word == "END":
            reader.closes(line)
        else:
            reader.says(word, line)
    if reader.stack:
        raise CalendarUnreadable(f"{name}: breaks off in the middle", do="export it again, or try later")
    if not reader.calendars:
        raise CalendarUnreadable(f"{name}: empty", do="export it again")
    return reader.calendars


def _no_calendar(name: str, line: str) -> CalendarUnreadable:
    if line.startswith("<"):
        return CalendarUnreadable(
            f"{name}: a web page, not a calendar",
            do="use the calendar's iCal address (.ics), not the page that shows it",
        )
    return CalendarUnreadable(f"{name}: not an iCalendar file", do="use a file or address that ends in .ics")


def _matters(block: _Block, first: str, last: str) -> bool:
    """Whether a block may reach the days from `first` to `last` (YYYYMMDD)."""
    if any(name in block.values for name in _ANYWHEN):
        return True
    starts = block.values.get("DTSTART")
    if not starts:
        return False  # RFC 5545 section 3.6.1: an event without a beginning takes no time
    days = [value[:8] for value in (*starts, *block.values.get("DTEND", []))]
    if not all(day.isdecimal() and day.isascii() for day in days):
        return True  # for the parser to complain about
    return max(days) >= first and min(days) <= last


def _check_rules(block: _Block, last: str, name: str) -> None:
    """Raise CalendarUnreadable where working out a block's rules could take minutes."""
    rules = block.values.get("RRULE", [])
    start = min((value[:8] for value in block.values.get("DTSTART", ())), default=last)
    if block.kind == "VTIMEZONE":
        tame = all(_rule(rule).get("FREQ") in {"YEARLY", "MONTHLY"} and "BYSETPOS" not in rule for rule in rules)
    else:
        tame = len(rules) <= 2 and all(_is_tame(_rule(rule), start, last) for rule in rules)
    if not tame:
        raise CalendarUnreadable(
            f"{name}: an event in it repeats in a way that would take too long to work out",
            do="look for one that repeats by the hour, minute or second, and remove it",
        )


def _is_tame(rule: dict[str, str], start: str, last: str) -> bool:
    """Whether one rule is soon worked out: few repeats a day, and no picking among the repeats of a day."""
    frequency = rule.get("FREQ", "")
    if frequency in {"SECONDLY", "MINUTELY"}:
        return False
    if "BYSETPOS" in rule and (frequency not in {"WEEKLY", "MONTHLY", "YEARLY"} or rule["BYSETPOS"].count(",") > 9):
        return False
    a_day: int = 24 if frequency == "HOURLY" else 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        a_day *= 1 + rule.get(part, "").count(",")
    years = int(last[:4]) - int(start[:4]) + 1 if start[:4].isdecimal() else 0
    return a_day == 1 or a_day * 366 * years <= _MOST_REPEATS


def _rule(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)
