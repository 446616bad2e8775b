"""What follows when a letter has left, by whatever way: its item is answered, its lead goes on."""

from datetime import datetime

from inboxtriage.journey.history import stage_of
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.reply.draft import Draft
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import parting
from inboxtriage.service.journey.sent import letter_left
from inboxtriage.store import leads, letters, messages, pins


def has_left(a: Assembly, message: int, draft: Draft | None, to: str, now: datetime, *, cause: str, how: str) -> None:
    """Record it, inside `writing`. `cause` names what left; `how` it left: by "mail", or from the "drafts folder"."""
    messages.set_state(a.db, message, "answered", at=now, how=how)
    pins.lift(a.db, [to], now)
    lead = messages.get(a.db, message).lead
    if lead is None:
        return
    stage = _onward(a, lead, draft.stage if draft else None)
    letter = letters.get(a.db, message)
    if letter is not None:
        leads.happened(a.db, lead, "letter sent", at=now, cause=cause, stage=stage, what=letter.name)
        parting.propose(a, lead, cause)
    else:
        leads.happened(a.db, lead, "reply sent", at=now, cause=cause, stage=stage)
    letter_left(a, lead, letter.name if letter else None, draft.body if draft else "", now, cause=cause)
    sent_to = [name for name in (draft.refers_to if draft else ()) if draft and name in draft.body]
    if sent_to and not parting.planned(a, lead):  # a plan proposes how it ends, when all its steps are done
        leads.happened(a.db, lead, "referred out", at=now, cause=cause, note=f"to {', '.join(sent_to)}")


def _onward(a: Assembly, lead: int, stage: str | None) -> Stage | None:
    """The stage that a letter leads to, where that is onward for this person; None where it moves nobody."""
    to = next((s for s in STAGES if s == stage), None)
    here = stage_of(leads.events(a.db, lead))
    return to if to is not None and STAGES.index(to) > STAGES.index(here) else None
