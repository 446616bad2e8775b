"""People and where they stand in the journey: listing, finding, adding."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.errors import NotFound, Refused, UsageProblem
from inboxtriage.journey.history import Standing, stages_along, standing
from inboxtriage.journey.lead import TIERS, Event, Lead
from inboxtriage.journey.phone import dialled
from inboxtriage.journey.stage import OUTCOMES, STAGES, Outcome, Stage, stage_named
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads, standings
from inboxtriage.store.ids import LEAD, number, shown

_ID = re.compile(r"[pP]\d{1,15}|\d{1,6}")  # more digits without the letter are a telephone number
BY_HAND = "by hand"  # the cause of what a person said


@dataclass(frozen=True, slots=True)
class LeadView:
    """A person, and where they stand. `events` and `others`: only where one person was asked for.

    `others` are the records that were merged into this one, as they are alone.
    """

    lead: Lead
    standing: Standing
    events: tuple[Event, ...] = ()
    others: tuple[Lead, ...] = ()

    @property
    def stage(self) -> Stage:
        """Where they stand."""
        return self.standing.stage

    @property
    def outcome(self) -> Outcome:
        """How it ended, or "open"."""
        return self.standing.outcome

    @property
    def tier(self) -> str | None:
        """A, B or C, where that was decided."""
        return self.standing.tier

    @property
    def last_contact_at(self) -> datetime | None:
        """When either side last spoke to the other."""
        return self.standing.last_contact.at if self.standing.last_contact else None

    def stages(self) -> list[Stage]:
        """The stage after each event."""
        return stages_along(self.events)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list is of; None: whichever."""

    stage: Stage | None = None
    outcome: Outcome | None = None
    tier: str | None = None  # "": those without one
    source: str | None = None  # words that are in it
    search: str | None = None  # words that are in a name, an address or a number

    def takes(self, lead: Lead, where: Standing) -> bool:
        """Whether somebody is of it. What was merged into them is searched by the caller."""
        return (
            self.stage in {None, where.stage}
            and self.outcome in {None, where.outcome}
            and (self.tier is None or (where.tier or "") == self.tier)
            and (self.source is None or self.source.casefold() in lead.source.casefold())
        )


def wanted(
    *, stage: str | None, outcome: str | None, tier: str | None, source: str | None, search: str | None
) -> Wanted:
    """Which people somebody asked for in words. Raises UsageProblem where there is no such stage, outcome or tier."""
    return Wanted(
        stage=stage_given(stage) if stage else None,
        outcome=outcome_given(outcome) if outcome else None,
        tier=tier_given(tier) if tier else None,
        source=source,
        search=search,
    )


def everyone(a: Assembly, wanted: Wanted | None = None) -> list[LeadView]:
    """Every person, or those who are wanted, in the order in which they came."""
    found = [LeadView(lead, where) for lead, where in standings.everyone(a.db)]
    if wanted is None:
        return found
    named = None if wanted.search is None else leads.searched(a.db, wanted.search)
    return [
        view for view in found if wanted.takes(view.lead, view.standing) and (named is None or view.lead.id in named)
    ]


def view_of(a: Assembly, which: int) -> LeadView | None:
    """The person of a record by its number, or None."""
    kin = leads.family(a.db, which)
    records = leads.records(a.db, kin)
    lead = next(iter(leads.persons(records)), None)
    if lead is None:
        return None
    events = leads.told(a.db, kin)
    return LeadView(lead, standing(events), tuple(events), tuple(one for one in records if one.id != lead.id))


def find(a: Assembly, text: str) -> LeadView:
    """The person whom an id, an address or a number names. Raises NotFound, or Refused where a number names several."""
    view = view_of(a, number(LEAD, record_named(a, text).id))
    if view is None:
        raise _unknown(text)
    return view


def record_named(a: Assembly, text: str) -> Lead:
    """The record itself, which may be a part of somebody. Raises as `find`."""
    said = text.strip()
    if "@" in said:
        found = leads.find(a.db, address=said, phone=None)
    elif _ID.fullmatch(said) or dialled(said) is None:
        found = number(LEAD, said)
    else:
        callers = leads.on_line(a.db, said)
        if len({leads.family(a.db, one)[0] for one in callers}) > 1:
            raise Refused(f"{said} is the number of {_ids(callers)}", do="name one of them by its id")
        found = callers[0] if callers else None
    record = leads.record(a.db, found) if found is not None else None
    if record is None:
        raise _unknown(text)
    return record


def _ids(numbers: list[int]) -> str:
    return ", ".join(shown(LEAD, one) for one in numbers)


def _unknown(text: str) -> NotFound:
    return NotFound(f"there is no lead {one_line(text, 80)}", do="`inboxtriage lead list` shows every one")


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
        leads.happened(a.db, new, "added", at=at, cause=BY_HAND, note=source, stage=stage_given(stage or STAGES[0]))
        for one in facts:
            leads.happened(
                a.db, new, one.kind, at=one.at, cause=one.cause, note=one.note, what=one.what, value=one.value
            )
    return find(a, f"{LEAD}{new}")


def stage_given(text: str) -> Stage:
    """The stage that somebody named. Raises UsageProblem where there is none such."""
    stage = stage_named(text)
    if stage is None:
        raise UsageProblem(f"there is no stage {text!r}", do=f"choose from {', '.join(STAGES)}")
    return stage


def outcome_given(text: str) -> Outcome:
    """The outcome that somebody named. Raises UsageProblem where there is none such."""
    said = re.sub(r"[\s-]+", "_", text.strip().lower())
    found = next((outcome for outcome in OUTCOMES if outcome == said), None)
    if found is None:
        raise UsageProblem(f"there is no outcome {one_line(text, 80)!r}", do=f"choose from {', '.join(OUTCOMES)}")
    return found


def tier_given(text: str) -> str:
    """The tier that somebody named; "" for "none". Raises UsageProblem where there is none such."""
    said = text.strip().upper()
    if said == "NONE":
        return ""
    if said not in TIERS:
        raise UsageProblem(f"there is no tier {one_line(text, 80)!r}", do=f"choose from {', '.join(TIERS)}, none")
    return said
