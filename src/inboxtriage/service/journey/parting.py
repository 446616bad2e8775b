"""Letting somebody go as a planned step: the letter into the queue, the steps on a list, and at the end a proposal.

Nothing is closed by itself: when the letter has left and every step is done, the outcome is proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import Lead
from inboxtriage.journey.parting import Parting, parting
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import letters
from inboxtriage.service.journey.letters import Order
from inboxtriage.service.journey.touches import put_away
from inboxtriage.store import leads
from inboxtriage.store import letters as written
from inboxtriage.store.ids import LEAD, MESSAGE, number, shown

_BY_HAND = "by hand"
_CAUSE = "lead let-go"
_OCCURRENCE = "parting "  # of its letter, with the event that planned it


@dataclass(frozen=True, slots=True)
class LettingGo:
    """Where it stands: `draft` is the letter that was just written; `steps` what each step says, done or not."""

    lead: Lead
    plan: Parting
    steps: dict[str, str]
    draft: str | None = None
    proposed: bool = False


def standing_of(a: Assembly, who: str) -> LettingGo:
    """The plan for a person. Raises Refused where there is none."""
    lead = people.find(a, who).lead
    found = _plan(a, lead)
    if found is None:
        raise Refused(f"nothing is planned for {lead.id}", do=f"`inboxtriage lead let-go {lead.id}` begins it")
    return LettingGo(lead, found, dict(a.plan.letting_go.steps))


def begin(a: Assembly, who: str, *, to: str | None, on: str | None) -> LettingGo:
    """Plan it: the letter waits in the queue (where they have an address), the steps are on their list.

    `to` is the colleague they go to, `on` (YYYY-MM-DD) the day from which the letter is due. Raises UsageProblem,
    Refused where it is planned already, NotFound where the plan's letter does not exist.
    """
    lead = people.find(a, who).lead
    if (already := _plan(a, lead)) is not None:
        raise Refused(
            f"it is planned already for {lead.id}, from {already.on}",
            do=f"`inboxtriage lead let-go {lead.id} --done STEP`, or --cancel",
        )
    now = a.clock.now()
    day = _day(on) if on is not None else now.astimezone(a.hours.zone).date()
    if day < now.astimezone(a.hours.zone).date():
        raise UsageProblem(f"{day.isoformat()} is over", do="give a day from today on")
    colleague = _colleague(a, to) if to else ""
    with a.db.writing():
        event = leads.happened(
            a.db, number(LEAD, lead.id), "letting go", at=now, cause=_BY_HAND, what=colleague, value=day.isoformat()
        )
        draft = _write(a, lead, colleague, day, f"{_OCCURRENCE}{event}") if _gets_letters(a, lead) else None
    return LettingGo(lead, _known(a, lead), dict(a.plan.letting_go.steps), draft)


def step(a: Assembly, who: str, steps: Sequence[str], *, done: bool = True) -> LettingGo:
    """Check steps off, or on again. Raises UsageProblem where there is no such step."""
    found = standing_of(a, who)
    unknown = [one for one in steps if one not in found.steps]
    if unknown:
        named = ", ".join(found.steps) or "none"
        raise UsageProblem(f"there is no step {one_line(unknown[0], 40)!r}", do=f"choose from {named}")
    with a.db.writing():
        for one in steps:
            if (one in found.plan.done) != done:
                value = "done" if done else ""
                leads.happened(
                    a.db,
                    number(LEAD, found.lead.id),
                    "let-go step",
                    at=a.clock.now(),
                    cause=_BY_HAND,
                    what=one,
                    value=value,
                )
        proposed = propose(a, number(LEAD, found.lead.id), _CAUSE)
    return LettingGo(found.lead, _known(a, found.lead), found.steps, proposed=proposed)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A plan that was given up: its letters that were put away, and those that are on their way already."""

    lead: Lead
    put_away: tuple[str, ...]
    too_late: tuple[str, ...]


def cancel(a: Assembly, who: str) -> GivenUp:
    """Give the plan up, and put its letter away. Raises Refused where nothing is planned."""
    found = standing_of(a, who)
    lead, now = number(LEAD, found.lead.id), a.clock.now()
    gone: list[str] = []
    late: list[str] = []
    with a.db.writing():
        leads.happened(a.db, lead, "letting go", at=now, cause=_BY_HAND)
        for message, letter in written.open_of(a.db, lead):
            if letter.touch is None and letter.occurrence.startswith(_OCCURRENCE):
                away = put_away(a, message, "letting them go was given up", "rejected", now)
                (gone if away else late).append(shown(MESSAGE, message))
    return GivenUp(found.lead, tuple(gone), tuple(late))


def propose(a: Assembly, lead: int, cause: str) -> bool:
    """Propose how it ends where all is done, inside `writing`; whether it was. To be called when a letter has left."""
    who = leads.get(a.db, lead)
    found = _plan(a, who) if who is not None else None
    if who is None or found is None or found.missing(a.plan.letting_go.steps):
        return False
    if _gets_letters(a, who) and not found.letter_left:
        return False
    why = f"handed over to {found.colleague}" if found.colleague else "let go as planned"
    leads.happened(a.db, lead, "proposed", at=a.clock.now(), cause=cause, note=why, what="outcome", value=found.outcome)
    return True


def planned(a: Assembly, lead: int) -> bool:
    """Whether the work with somebody is planned to end, by their number."""
    who = leads.get(a.db, lead)
    return who is not None and _plan(a, who) is not None


def _write(a: Assembly, lead: Lead, colleague: str, day: date, occurrence: str) -> str | None:
    due = datetime.combine(day, time(), a.hours.zone)
    order = Order(
        a.plan.letting_go.letter,
        "the work with them is to end",
        occurrence,
        said={"colleague": colleague} if colleague else {},
        due_at=a.hours.after(due, 0),
    )
    return letters.write(a, number(LEAD, lead.id), order)


def _gets_letters(a: Assembly, lead: Lead) -> bool:
    """Whether a letter can go to them: there is an address, and they did not ask not to be written to."""
    return lead.address is not None and standing(leads.events(a.db, number(LEAD, lead.id))).writable


def _colleague(a: Assembly, to: str) -> str:
    """A colleague as `[[practice.fit.referrals]]` names them, where one fits; else the words as they are."""
    words = one_line(to, 80).strip()
    names = [one.name for one in a.settings.practice.fit.referrals]
    fitting = [name for name in names if words.casefold() in name.casefold()]
    if len(fitting) > 1:
        raise UsageProblem(f"{words} could be {' or '.join(fitting)}", do="give the whole name")
    return fitting[0] if fitting else words


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageProblem(f"{one_line(text, 40)!r} is no day", do="give it as YYYY-MM-DD") from None


def _plan(a: Assembly, lead: Lead) -> Parting | None:
    return parting(leads.events(a.db, number(LEAD, lead.id)), a.plan.letting_go.letter)


def _known(a: Assembly, lead: Lead) -> Parting:
    found = _plan(a, lead)
    if found is None:
        raise Refused(f"the plan for {lead.id} was changed meanwhile", do=f"`inboxtriage lead show {lead.id}`")
    return found
