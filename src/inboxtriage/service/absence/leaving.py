"""The way of an acknowledgement out: what must still hold when it leaves, and what follows when it has left."""

from datetime import datetime

from inboxtriage.approval.standing import LATE, digest
from inboxtriage.errors import ResponseFault
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service.absence import wording
from inboxtriage.service.absence.acknowledging import bars, lasting
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import acknowledgements, leads, messages, outgoing, standing
from inboxtriage.store.acknowledgements import Acknowledgement
from inboxtriage.store.ids import MESSAGE, shown

_OPEN = ("waiting", "snoozed")
_ALLOWED = ("reply", "read")


def of(a: Assembly, mail: Outgoing) -> Acknowledgement | None:
    """The acknowledgement that a mail in the outbox is; None where it is a letter."""
    return acknowledgements.get(a.db, outgoing.message_of(mail))


def lapsed(a: Assembly, one: Acknowledgement) -> str | None:
    """Why the standing approval does not hold any more, or None. Reads the files as they are now."""
    found = lasting(a)
    given = standing.last(a.db, one.absence)
    if found is None or found[1].first != one.absence:
        return "the absence does not last now"
    if given is None or given.number != one.standing:
        return "the standing approval was taken back"
    absence, away = found
    try:
        text = wording.wording_for(a, absence, one.language)
    except ResponseFault as fault:
        return str(fault)
    same = given.texts.get(text.language) == digest(away, a.settings.practice.timezone, text)
    return None if same else "the text is not the one that was approved"


def overtaken(a: Assembly, one: Acknowledgement) -> str | None:
    """What happened with the person since it was written, or None (G12, G13). Reads the store alone."""
    theirs = messages.still(a.db, one.theirs)
    if theirs is None:
        return "their mail is gone"
    head = messages.get(a.db, theirs.folded_into) if theirs.folded_into is not None else theirs
    if head.state not in _OPEN or head.verdict.disposition not in _ALLOWED:
        return f"{head.id} is {head.verdict.disposition if head.state in _OPEN else head.state}"
    if a.db.value("SELECT 1 FROM answered WHERE message IN (?, ?)", theirs.number, head.number) is not None:
        return f"{head.id} was answered elsewhere"
    given = standing.last(a.db, one.absence)
    if given is None or given.number != one.standing:
        return "the standing approval was taken back"
    if a.clock.now() - theirs.received_at > LATE:
        return "it would come too late"
    return bars(a, theirs)


def has_left(a: Assembly, mail: Outgoing, one: Acknowledgement, now: datetime, *, how: str = "sent") -> None:
    """Record, inside `writing`, that it left (or may have: `how` is "unknown"): what it promises is due by then."""
    messages.set_state(a.db, one.message, "done", at=now, how=how)
    acknowledgements.let_be_due(a.db, one.theirs, one.answer_at)
    theirs = messages.still(a.db, one.theirs)
    if theirs is not None and theirs.lead is not None:
        day = one.answer_at.astimezone(a.hours.zone).date().isoformat()
        note = f"acknowledged during an absence: {shown(MESSAGE, one.theirs)}"
        leads.happened(a.db, theirs.lead, "promised", at=now, cause=mail.id, note=note, what="absence", value=day)


def came_to_nothing(a: Assembly, one: Acknowledgement, why: str) -> None:
    """It was refused for good, inside `writing`: nobody is asked about it, and it is not tried again."""
    messages.set_state(a.db, one.message, "done", at=a.clock.now(), how=why)


def settle_doubts(a: Assembly) -> frozenset[int]:
    """What died while a server was given it counts as promised and is never sent again, inside `writing`; which.

    By their numbers in the outbox. No person is asked about them.
    """
    settled = set()
    for message in acknowledgements.in_doubt(a.db):
        one, mail = acknowledgements.get(a.db, message), outgoing.of_message(a.db, message)
        if one is not None and mail is not None:
            has_left(a, mail, one, a.clock.now(), how="unknown")
            settled.add(outgoing.number_of(mail))
    return frozenset(settled)
