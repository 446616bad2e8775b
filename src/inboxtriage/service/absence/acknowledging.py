"""A new mail during an absence: is its writer told when the answer comes? Decided once, as the mail is stored."""

from datetime import date, datetime, timedelta
from itertools import islice

from inboxtriage.approval.standing import Arrived, Wording, digest, why_not
from inboxtriage.config.settings import Absence
from inboxtriage.errors import ResponseFault
from inboxtriage.hours.absence import Away
from inboxtriage.journey.history import standing as standing_of
from inboxtriage.message.model import Message
from inboxtriage.outbox.pace import HOUR, departures, without_tag
from inboxtriage.reply.draft import Draft
from inboxtriage.service import approvals, pacing
from inboxtriage.service.absence import wording
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import acknowledgements, conversation, leads, standing
from inboxtriage.store.acknowledgements import Promise
from inboxtriage.store.messages import Item


def lasting(a: Assembly) -> tuple[Absence, Away] | None:
    """The absence of now that acknowledges, or None."""
    now = a.clock.now()
    spans = ((absence, wording.span(a, absence)) for absence in a.settings.standards.absences if absence.acknowledge)
    return next(((absence, away) for absence, away in spans if away.covers(now)), None)


def consider(a: Assembly, item: Item, message: Message) -> str | None:
    """Put an acknowledgement into the outbox where every rule allows it, inside `writing`; what its owner should know.

    Whoever gets none simply waits for a person, as all mail does.
    """
    found = lasting(a)
    if found is None:
        return None
    absence, away = found
    given = standing.last(a.db, away.first)
    if given is None or given.action != "approved" or away.answer_at is None:
        return None
    mail = Arrived(item.received_at, item.state, item.written_to, item.verdict, message)
    now = a.clock.now()
    if why_not(mail, away, given.at, now, a.settings.own_addresses()) is not None:
        return None
    person = without_tag(item.answer_to or "")
    if _wants_no_mail(message) or bars(a, item) is not None or acknowledgements.has_one(a.db, away, person, item.lead):
        return None
    try:
        text = wording.wording_for(a, absence, item.verdict.language)
    except ResponseFault as fault:
        return f"nobody is told of the absence: {fault}"
    sha256 = digest(away, a.settings.practice.timezone, text)
    if given.texts.get(text.language) != sha256:
        return (
            "nobody is told of the absence, for the text is not the one that was approved: "
            "`inboxtriage absence show` (a running daemon knows a changed configuration after its next start)"
        )
    leaves = _leaves(a, now)
    if leaves > now + pacing.longest_wait(a):
        return "so many wrote during the absence that not everybody is told of it"
    _write(a, item, Promise(away, away.answer_at, person, text.language, given.number), text, sha256, leaves)
    return None


def bars(a: Assembly, item: Item) -> str | None:
    """What is known of the writer that forbids one, or None: they asked for no mail, or wrote of danger.

    That they asked counts from the moment when it was read, whether or not a person has decided about it.
    """
    known = leads.find(a.db, address=item.answer_to, phone=None)
    for lead in {item.lead, known} - {None}:
        where = standing_of(leads.events(a.db, lead or 0))
        if not where.writable or any(one.what == "contact" for one in where.proposals):
            return "they asked not to be written to"
    return "they wrote of danger" if conversation.open_danger(a.db, item) is not None else None


def _wants_no_mail(message: Message) -> bool:
    """Whether this very mail asks for none, also of somebody who is no lead."""
    from inboxtriage.triage.signs import NO_MORE_MAIL, Before, signs  # noqa: PLC0415 - only during an absence

    sent = message.date.date() if message.date else date.min
    return any(one.name == NO_MORE_MAIL for one in signs(message.words.new, before=Before(spoken=False), sent=sent))


def _leaves(a: Assembly, now: datetime) -> datetime:
    """When the next may leave: after the time in which it can be taken back, and no more an hour than allowed."""
    undo = now + timedelta(seconds=a.settings.review.undo_seconds)
    slots = departures(
        acknowledgements.leaving_since(a.db, now - HOUR), now, a.settings.sending.acknowledgements_per_hour
    )
    return max(undo, *islice(slots, 1))


def _write(a: Assembly, theirs: Item, promise: Promise, text: Wording, sha256: str, leaves: datetime) -> None:
    now = a.clock.now()
    draft = Draft("letter", theirs.answer_to, text.subject, text.body, text.language)
    letter = approvals.letter_of(a, theirs, draft, now, auto_replied=True)
    number = acknowledgements.add(a.db, theirs, promise, now)
    approvals.into_outbox(a, number, theirs.account, letter, sha256, "acknowledged", now=now, leaves=leaves)
