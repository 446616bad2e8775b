"""The list of the week, for the owner alone: one list instead of a mail for each person. Nothing of it is mailed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from inboxtriage.config.settings import DAYS
from inboxtriage.errors import ResponseFault
from inboxtriage.hours.standards import is_late
from inboxtriage.journey.dates import day_of
from inboxtriage.journey.lead import Lead
from inboxtriage.message.plain import one_line
from inboxtriage.service import reckoning
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import touches
from inboxtriage.service.journey.due import Due, due
from inboxtriage.service.journey.touches import Person
from inboxtriage.service.survey import unbalanced
from inboxtriage.service.unanswered import Unanswered, unanswered
from inboxtriage.store import chores, digest_file, ledger, tally

_WEEK = 7  # days
_WHEN_NEVER_OPEN = 9  # o'clock


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of somebody's year within the week."""

    lead: Lead
    what: str
    day: date


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything about people that a week asks for. `forgotten` says in a line whether anybody may be."""

    at: datetime
    until: date
    due: tuple[Due, ...]
    dates: tuple[Birthday, ...]
    unanswered: tuple[Unanswered, ...]
    people: reckoning.People
    forgotten: str


def digest(a: Assembly) -> Digest:
    """The list as of now. Raises ResponseFault where the plan is wrong."""
    now = a.clock.now()
    today = now.astimezone(a.hours.zone).date()
    people = touches.everyone(a)
    waiting, counted = unanswered(a), reckoning.people(a)
    return Digest(
        at=now,
        until=today + timedelta(days=_WEEK),
        due=tuple(due(a, days=_WEEK, people=people)),
        dates=tuple(sorted(_dates(people, today), key=lambda one: (one.day, one.lead.id))),
        unanswered=tuple(waiting),
        people=counted,
        forgotten=_forgotten(a, waiting, counted, now),
    )


def write_if_due(a: Assembly) -> bool:
    """Once a week put the list into the store's folder; whether it is new. The first time is the first full week."""
    at = _last_time(a)
    if at is None:
        return False
    now = a.clock.now()
    last = chores.done_at(a.db, chores.DIGEST)
    if last is not None and at <= last <= now:
        return False
    if last is not None:
        try:
            digest_file.write(a.folder, text(a, digest(a)))
        except ResponseFault:  # `due` and `status` say what is wrong with the plan; reading mail goes on
            return False
    with a.db.writing():
        chores.done(a.db, chores.DIGEST, now)
    return last is not None


def text(a: Assembly, found: Digest) -> str:
    """The list as a page of plain text."""
    return "\n".join(_lines(a, found)) + "\n"


def _lines(a: Assembly, found: Digest) -> Iterator[str]:
    at = found.at.astimezone(a.hours.zone)
    yield f"The week from {at:%A} {at.date().isoformat()} to {found.until.isoformat()}"
    yield ""
    yield found.forgotten
    sections = {
        "Without an answer": [
            _unanswered_line(a, one) for one in sorted(found.unanswered, key=lambda one: not one.urgent)
        ],
        "Promised": [_due_line(a, one) for one in found.due if one.kind == "promise"],
        "To decide": [_due_line(a, one) for one in found.due if one.kind == "proposal"],
        "To write or to call": [_due_line(a, one) for one in found.due if one.kind == "touch"],
        "Days of the week": [f"{one.day:%a %d %b}  {called(one.lead)}: {one.what}" for one in found.dates],
    }
    for title, lines in sections.items():
        if lines:
            yield ""
            yield f"{title} ({len(lines)})"
            yield from (f"  {line}" for line in lines)
    if not any(sections.values()):
        yield ""
        yield "Nothing is due with anybody this week."


def _due_line(a: Assembly, one: Due) -> str:
    by = "overdue" if one.overdue else f"{one.due_at.astimezone(a.hours.zone):%a %d %b}"
    letter = f" [{one.draft}]" if one.draft else ""
    return f"{by}  {called(one.lead)}: {one_line(one.why, 200)}{letter}"


def _unanswered_line(a: Assembly, one: Unanswered) -> str:
    since = one.since.astimezone(a.hours.zone)
    about = f" about {', '.join(one.labels)}" if one.labels else ""
    who = one_line(one.name or one.address or one.phone or "somebody", 80)
    return f"{'URGENT: ' * one.urgent}since {since:%a %d %b}  {who}{about} [{one.queue_id}]"


def called(lead: Lead) -> str:
    """What somebody is called in a list."""
    return f"{lead.id} {one_line(lead.name or lead.address or lead.phone or '', 80)}".strip()


def _dates(people: list[Person], today: date) -> Iterator[Birthday]:
    for person in people:
        if person.standing.outcome != "open" or person.lead.merged_into is not None:
            continue
        for what, stated in person.standing.dates.items():
            days = (day_of(stated, year) for year in (today.year, today.year + 1))
            coming = next((day for day in days if day and today <= day <= today + timedelta(days=_WEEK)), None)
            if coming is not None:
                yield Birthday(person.lead, what, coming)


def _forgotten(a: Assembly, waiting: list[Unanswered], counted: reckoning.People, now: datetime) -> str:
    """Whether anybody may be forgotten, in one honest line."""
    passes = ledger.passes(a.db)
    for account in a.settings.accounts:
        last = passes.get(account.name)
        if last is None or last.error is not None:
            return (
                f"Somebody may be forgotten: {account.name} was not read ({'never' if last is None else last.error}): "
                "`inboxtriage check` says why, `inboxtriage poll` reads it."
            )
        if any(unbalanced(folder) for folder in tally.tallies(a.db, account.name)):
            return f"Somebody may be forgotten: not all of {account.name} is accounted for (`inboxtriage status`)."
    late = sum(is_late(one.due_at, now) for one in waiting)
    since = counted.since.astimezone(a.hours.zone) if counted.since else now
    everybody = f" {reckoning.in_a_line(counted, f'{since.day} {since:%B}')}" if counted.wrote else ""
    if waiting:
        longer = f", {late} of them for longer than your standard" if late else ""
        people = f"{len(waiting)} people wait" if len(waiting) > 1 else "1 person waits"
        return f"{people} for an answer{longer}; nobody else does.{everybody}"
    return f"Nobody is forgotten: everybody who wrote was answered, or you settled it.{everybody}"


def _last_time(a: Assembly) -> datetime | None:
    """When the list was last to be written: at the opening of its day, or of the next working day."""
    if a.settings.journey.digest == "never":
        return None
    now = a.clock.now()
    today = now.astimezone(a.hours.zone).date()
    back = (today.weekday() - DAYS.index(a.settings.journey.digest)) % _WEEK
    for day in (today - timedelta(days=back + _WEEK * n) for n in range(54)):
        opens = next(
            (span[0] for n in range(_WEEK) if (span := a.hours.opening(day + timedelta(days=n))) is not None),
            datetime(day.year, day.month, day.day, _WHEN_NEVER_OPEN, tzinfo=a.hours.zone).astimezone(UTC),
        )
        if opens <= now:
            return opens
    return None
