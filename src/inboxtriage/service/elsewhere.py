"""The mailbox as others use it too: answers the owner gave elsewhere, and what is still to be done after sending.

Looking and doing (I/O, may run in another thread) are apart from knowing and recording (the store).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from hashlib import sha256
from typing import Literal

from inboxtriage.approval.copies import Copy
from inboxtriage.approval.elsewhere import Answered, OwnMail, answered_in_sent
from inboxtriage.config.providers import saves_sent
from inboxtriage.config.settings import Account
from inboxtriage.errors import FolderGone, FolderVanished, InboxTriageError, Unreachable
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.message import header
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service import approvals, drafts_folder, letter_copy
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.own_mail import own_mail
from inboxtriage.store import drafts, leads, ledger, messages, outgoing, pins, tally
from inboxtriage.store.ids import MESSAGE, shown


@dataclass(frozen=True, slots=True)
class Question:
    """What must still be true of a conversation when its answer leaves."""

    item: int
    message_id: str | None
    person: str | None
    places: tuple[tuple[str, str, str], ...]  # folder, validity, uid; none where the owner knows that it is answered
    known: tuple[tuple[str, ledger.Mark], ...]  # each folder, and how far its mail is known
    seen: frozenset[str]
    may_be_answered: bool  # the owner knows that they answered before, and approved all the same
    ours: frozenset[str]  # Message-IDs of what was approved for it and, as far as this store knows, never left
    copy: Copy | None = None  # of the letter in the Drafts folder, which is to be gone first


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done in the mailbox for one mail that was sent."""

    what: Literal["copy", "flag"]
    mail: Outgoing
    sent_at: datetime
    place: tuple[str, str, str] | None = None


def note_answers(a: Assembly, account: Account, mailbox: Mailbox) -> int:
    """Record which open items the owner has answered elsewhere, and void their approvals; how many."""
    open_items = messages.open_items(a.db, account.name)
    sent = _new_in_sent(a, account, mailbox)
    ours = outgoing.message_ids(a.db)
    answers = answered_in_sent(sent.mails, open_items, ours)
    flagged, looked_at = _by_flag(a, account, mailbox, [item.number for item in open_items])
    found = [*answers, *flagged]
    with a.db.writing():  # what was found and that it was looked at, together
        sent.remember(a, account)
        for folder, state in looked_at.items():
            tally.see_flags(a.db, account.name, folder, state)
        noted = letter_copy.note_sent(a, account, sent.mails, ours)
        pins.lift(a.db, {address for mail in sent.mails for address in mail.to}, a.clock.now())
        for answer in found:
            noted += _note(a, answer)
    return noted


def _note(a: Assembly, answer: Answered) -> bool:
    now = a.clock.now()
    item = messages.still(a.db, answer.item)
    if item is None:
        return False
    if item.folded_into is not None:
        item = messages.get(a.db, item.folded_into)  # whose letter would answer this one too
    if item.state not in messages.OPEN or not messages.answered_elsewhere(a.db, item.number, answer.how, now):
        return False
    approvals.withdraw(a, item, "answered elsewhere")
    if item.lead is not None:
        leads.happened(a.db, item.lead, "contact", at=now, cause=item.id, note="answered from another mail client")
    return True


@dataclass(frozen=True, slots=True)
class _Sent:
    """What is new in the Sent folder, and what to remember of having looked."""

    mails: list[OwnMail]
    folder: str = ""
    mark: ledger.Mark | None = None
    one_by_one: tuple[str, ...] = ()

    def remember(self, a: Assembly, account: Account) -> None:
        """Inside `writing`."""
        for uid in self.one_by_one:
            ledger.record(a.db, account.name, self.folder, self.mark.validity if self.mark else "", uid, None)
        if self.mark is not None:
            ledger.move_mark(a.db, account.name, self.folder, self.mark)


def _new_in_sent(a: Assembly, account: Account, mailbox: Mailbox) -> _Sent:
    folder = mailbox.sent_folder()
    if folder is None:
        return _Sent([])
    mark = ledger.mark(a.db, account.name, folder)
    validity = mailbox.validity(folder)
    fresh = mark is None or mark.validity != validity
    listing = mailbox.listing(
        folder, above=None if fresh or mark is None else mark.uid, since=_earliest(a, account) if fresh else None
    )
    known = ledger.seen(a.db, account.name, folder, validity)
    uids = [uid for uid in listing.uids if uid not in known]
    mails = [own_mail(head) for head in mailbox.headers(folder, uids)]
    last = uids[-1] if uids else None if fresh or mark is None else mark.uid
    return _Sent(mails, folder, ledger.Mark(validity, last), () if mailbox.ordered else tuple(uids))


def _earliest(a: Assembly, account: Account) -> date:
    """The day before the oldest open item came: no answer to it can be older, on whatever clock the server goes."""
    return (messages.oldest_open(a.db, account.name) or a.clock.now()).date() - timedelta(days=1)


