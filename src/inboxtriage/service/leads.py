"""People and where they stand in the journey: listing, adding, moving, noting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.errors import NotFound, Refused, UsageProblem
from inboxtriage.journey.history import last_contact, outcome_of, stage_of, stages_along, standing
from inboxtriage.journey.lead import Event, Lead
from inboxtriage.journey.phone import dialled
from inboxtriage.journey.stage import STAGES, Outcome, Stage, stage_named
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads
from inboxtriage.store.ids import LEAD, number

_BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead with everything that its events say."""

    lead: Lead
    stage: Stage
    outcome: Outcome
    last_contact_at: datetime | None
    events: tuple[Event, ...]

    @property
    def tier(self) -> str | None:
        """Their tier: "A", "B", "C" or None."""
        return standing(self.events).tier

    def stages(self) -> list[Stage]:
        """The stage after each event."""
        return stages_along(self.events)


def everyone(a: Assembly) -> list[LeadView]:
    """Every lead, in the order in which they came."""
    events = leads.all_events(a.db)
    return [_view(lead, events.get(number(LEAD, lead.id), [])) for lead in leads.everyone(a.db)]


def view_of(a: Assembly, which: int) -> LeadView | None:
    """One lead by number, or None."""
    lead = leads.get(a.db, which)
    return None if lead is None else _view(lead, leads.events(a.db, which))


def find(a: Assembly, text: str) -> LeadView:
    """The lead that an id or an address names. Raises NotFound."""
    found = leads.find(a.db, address=text.strip(), phone=None) if "@" in text else number(LEAD, text)
    view = view_of(a, found) if found is not None else None
    if view is None:
        raise NotFound(f"there is no lead {text}", do="`inboxtriage lead list` shows every one")
    return view


def add(
    a: Assembly,
    *,
    address: str | None,
    name: str | None,
    phone: str | None,
    source: str,
    stage: str | None,
    facts: Sequence[Event] = (),
) -> LeadView:
    """Add a person by hand: a caller, somebody met in person. Raises Refused where they are known already.

    `facts` are what else is known of them, recorded behind their being added.
    """
    if address is None and phone is None:
        raise UsageProblem("an address or --phone is needed to know the person by")
    if address is not None and not is_plain(address):
        raise UsageProblem(f"{one_line(address, 80)!r} is no mail address", do="give one like a@b.org")
    if address is not None and address.lower() in a.settings.own_addresses():
        raise Refused(f"{address} is an address of your own", do="leads are other people")
    telephone = dialled(phone) if phone is not None else None
    if phone is not None and telephone is None:
        raise UsageProblem(f"{one_line(phone, 80)!r} is no phone number", do="give one like 555-010-0123")
    at = a.clock.now()
    with a.db.writing():
        known = leads.find(a.db, address=address, phone=None if address else telephone)
        if known is not None:
            raise Refused(
                f"this person is known already, as {LEAD}{known}", do=f"`inboxtriage lead show {LEAD}{known}`"
            )
        new = leads.add(a.db, address=address, name=name, phone=telephone, source=source, at=at)
        leads.happened(a.db, new, "added", at=at, cause=_BY_HAND, note=source, stage=stage_given(stage or STAGES[0]))
        for one in facts:
            leads.happened(
                a.db, new, one.kind, at=one.at, cause=one.cause, note=one.note, what=one.what, value=one.value
            )
    return find(a, f"{LEAD}{new}")


def move(a: Assembly, text: str, stage: str, note: str) -> LeadView:
    """Move a person to another stage. Raises UsageProblem where there is no such stage."""
    to = stage_given(stage)
    view = find(a, text)
    with a.db.writing():
        leads.happened(a.db, number(LEAD, view.lead.id), "moved", at=a.clock.now(), cause=_BY_HAND, note=note, stage=to)
    return find(a, view.lead.id)


def note(a: Assembly, text: str, words: str) -> LeadView:
    """Write something down about a person."""
    if not words.strip():
        raise UsageProblem("there is nothing to write down", do="give the words in quotes")
    view = find(a, text)
    with a.db.writing():
        leads.happened(
            a.db, number(LEAD, view.lead.id), "noted", at=a.clock.now(), cause=_BY_HAND, note=one_line(words)
        )
    return find(a, view.lead.id)


def stage_given(text: str) -> Stage:
    """The stage that somebody named. Raises UsageProblem where there is none such."""
    stage = stage_named(text)
    if stage is None:
        raise UsageProblem(f"there is no stage {text!r}", do=f"choose from {', '.join(STAGES)}")
    return stage


def _view(lead: Lead, events: list[Event]) -> LeadView:
    return LeadView(lead, stage_of(events), outcome_of(events), last_contact(events), tuple(events))
