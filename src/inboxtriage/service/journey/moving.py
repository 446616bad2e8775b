"""Where a person stands, changed by hand: moved, closed, reopened; and the last such change taken back."""

from datetime import datetime

from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.journey.history import Standing, living, standing
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.proposals import CHECKLIST
from inboxtriage.journey.stage import OUTCOMES, STAGES, Outcome
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.tiers import due_again
from inboxtriage.service.leads import LeadView
from inboxtriage.store import leads
from inboxtriage.store.ids import LEAD, number

BY_HAND = "by hand"
_IMPORT = "import"  # the cause of what came with a list
_DECISIONS: frozenset[EventKind] = frozenset(
    {"moved", "closed", "reopened", "tier", "may be written to", "dismissed", "testimonial"}
)
_RECORDS: frozenset[EventKind] = frozenset(
    {
        "noted", "contact", "checked", "unchecked", "date", "zone", "language", "referred by", "logged", "consented",
        "consent withdrawn", "promise kept", "scored",
    }
)  # fmt: skip
_OTHERWISE: dict[EventKind, str] = {
    "added": "`inboxtriage forget` erases a person",
    "merged": "`inboxtriage lead split` parts them again",
    "split": "`inboxtriage lead merge` joins them again",
    "linked": "`inboxtriage lead unlink` parts them again",
    "unlinked": "`inboxtriage lead link` joins them again",
    "letting go": "`inboxtriage lead let-go` with --cancel gives it up, without it begins it",
    "let-go step": "`inboxtriage lead let-go` with --done or --not-done",
    "touch dropped": "`inboxtriage lead letter` writes one by hand",
}


def move(a: Assembly, text: str, stage: str, note: str, *, back: bool) -> tuple[LeadView, str]:
    """Move a person to another stage; what the plan would have had instead, where it has not this one.

    Raises UsageProblem where there is no such stage, Refused where it is back (or nowhere) and nobody says so.
    """
    to = people.stage_given(stage)
    view = people.find(a, text)
    foreseen = a.plan.stages[view.stage].next if view.stage in a.plan.stages else ()
    backward = to not in foreseen and STAGES.index(to) <= STAGES.index(view.stage)
    if backward and not (back or note.strip()):
        how = "there already" if to == view.stage else f"further on, at {view.stage}"
        raise Refused(f"{view.lead.id} is {how}", do="if you mean it, say why with --note, or --back")
    with a.db.writing():
        now = a.clock.now()
        leads.happened(a.db, of(view), "moved", at=now, cause=BY_HAND, note=one_line(note), stage=to)
    instead = "" if to in foreseen else f"the plan has {' or '.join(foreseen) or 'nothing'} after {view.stage}"
    return people.find(a, view.lead.id), instead


def close(a: Assembly, text: str, outcome: str, note: str) -> LeadView:
    """Say how it ended with somebody; from then on nothing is due. Raises UsageProblem or Refused."""
    ending = outcome_given(outcome)
    view = people.find(a, text)
    if view.outcome == ending:
        raise Refused(f"{view.lead.id} is closed so already", do=f"`inboxtriage lead reopen {view.lead.id}` opens it")
    with a.db.writing():
        leads.happened(a.db, of(view), "closed", at=a.clock.now(), cause=BY_HAND, note=one_line(note), value=ending)
    return people.find(a, view.lead.id)


def reopen(a: Assembly, text: str, note: str) -> LeadView:
    """Say that it goes on after all with somebody who was closed. Raises Refused where they are open."""
    view = people.find(a, text)
    if view.outcome == "open":
        raise Refused(f"{view.lead.id} is open", do=f"`inboxtriage lead show {view.lead.id}`")
    with a.db.writing():
        leads.happened(a.db, of(view), "reopened", at=a.clock.now(), cause=BY_HAND, note=one_line(note))
    return people.find(a, view.lead.id)


def undo(a: Assembly, text: str) -> tuple[LeadView, Event]:
    """Take back the last change that a person made or took; the event that counts no more. Raises Refused."""
    view = people.find(a, text)
    with a.db.writing():
        alive = living(leads.events(a.db, of(view)))
        last = next((event for event in reversed(alive) if _is_change(event)), None)
        if last is None:
            raise Refused(
                f"nothing was changed by hand for {view.lead.id}",
                do="what came from mail stays; `inboxtriage lead move` or `lead close` changes where they stand",
            )
        if last.kind in _OTHERWISE:
            raise Refused(f"the last change of {view.lead.id} ({last.kind}) is not undone so", do=_OTHERWISE[last.kind])
        now = a.clock.now()
        take_back(a, of(view), last, now)
        if last.kind == "checked":
            drop_finished(a, of(view), now)
        elif last.kind == "tier":
            due_again(a, of(view))
    return people.find(a, view.lead.id), last


def take_back(a: Assembly, lead: int, event: Event, now: datetime) -> None:
    """Let an event count no more, inside `writing`."""
    leads.happened(a.db, lead, "undone", at=now, cause=BY_HAND, note=event.kind, value=str(event.id))


def drop_finished(a: Assembly, lead: int, now: datetime) -> None:
    """Drop what a checklist proposed that is not finished any more, inside `writing`."""
    alive = living(leads.events(a.db, lead))
    if any(one.cause == CHECKLIST for one in standing(alive).proposals):
        last = next(event for event in reversed(alive) if event.kind == "proposed" and event.cause == CHECKLIST)
        take_back(a, lead, last, now)


def outcome_given(text: str) -> Outcome:
    """The ending that somebody named. Raises UsageProblem where there is none such."""
    written = text.strip().lower().replace("-", "_").replace(" ", "_")
    found = next((one for one in OUTCOMES if one == written and one != "open"), None)
    if found is None:
        raise UsageProblem(f"there is no ending {text!r}", do=f"choose from {', '.join(OUTCOMES[1:])}")
    return found


def of(view: LeadView) -> int:
    """The row of a lead."""
    return number(LEAD, view.lead.id)


def where(view: LeadView) -> Standing:
    """Where a lead stands, with all that its events say."""
    return standing(view.events)


def _is_change(event: Event) -> bool:
    """Whether a person did this to the record, or took it from a proposal."""
    if event.cause == _IMPORT or (event.kind == "touch dropped" and event.cause != BY_HAND):
        return False
    if event.kind in _DECISIONS or event.kind in _OTHERWISE:
        return True
    return event.kind in _RECORDS and event.cause == BY_HAND
