"""Proposals: which wait, with the sentence that decided; taken or dismissed by a person, and by nobody else."""

from dataclasses import dataclass

from inboxtriage.errors import NotFound, Refused, ResponseFault
from inboxtriage.journey.history import Proposal
from inboxtriage.journey.lead import EventKind, Lead
from inboxtriage.journey.proposals import speaks_for
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.moving import BY_HAND, of, where
from inboxtriage.service.journey.tiers import due_again
from inboxtriage.service.leads import LeadView
from inboxtriage.store import evidence, leads, messages
from inboxtriage.store.ids import MESSAGE, number

_WOULD = {"stage": "move to", "outcome": "close as", "tier": "tier", "contact": "may be written to:"}
_BECOMES: dict[str, EventKind] = {"outcome": "closed", "tier": "tier", "contact": "may be written to"}


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal that waits, whose it is, and the sentence of the mail that decided (None: there is none to show)."""

    lead: Lead
    proposal: Proposal
    sentence: str | None

    @property
    def words(self) -> str:
        """In one line: what would become of them, why, and their own sentence."""
        said = f": “{' '.join(self.sentence.split())}”" if self.sentence else ""
        change = f"{_WOULD.get(self.proposal.what, self.proposal.what)} {self.proposal.value}"
        return f"{change} ({self.proposal.cause}: {self.proposal.why}){said}"


def waiting(a: Assembly) -> list[Open]:
    """Every proposal that waits, with its sentence; the oldest first."""
    found = [
        Open(view.lead, proposal, sentence(a, view, proposal))
        for view in _views(a)
        for proposal in where(view).proposals
    ]
    return sorted(found, key=lambda one: one.proposal.at)


def count(a: Assembly) -> int:
    """How many proposals wait."""
    return sum(len(where(view).proposals) for view in _views(a))


def of_view(a: Assembly, view: LeadView) -> list[Open]:
    """The open proposals of one lead, with their sentences."""
    return [Open(view.lead, proposal, sentence(a, view, proposal)) for proposal in where(view).proposals]


def take(a: Assembly, text: str, what: str | None) -> tuple[LeadView, Proposal]:
    """Do what is proposed; the mail is the cause. Raises Refused where nothing is, or several are and none is named."""
    with a.db.writing():
        view = people.find(a, text)
        chosen = _choose(view, what, "take")
        now, lead = a.clock.now(), of(view)
        if chosen.what == "stage":
            to = people.stage_given(chosen.value)
            if view.outcome != "open":
                leads.happened(a.db, lead, "reopened", at=now, cause=chosen.cause, note=chosen.why)
            leads.happened(a.db, lead, "moved", at=now, cause=chosen.cause, note=chosen.why, stage=to)
        else:
            kind = _BECOMES[chosen.what]
            leads.happened(a.db, lead, kind, at=now, cause=chosen.cause, note=chosen.why, value=chosen.value)
            if chosen.what == "tier":
                due_again(a, lead)
            elif chosen.what == "contact" and chosen.value == "no":
                from inboxtriage.service.journey.contact import call_back  # noqa: PLC0415 - it loads what approves

                call_back(a, lead)
    return people.find(a, view.lead.id), chosen


def dismiss(a: Assembly, text: str, what: str | None) -> tuple[LeadView, Proposal]:
    """Decide against a proposal. Raises Refused as `take` does."""
    with a.db.writing():
        view = people.find(a, text)
        chosen = _choose(view, what, "dismiss")
        leads.happened(
            a.db,
            of(view),
            "dismissed",
            at=a.clock.now(),
            cause=BY_HAND,
            note=chosen.why,
            what=chosen.what,
            value=chosen.value,
        )
    return people.find(a, view.lead.id), chosen


def sentence(a: Assembly, view: LeadView, proposal: Proposal) -> str | None:
    """The sentence of a mail that speaks for a proposal, read from the mail again; None where there is none."""
    if not proposal.cause.startswith(MESSAGE):
        return None
    from inboxtriage.service.journey.hearing import signs_in  # noqa: PLC0415 - counting proposals reads no mail
    from inboxtriage.service.sorting import message_of  # noqa: PLC0415

    try:
        item = messages.still(a.db, number(MESSAGE, proposal.cause))
        plan = a.plan
    except (NotFound, ResponseFault):
        return None
    message = message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses()) if item else None
    if item is None or message is None or item.is_letter or item.erased_at is not None:
        return None
    found = signs_in(a, message, item.lead or of(view), where(view))
    return next((s.sentence for s in found if speaks_for(s.name, plan, proposal.what, proposal.value)), None)


def _views(a: Assembly) -> list[LeadView]:
    """The leads for whom something was ever proposed, each person once."""
    found: dict[str, LeadView] = {}
    for lead in evidence.ever_had(a.db, "proposed"):
        view = people.view_of(a, lead)
        if view is not None:
            found[view.lead.id] = view
    return list(found.values())


def _choose(view: LeadView, what: str | None, verb: str) -> Proposal:
    found = [one for one in where(view).proposals if what is None or one.what == what]
    if len(found) == 1:
        return found[0]
    known = view.lead.id
    if not found:
        named = f" about {what}" if what else ""
        raise Refused(f"nothing is proposed{named} for {known}", do="`inboxtriage lead proposals` lists all that is")
    choices = " or ".join(f"`inboxtriage lead {verb} {known} {one.what}`" for one in found)
    raise Refused(f"{len(found)} things are proposed for {known}", do=f"choose {choices}")
