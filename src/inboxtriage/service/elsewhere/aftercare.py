"""What is still to be done in the mailbox for letters that left, and in its Drafts folder.

Doing (I/O, may run in another thread) is apart from knowing and recording (the store).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.config.providers import saves_sent
from inboxtriage.config.settings import Account
from inboxtriage.errors import InboxTriageError, Unreachable
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere import drafts_folder
from inboxtriage.store import ledger, outgoing
from inboxtriage.store.ids import MESSAGE, shown


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done in the mailbox for one mail that was sent."""

    what: Literal["copy", "flag"]
    mail: Outgoing
    sent_at: datetime
    place: tuple[str, str, str] | None = None


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