def _by_flag(
    a: Assembly, account: Account, mailbox: Mailbox, open_items: list[int]
) -> tuple[list[Answered], dict[str, str | None]]:
    """Which open items are marked as answered, and the state at which each folder was looked at.

    Where the server says that nothing changed since then, nothing is asked for (CONDSTORE, RFC 7162).
    """
    by_folder: dict[tuple[str, str], dict[str, int]] = {}
    for number, folder, validity, uid in ledger.places(a.db, account.name, open_items):
        by_folder.setdefault((folder, validity), {})[uid] = number
    found: list[Answered] = []
    looked_at: dict[str, str | None] = {}
    for (folder, validity), uids in by_folder.items():
        try:
            state = mailbox.state(folder)
        except FolderGone:
            continue
        if state.validity != validity:
            continue
        asked = sha256(" ".join(sorted(uids)).encode()).hexdigest()[:16]
        looked = f"{validity} {state.changes} {asked}" if state.changes else None
        if looked is None or looked != tally.flags_seen(a.db, account.name, folder):
            found += [Answered(uids[uid], "flag") for uid in mailbox.answered(folder, list(uids))]
            looked_at[folder] = looked
    return found, looked_at


def _answered(mailbox: Mailbox, folder: str, validity: str, uids: list[str]) -> set[str]:
    """Which of these are marked as answered; none where their folder is gone or was numbered anew."""
    try:
        return mailbox.answered(folder, uids) if mailbox.validity(folder) == validity else set()
    except FolderGone:
        return set()


# -- the last look before sending ----------------------------------------------------------------------------------


def question(a: Assembly, mail: Outgoing, folders: Sequence[str]) -> Question:
    """What to look for before this mail leaves."""
    number = outgoing.message_of(mail)
    item = messages.get(a.db, number)
    acknowledged = drafts.answer_is_acknowledged(a.db, number)
    places = () if acknowledged else tuple((f, v, u) for _, f, v, u in ledger.places(a.db, item.account, [number]))
    marks = [(folder, ledger.mark(a.db, item.account, folder)) for folder in folders]
    seen = frozenset(
        uid for folder, mark in marks if mark for uid in ledger.seen(a.db, item.account, folder, mark.validity)
    )
    known = tuple((folder, mark) for folder, mark in marks if mark is not None)
    ours = frozenset({mail.message_id}) if acknowledged else outgoing.ids_for(a.db, number)
    copy = letter_copy.claim(a, number)
    return Question(number, item.message_id, item.person, places, known, seen, acknowledged, ours, copy)


def look(mailbox: Mailbox, asked: Question) -> str | None:
    """Why the approval no longer holds, or None: answered elsewhere, or new mail of the same person. Only I/O.

    After it the letter lies in the Drafts folder no more.
    """
    for folder, validity, uid in asked.places:
        if _answered(mailbox, folder, validity, [uid]):
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
                return "they wrote again"
    return None


def _is_theirs(head: bytes, asked: Question) -> bool:
    headers = header.values(message_from_bytes(head))
    writers = {a.address.lower() for value in headers.get("from", ()) for a in header.addresses(value)}
    thread = header.ids(" ".join((*headers.get("in-reply-to", ()), *headers.get("references", ()))))
    return asked.person in writers or (asked.message_id is not None and asked.message_id in thread)


def recall(a: Assembly, mail: Outgoing, why: str) -> None:
    """Take back an approval that the last look found void; the item waits for a person again."""
    with a.db.writing():
        item = messages.get(a.db, outgoing.message_of(mail))
        if why.startswith("answered elsewhere"):
            messages.answered_elsewhere(a.db, item.number, "flag" if "marked" in why else "sent", a.clock.now())
        approvals.withdraw(a, item, why)
        letter_copy.recalled(a, item.number, why)


# -- after sending -------------------------------------------------------------------------------------------------


def tasks(a: Assembly, account: Account) -> list[Task]:
    """What is still to be done for mail that this account has sent."""
    copies = [Task("copy", mail, at) for mail, at in outgoing.aftercare(a.db, account.name, "copy")]
    flags: list[Task] = []
    for mail, at in outgoing.aftercare(a.db, account.name, "flag"):
        places = ledger.places(a.db, account.name, [outgoing.message_of(mail)])
        flags.extend(Task("flag", mail, at, (f, v, u)) for _, f, v, u in places[:1])
    return [*copies, *flags]


def do(mailbox: Mailbox, task: Task) -> None:
    """Do one task in the mailbox. Only I/O; raises Unreachable, and then it is tried again at the next pass."""
    if task.what == "copy":
        if not mailbox.sent_holds(task.mail.message_id):
            mailbox.save_sent(task.mail.mime, task.sent_at)
    elif task.place is not None:
        folder, validity, uid = task.place
        if mailbox.validity(folder) != validity:  # never act on an old uid (G19)
            raise Unreachable(f"{folder} was numbered anew", do="the next pass reads it again")
        mailbox.mark_answered(folder, uid)


def care(a: Assembly, account: Account, mailbox: Mailbox) -> list[str]:
    """Do what is to be done after sending, and in the Drafts folder; what could not be done, a line each."""
    problems = []
    for task in tasks(a, account):
        try:
            do(mailbox, task)
        except InboxTriageError as error:
            problems.append(f"{shown(MESSAGE, outgoing.message_of(task.mail))}: {error}")
            continue
        with a.db.writing():
            outgoing.cared(a.db, outgoing.number_of(task.mail), task.what)
    try:
        problems += drafts_folder.tend(a, account, mailbox)
    except InboxTriageError as error:  # all mail was read; the letters wait here as well
        problems.append(f"{account.name}: the Drafts folder: {error}")
    return problems


def wants_copy(account: Account) -> bool:
    """Whether we put a copy into Sent: not where the provider does that by itself."""
    if account.save_sent == "auto":
        return account.smtp is None or not saves_sent(account.smtp.host)
    return account.save_sent == "yes"
