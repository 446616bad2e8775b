"""Drafts: written when a mail comes in, when it is relabelled, and again when what they are made of has changed."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from inboxtriage.hours.standards import answered_by, is_late
from inboxtriage.journey.history import stage_of
from inboxtriage.journey.lead import is_client
from inboxtriage.service import composing
from inboxtriage.store import conversation, drafts, leads, messages
from inboxtriage.store.database import stamp
from inboxtriage.triage.verdict import Verdict, together

if TYPE_CHECKING:
    from inboxtriage.message.model import Message
    from inboxtriage.reply.compose import Circumstances
    from inboxtriage.reply.draft import Draft
    from inboxtriage.service.assembly import Assembly

_AT_ONCE = 50
_APART = " "
_NOT_FINAL = ""  # made while a calendar could not be read: tried again with each pass


@dataclass(frozen=True, slots=True)
class Place:
    """Which message a letter answers: its number, whose it is, by when an answer is due."""

    number: int
    lead: int | None
    due_at: datetime | None
    earlier: tuple[Verdict, ...] = ()  # of the same person's mails that the letter answers too

    @classmethod
    def of(cls, a: "Assembly", item: messages.Item) -> "Place":
        """The place of an item as it is stored."""
        folded = conversation.folded_into(a.db, item.number)
        due = min((one.due_at for one in (item, *folded) if one.due_at), default=None)
        return cls(item.number, item.lead, due, tuple(one.verdict for one in folded))


def compose(a: "Assembly", message: "Message", verdict: Verdict, place: Place, *, note: str = "") -> "Draft | None":
    """The draft for a message. A response file that is wrong becomes a visible gap, never a lost draft (G41)."""
    from inboxtriage.errors import ResponseFault  # noqa: PLC0415 - looking at the queue composes nothing
    from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft  # noqa: PLC0415
    from inboxtriage.reply.salutation import subject_of  # noqa: PLC0415

    try:
        draft = a.composer.compose(message, together(verdict, place.earlier), _circumstances(a, place), note=note)
        if draft is None:
            return None
        return replace(draft, remarks=(*heeded(a, message, verdict, place, draft.body), *draft.remarks))
    except ResponseFault as fault:
        gap = f"template error: {fault}"
        body = f"{GAP_OPENS}{gap}{GAP_CLOSES}"
        subject = subject_of(message, verdict.language, a.settings.practice.profile)
        return Draft("reply", message.person.answer_to, subject, body, verdict.language, (gap,))


def heeded(a: "Assembly", message: "Message", verdict: Verdict, place: Place, body: str = "") -> tuple[str, ...]:
    """What they say, in older mails that the letter answers too, that whoever signs it must not overlook."""
    from inboxtriage.reply.heed import heed  # noqa: PLC0415 - as above

    older = (read(a, item) for item in conversation.folded_into(a.db, place.number)) if place.earlier else ()
    mails = [message, *(mail for mail in older if mail is not None)]
    return heed([text for mail in mails for text in (mail.topic, mail.words.new)], verdict, body)


def write(
    a: "Assembly",
    message: "Message",
    verdict: Verdict,
    place: Place,
    *,
    note: str = "",
    to: str | None = None,
    knowing: "drafts.Seen | None" = None,
) -> bool:
    """Compose a draft and put it in the place of any earlier one, inside `writing`; False where none is to be written.

    `to` is a recipient that was chosen by hand; `knowing` as in `store.drafts.put`.
    """
    draft = compose(a, message, verdict, place, note=note)
    if draft is None:
        return False
    put(a, draft if to is None else replace(draft, to=to), place, note=note, to_chosen=to is not None, knowing=knowing)
    return True


def put(
    a: "Assembly",
    draft: "Draft",
    place: Place,
    *,
    note: str = "",
    edited: bool = False,
    to_chosen: bool = False,
    knowing: "drafts.Seen | None" = None,
) -> None:
    """Store a draft as of now, inside `writing`; the times that it offers are held for it."""
    until = a.offering.held_until() if draft.offers else None
    unread = a.offering.problem is not None and a.offering.is_wanted
    drafts.put(
        a.db,
        place.number,
        draft,
        a.clock.now(),
        note=note,
        edited=edited,
        to_chosen=to_chosen,
        knowing=knowing,
        made_from=_NOT_FINAL if unread else _made_from(a, place, letter=draft.kind == "letter"),
        held_until=until,
    )


def read(a: "Assembly", item: messages.Item) -> "Message | None":
    """The mail of an item, read again from its bytes; None where it cannot be read."""
    from inboxtriage.service.sorting import message_of  # noqa: PLC0415 - as above

    return message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses())


def write_missing(a: "Assembly", numbers: Sequence[int]) -> int:
    """Write the drafts of these messages, a few in each transaction; how many."""
    return _rewrite(a, numbers, missing=True)


def refresh(a: "Assembly", *, again: bool = False) -> int:
    """Write anew what waits unedited and was made of other responses, facts or circumstances; how many.

    `again`: also what was written while a calendar could not be read.
    """
    changed = [
        item.number
        for item in messages.in_states(a.db, ["waiting"])
        if item.verdict.disposition == "reply" and _is_stale(a, item, again=again)
    ]
    return _rewrite(a, changed, missing=False) if changed else 0


def _is_stale(a: "Assembly", item: messages.Item, *, again: bool) -> bool:
    """Whether a letter would be another one now; not where whoever wrote it knows the practice better than we do.

    A daemon, or a review that is open, goes on with the responses and facts that it began with. What was written from
    later ones is left to them, or the two would write each other's letters anew with every look.
    """
    made_from = drafts.made_from(a.db, item.number)
    if made_from is None or made_from == _NOT_FINAL:
        return again and made_from is not None
    said, _, before = made_from.partition(_APART)
    said_now, _, now = _made_from(a, Place.of(a, item), letter=item.is_letter).partition(_APART)
    rest, read_at = before.partition(_APART)[::2]
    if said != said_now and read_at and stamp(a.read_at) < read_at <= stamp(a.clock.now()):
        return False
    return (said, rest) != (said_now, now.partition(_APART)[0])


def _rewrite(a: "Assembly", numbers: Sequence[int], *, missing: bool) -> int:
    written = 0
    a.offering.prepare()
    for start in range(0, len(numbers), _AT_ONCE):
        items = (messages.still(a.db, number) for number in numbers[start : start + _AT_ONCE])
        mails = [(item, None if item.is_letter else read(a, item)) for item in items if item is not None]
        with a.db.writing():
            for item, message in mails:
                # A person may have decided about it meanwhile.
                waiting = drafts.get(a.db, item)
                known = item.is_letter or message is not None
                if known and messages.still(a.db, item.number) == item and (waiting is None) == missing:
                    written += rewrite(a, item, waiting, message=message)
    return written


def rewrite(
    a: "Assembly", item: messages.Item, waiting: "drafts.Waiting | None", *, message: "Message | None" = None
) -> bool:
    """Write a draft anew, inside `writing`, with what a person gave to it: a note, a recipient, what they know."""
    chosen = waiting is not None and drafts.was_chosen(a.db, item.number)
    if item.is_letter:
        return _rewrite_letter(a, item, waiting, chosen=chosen)
    message = message or read(a, item)
    if message is None:
        return False
    return write(
        a,
        message,
        item.verdict,
        Place.of(a, item),
        note=waiting.note if waiting else "",
        to=waiting.draft.to if waiting and chosen else None,
        knowing=drafts.acknowledged(a.db, item.number),
    )


def _rewrite_letter(a: "Assembly", item: messages.Item, waiting: "drafts.Waiting | None", *, chosen: bool) -> bool:
    """The same for a letter of ours that answers no mail."""
    note = waiting.note if waiting else ""
    draft = composing.compose_again(a, item, note=note)
    if draft is None:
        return False
    if waiting is not None and chosen:
        draft = replace(draft, to=waiting.draft.to)
    knowing = drafts.acknowledged(a.db, item.number)
    put(a, draft, Place.of(a, item), note=note, to_chosen=chosen, knowing=knowing)
    return True


def _circumstances(a: "Assembly", place: Place) -> "Circumstances":
    from inboxtriage.reply.compose import Circumstances  # noqa: PLC0415

    client, returning = _known(a, place.lead)
    now = a.clock.now()
    return Circumstances(
        client=client,
        returning=returning,
        late=is_late(place.due_at, now),
        free=lambda: a.offering.free(place.number),
        why_none=lambda: a.offering.problem or a.offering.shortage,
        today=now.astimezone(a.hours.zone).date(),
        closed=lambda day: day in a.hours.closed,
        answer_by=answered_by(a.hours, a.settings.standards, now).astimezone(a.hours.zone).date(),
    )


def _known(a: "Assembly", lead: int | None) -> tuple[bool, bool]:
    """Whether a lead is a client, and whether we ever spoke to them."""
    events = leads.events(a.db, lead) if lead is not None else []
    spoken = any(event.kind in {"reply sent", "contact"} for event in events)
    return bool(events) and is_client(stage_of(events)), spoken


def _made_from(a: "Assembly", place: Place, *, letter: bool) -> str:
    """What a draft is composed from, beside the mail itself and the calendars.

    Digests of what the practice says and of the circumstances, and when the former was read. `letter`: it answers no
    mail.
    """
    said = hashlib.sha256(a.saying.encode()).hexdigest()[:32]
    if letter:
        rest = composing.made_from(a, messages.get(a.db, place.number))
    else:
        earlier: Iterable[object] = ([v.labels, v.kind] for v in place.earlier)
        made = [*_known(a, place.lead), is_late(place.due_at, a.clock.now()), list(earlier)]
        rest = hashlib.sha256(json.dumps(made).encode()).hexdigest()[:32]
    return _APART.join((said, rest, stamp(a.read_at)))
