"""What is due with people: touches of the plan, promises made to them, and changes that wait for a yes or a no."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from inboxtriage.journey.history import Proposal, Standing
from inboxtriage.journey.lead import Lead
from inboxtriage.journey.stage import Stage
from inboxtriage.journey.touches import Upcoming
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import touches
from inboxtriage.service.journey.touches import Person

_NO_TIER = "~"  # behind every letter


@dataclass(frozen=True, slots=True)
class Due:
    """One line: what is to be done about whom, since when and by when.

    `touch` is the name that `due done` and `due skip` take; `draft` the letter that waits in the queue; `problem` why
    its letter cannot be written by itself.
    """

    kind: Literal["touch", "promise", "proposal"]
    lead: Lead
    stage: Stage
    tier: str | None
    why: str
    since: datetime
    due_at: datetime
    overdue: bool
    touch: str | None = None
    occurrence: str | None = None
    letter: str | None = None
    draft: str | None = None
    problem: str | None = None


def due(a: Assembly, *, days: int = 0, people: list[Person] | None = None) -> list[Due]:
    """What is due until the end of today, or so many days on; the longest overdue first, then by tier.

    Raises ResponseFault where the plan is wrong.
    """
    now = a.clock.now()
    today = now.astimezone(a.hours.zone).date()
    until = _midnight(a, today + timedelta(days=days + 1))
    found = [
        line for person in (touches.everyone(a) if people is None else people) for line in _of(a, person, today, until)
    ]
    return sorted(found, key=lambda one: (one.due_at, one.tier or _NO_TIER, one.lead.id))


def _of(a: Assembly, person: Person, today: date, until: datetime) -> list[Due]:
    lead, where = person.lead, person.standing
    begins = _midnight(a, today)
    found = [_touch(a, lead, where, one, begins) for one in person.upcoming if one.due_at < until]
    if lead.merged_into is None:
        found += [_proposal(lead, where, one, begins) for one in where.proposals]
        found += [
            _promise(a, lead, where, one, begins)
            for stated in where.promises
            if (one := _day(stated)) is not None and _midnight(a, one) < until
        ]
    return found


def _touch(a: Assembly, lead: Lead, where: Standing, one: Upcoming, begins: datetime) -> Due:
    problem = None
    if one.letter is not None and one.draft is None:
        if lead.address is None:
            problem = "no address: call them"
        elif a.letter_library.find(one.letter, a.letter_library.default) is None:
            problem = f"there is no letter {one.letter!r}"
    return Due(
        "touch",
        lead,
        where.stage,
        where.tier,
        one.why if one.then is None else f"{one.why}: close as {one.then}?",
        one.since,
        one.due_at,
        one.due_at < begins,
        one.name,
        one.occurrence,
        one.letter,
        one.draft,
        problem,
    )


def _proposal(lead: Lead, where: Standing, one: Proposal, begins: datetime) -> Due:
    why = f"{one.why or one.cause}: {one.what} {one.value}?"
    return Due("proposal", lead, where.stage, where.tier, why, one.at, one.at, one.at < begins)


def _promise(a: Assembly, lead: Lead, where: Standing, day: date, begins: datetime) -> Due:
    span = a.hours.opening(day)
    by = span[1] if span else _midnight(a, day + timedelta(days=1)) - timedelta(minutes=1)
    why = f"you promised something by {day.isoformat()}"
    return Due("promise", lead, where.stage, where.tier, why, by, by, by < begins)


def _day(stated: str) -> date | None:
    try:
        return date.fromisoformat(stated)
    except ValueError:
        return None


def _midnight(a: Assembly, day: date) -> datetime:
    return datetime.combine(day, time(), a.hours.zone).astimezone(UTC)
