"""The last look before a letter leaves: has the conversation changed since the approval? (G12, G13)

Looking (I/O, may run in another thread) is apart from knowing and recording (the store).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes

from inboxtriage.approval.copies import Copy
from inboxtriage.errors import FolderVanished, Unreachable
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.message import header
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere import letter_copy
from inboxtriage.service.elsewhere.answers import answered_among
from inboxtriage.store import drafts, leads, ledger, messages, outgoing
from inboxtriage.store.acknowledgements import Acknowledgement
from inboxtriage.store.messages import Item

WROTE_AGAIN = "they wrote again"


@dataclass(frozen=True, slots=True)
class Question:
    """What must still be true of a conversation when its answer leaves."""

    item: int
    message_id: str | None
    persons: frozenset[str]  # every address of whom it is for
    places: tuple[tuple[str, str, str], ...]  # folder, validity, uid; none where the owner knows that it is answered
    known: tuple[tuple[str, ledger.Mark], ...]  # each folder, and how far its mail is known
    seen: frozenset[str]
    may_be_answered: bool  # the owner knows that they answered before, and approved all the same
    ours: frozenset[str]  # Message-IDs of what was approved for it and, as far as this store knows, never left
    copy: Copy | None = None  # of the letter in the Drafts folder, which is to be gone first


def question(
    a: Assembly, mail: Outgoing, folders: Sequence[str], acknowledgement: Acknowledgement | None = None
) -> Question:
    """What to look for before this mail leaves; an acknowledgement is of another message than its own."""
    number = outgoing.message_of(mail) if acknowledgement is None else acknowledgement.theirs
    item = messages.get(a.db, number)
    acknowledged = drafts.answer_is_acknowledged(a.db, number)
    places = () if acknowledged else tuple((f, v, u) for _, f, v, u in ledger.places(a.db, item.account, [number]))
    marks = [(folder, ledger.mark(a.db, item.account, folder)) for folder in folders]
    numbered = a.account(item.account).imap is not None
    seen = frozenset(
        uid
        for folder, mark in marks
        if mark
        for uid in ledger.seen(a.db, item.account, folder, mark.validity, above=mark.uid if numbered else None)
    )
    known = tuple((folder, mark) for folder, mark in marks if mark is not None)
    alone = acknowledged or acknowledgement is not None
    ours = frozenset({mail.message_id}) if alone else outgoing.ids_for(a.db, number)
    copy = letter_copy.claim(a, number) if acknowledgement is None else None
    return Question(number, item.message_id, _addresses(a, item), places, known, seen, acknowledged, ours, copy)


def _addresses(a: Assembly, item: Item) -> frozenset[str]:
    kin = leads.records(a.db, leads.family(a.db, item.lead)) if item.lead is not None else []
    return frozenset({one.address for one in kin if one.address} | ({item.person.lower()} if item.person else set()))


def look(mailbox: Mailbox, asked: Question) -> str | None:
    """Why the approval no longer holds, or None: answered elsewhere, or new mail of the same person. Only I/O.

    After it the letter lies in the Drafts folder no more.
    """
    for folder, validity, uid in asked.places:
        if answered_among(mailbox, folder, validity, [uid]):
            return "answered elsewhere (marked as answered)"
    if any(mailbox.sent_holds(message_id) for message_id in asked.ours):
        return "answered elsewhere (our own letter was found in Sent)"
    if asked.copy is not None:
        why = letter_copy.take_away(mailbox, asked.copy, answered_before=asked.may_be_answered)
        if why is not None:
            return why
    if asked.message_id is not None and not asked.may_be_answered and mailbox.sent_answers(asked.message_id):
        return "answered elsewhere (found in Sent)"
    for folder, mark in asked.known:
        try:
            validity = mailbox.validity(folder)
        except FolderVanished:
            continue  # nothing can be in it
        if validity != mark.validity:
            raise Unreachable(f"{folder} was numbered anew", do="the next pass reads it again")
        fresh = [u for u in mailbox.listing(folder, above=mark.uid, since=None).uids if u not in asked.seen]
        for head in mailbox.headers(folder, fresh):
            if _is_theirs(head, asked):
                return WROTE_AGAIN
    return None


def _is_theirs(head: bytes, asked: Question) -> bool:
    headers = header.values(message_from_bytes(head))
    writers = {a.address.lower() for value in headers.get("from", ()) for a in header.addresses(value)}
    thread = header.ids(" ".join((*headers.get("in-reply-to", ()), *headers.get("references", ()))))
    return not asked.persons.isdisjoint(writers) or (asked.message_id is not None and asked.message_id in thread)


def recall(a: Assembly, mail: Outgoing, why: str) -> None:
    """Take back an approval that the last look found void; the item waits for a person again."""
    with a.db.writing():
        item = messages.get(a.db, outgoing.message_of(mail))
        if why.startswith("answered elsewhere"):
            messages.answered_elsewhere(a.db, item.number, "flag" if "marked" in why else "sent", a.clock.now())
        approvals.withdraw(a, item, why)
        letter_copy.recalled(a, item.number, why)
