"""Answers that the owner gave from another mail client: found in Sent, or marked as answered (G12)."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from inboxtriage.approval.elsewhere import Answered, OwnMail, answered_in_sent
from inboxtriage.config.settings import Account
from inboxtriage.errors import FolderGone
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere import letter_copy
from inboxtriage.service.elsewhere.own_mail import own_mail
from inboxtriage.store import leads, ledger, messages, outgoing, pins, tally


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
        if answer.at is not None and answer.at < item.received_at:
            return False  # they wrote again since, and nobody answered that
    if item.state not in messages.OPEN or not messages.answered_elsewhere(a.db, item.number, answer.how, now):
        return False
    approvals.withdraw(a, item, "answered elsewhere")
    if item.lead is not None and answer.how != "others":
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
    known = ledger.seen(a.db, account.name, folder, validity, among=listing.uids)
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


def answered_among(mailbox: Mailbox, folder: str, validity: str, uids: list[str]) -> set[str]:
    """Which of these are marked as answered; none where their folder is gone or was numbered anew."""
    try:
        return mailbox.answered(folder, uids) if mailbox.validity(folder) == validity else set()
    except FolderGone:
        return set()
