"""Tiers at work: given by hand, suggested from what is on record; and what a tier changes for mail that waits.

A tier's own target (`[standards.tiers]`) is one more standard, and the soonest counts: it can only bring an answer
nearer. No tier changes when anybody else's answer is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.journey.history import Standing, standing
from inboxtriage.journey.lead import CLIENT_STAGES, TIERS, Event, EventKind, Lead
from inboxtriage.journey.links import Referrals
from inboxtriage.journey.tiers import Record, Suggestion, client_since, revenue, suggested
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.deadlines import due_at
from inboxtriage.service.journey.links import everybodys_referrals
from inboxtriage.store import leads, links, messages, standings
from inboxtriage.store.ids import LEAD, number

_BY_HAND = "by hand"
_READ: tuple[EventKind, ...] = ("logged",)


@dataclass(frozen=True, slots=True)
class Rated:
    """One person, their tier, and the tier that their record speaks for (None: too little is known)."""

    lead: Lead
    standing: Standing
    referrals: Referrals
    suggestion: Suggestion | None

    @property
    def differs(self) -> bool:
        """Whether the record speaks for another tier than they have."""
        return self.suggestion is not None and self.suggestion.tier != self.standing.tier


def everybody(a: Assembly) -> list[Rated]:
    """Every person once, in the order in which they came."""
    root, given = links.roots(a.db), everybodys_referrals(a)
    records = links.told(a.db, _READ, CLIENT_STAGES)
    family: dict[str, list[str]] = {}
    for one in records:
        family.setdefault(root.get(one, one), []).append(one)
    return [
        _weighed(a, lead, where, given.get(lead.id, Referrals()), [records[one] for one in family.get(lead.id, ())])
        for lead, where in standings.everyone(a.db)
        if lead.merged_into is None
    ]


def rated(a: Assembly, lead: Lead) -> Rated:
    """One person, as they stand now."""
    events = leads.events(a.db, number(LEAD, lead.id))
    return _weighed(a, lead, standing(events), everybodys_referrals(a).get(lead.id, Referrals()), [events])


def _weighed(a: Assembly, lead: Lead, where: Standing, found: Referrals, records: Sequence[Sequence[Event]]) -> Rated:
    """One person, from the events of each of their records."""
    record = Record(
        len(found.given),
        min((at for one in records if (at := client_since(one)) is not None), default=None),
        sum(revenue(one) for one in records),
        where.last_contact.at if where.last_contact else None,
    )
    return Rated(lead, where, found, suggested(a.plan.tiers, record, a.clock.now()))


def give(a: Assembly, who: str, tier: str) -> tuple[Lead, str, int]:
    """Put somebody into a tier ("none": out of it); the lead, the tier, and for how many open mails the date changed.

    "suggested" takes the tier that their record speaks for. Raises UsageProblem and Refused.
    """
    lead = people.find(a, who).lead
    wanted = tier.strip().upper()
    note = ""
    if wanted == "SUGGESTED":
        found = rated(a, lead).suggestion
        if found is None:
            raise Refused(f"too little is known of {lead.id} to suggest a tier", do="name one: A, B or C")
        wanted, note = found.tier, "; ".join(found.reasons)
    value = tier_given(wanted)
    with a.db.writing():
        leads.happened(a.db, number(LEAD, lead.id), "tier", at=a.clock.now(), cause=_BY_HAND, note=note, value=value)
        changed = due_again(a, number(LEAD, lead.id))
    return lead, value, changed


def tier_given(text: str) -> str:
    """The tier that somebody named; "" for none. Raises UsageProblem."""
    wanted = text.strip().upper()
    if wanted == "NONE":
        return ""
    if wanted not in TIERS:
        raise UsageProblem(f"there is no tier {one_line(text, 40)!r}", do=f"choose from {', '.join(TIERS)}, or none")
    return wanted


def due_again(a: Assembly, lead: int) -> int:
    """Work out anew by when open mail of a person is due, inside `writing`; how many dates changed.

    To be called where their tier may have changed: by hand, by a proposal that is taken, by a merge, by an undo.
    """
    if not a.settings.standards.tiers:
        return 0
    kin = leads.family(a.db, lead)
    tier = standing(leads.told(a.db, kin)).tier
    changed = 0
    for item in messages.in_states(a.db, [*messages.OPEN, "folded"]):
        if item.lead not in kin or item.is_letter or item.is_acknowledgement:
            continue
        due = due_at(a, item.verdict, item.received_at, tier)
        if due != item.due_at:
            messages.set_due(a.db, item.number, due)
            changed += 1
    return changed
