"""What the owner writes down about a person: notes of a kind, calls and meetings, hours and revenue; lessons."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from inboxtriage.errors import UsageProblem
from inboxtriage.journey.history import living
from inboxtriage.journey.lead import Lead
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.moving import BY_HAND, of
from inboxtriage.service.leads import LeadView
from inboxtriage.store import evidence, leads

KINDS = ("decision", "agreement", "lesson")
TALKS = {"call": "phone", "meeting": "meeting"}  # what is logged -> what of a contact it is
FIGURES = ("hours", "revenue")
_MOST = Decimal(100_000_000)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")  # 1,200.50
_WITH_COMMA = re.compile(r"\d+,\d{1,2}")  # 1,5 hours, as most of the world writes it


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something learned, with whom and of which day."""

    lead: Lead
    words: str
    on: date
    at: datetime


def note(a: Assembly, text: str, words: str, kind: str = "", on: str | None = None) -> LeadView:
    """Write something down about a person; `on` is its day (YYYY-MM-DD). Raises UsageProblem."""
    if not words.strip():
        raise UsageProblem("there is nothing to write down", do="give the words in quotes")
    if kind and kind not in KINDS:
        raise UsageProblem(f"there is no kind of note {kind!r}", do=f"choose from {', '.join(KINDS)}")
    day = _day(on) if on is not None else None
    view = people.find(a, text)
    with a.db.writing():
        leads.happened(
            a.db,
            of(view),
            "noted",
            at=a.clock.now(),
            cause=BY_HAND,
            note=one_line(words),
            what=kind,
            value=day.isoformat() if day else "",
        )
    return people.find(a, view.lead.id)


def log(
    a: Assembly, text: str, what: str, figure: str | None, words: str, on: str | None = None
) -> tuple[LeadView, str]:
    """Log a call or a meeting, which are contacts; or hours or revenue. Also the number as it is kept.

    Raises UsageProblem.
    """
    if what not in {*TALKS, *FIGURES}:
        raise UsageProblem(f"{what!r} cannot be logged", do=f"choose from {', '.join([*TALKS, *FIGURES])}")
    value = _figure(what, figure)
    at = _moment(a, on)
    view = people.find(a, text)
    said = one_line(words)
    with a.db.writing():
        if what in TALKS:
            leads.happened(a.db, of(view), "contact", at=at, cause=BY_HAND, note=said, what=TALKS[what])
        else:
            leads.happened(a.db, of(view), "logged", at=at, cause=BY_HAND, note=said, what=what, value=value)
    return people.find(a, view.lead.id), value


def lessons(a: Assembly) -> list[Lesson]:
    """Every lesson that was noted, the latest first."""
    found: dict[int, Lesson] = {}
    zone = a.hours.zone
    for lead in evidence.ever_had(a.db, "noted"):
        view = people.view_of(a, lead)
        for event in living(view.events) if view is not None else ():
            if view is not None and event.kind == "noted" and event.what == "lesson":
                day = date.fromisoformat(event.value) if event.value else event.at.astimezone(zone).date()
                found[event.id] = Lesson(view.lead, event.note, day, event.at)
    return sorted(found.values(), key=lambda one: (one.on, one.at), reverse=True)


def _figure(what: str, figure: str | None) -> str:
    """The number as it is stored, with a point and nothing else."""
    if what in TALKS:
        if figure is not None:
            raise UsageProblem(f"a {what} has no number", do="put words into --note")
        return ""
    written = (figure or "").strip().lstrip("$€£")
    if _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    elif _WITH_COMMA.fullmatch(written):
        written = written.replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not 0 < number < _MOST:
        raise UsageProblem(f"{what} needs a number above 0", do=f"write it like `inboxtriage lead log p1 {what} 1.5`")
    return f"{number:f}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageProblem(f"{one_line(text, 40)!r} is no date", do="write it as YYYY-MM-DD") from None


def _moment(a: Assembly, on: str | None) -> datetime:
    """Now, or noon of a day that has come."""
    now = a.clock.now()
    if on is None:
        return now
    day = _day(on)
    if day > now.astimezone(a.hours.zone).date():
        raise UsageProblem(f"{day.isoformat()} is still to come", do="log it when it has happened")
    return min(now, datetime.combine(day, time(12), a.hours.zone))
