"""What becomes of a letter's copy in the Drafts folder: sent from there, missing, or taken away before ours leaves."""

from collections.abc import Iterable
from dataclasses import replace

from inboxtriage.approval.copies import EDITED, GONE, SENT, Copy, CopyState, Version, is_copy, is_version, may_be_it
from inboxtriage.approval.elsewhere import OwnMail
from inboxtriage.config.settings import Account
from inboxtriage.errors import FolderGone, InboxTriageError, Unreachable
from inboxtriage.mailbox.protocol import DraftsFolder, Mailbox
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere.own_mail import own_mail
from inboxtriage.service.leaving import has_left
from inboxtriage.store import copies, drafts, messages
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.store.messages import Item

_HOW_SENT = "drafts folder"
HOW_REJECTED = "deleted in the Drafts folder"
_OPEN_COPIES: tuple[CopyState, ...] = ("edited", "missing", "lost", "deleted")  # not lying there as we put them


def opened(mailbox: Mailbox, name: str | None) -> DraftsFolder | None:
    """The folder, by the name that it had; else by the one that it has now."""
    try:
        return mailbox.drafts(name)
    except FolderGone:
        if name is None:
            raise
        return mailbox.drafts()


# -- what is found in Sent -----------------------------------------------------------------------------------------


def note_sent(a: Assembly, account: Account, mails: Iterable[OwnMail], ours: frozenset[str]) -> int:
    """Count as sent what a mail in Sent surely is, inside `writing`; how many. `ours` are what we sent ourselves."""
    settled = 0
    known = copies.of_account(a.db, account.name)
    for mail in mails:
        for copy in known if mail.message_id not in ours else ():
            if may_be_it(copy, mail):
                copies.may_be_sent(a.db, copy.number, a.clock.now())
                if is_copy(copy, mail) or copy.state in _OPEN_COPIES:
                    settled += was_sent(a, copy)
    return settled


def was_sent(a: Assembly, copy: Copy) -> bool:
    """The owner sent this letter from there; inside `writing`. False where that is known, or where ours is leaving."""
    now, item = a.clock.now(), messages.get(a.db, copy.number)
    if item.state not in messages.OPEN and not _was_taken_for_deleted(copy, item):
        return False
    if item.state == "approved" and not approvals.withdraw(a, item, SENT):
        return False
    waiting = drafts.get(a.db, item)
    messages.answered_elsewhere(a.db, item.number, "sent", now)
    has_left(a, item.number, waiting.draft if waiting else None, copy.to, now, cause=item.id, how=_HOW_SENT)
    drafts.hold(a.db, item.number, a.offering.held_until())
    return True


def _was_taken_for_deleted(copy: Copy, item: Item) -> bool:
    return copy.state == "deleted" and item.state == "rejected" and item.how == HOW_REJECTED


def is_in_sent(mailbox: Mailbox, copy: Copy) -> bool:
    """Whether Sent holds the letter, or another answer to the same mail. Only I/O."""
    return mailbox.sent_holds(copy.message_id) or (copy.theirs is not None and mailbox.sent_answers(copy.theirs))


def note_missing(a: Assembly, item: Item, *, lost: bool = False) -> None:
    """The copy is not where it was; inside `writing`. An approval does not hold until it is known why."""
    copies.set_state(a.db, item.number, "lost" if lost else "missing", missing_since=a.clock.now())
    if not lost:
        approvals.withdraw(a, item, GONE)


def discard(a: Assembly, numbers: Iterable[int]) -> list[int]:
    """Take away the unchanged copies of the letters to these messages; for which one may lie there still."""
    left: list[int] = []
    known = [copy for number in numbers if (copy := copies.get(a.db, number)) is not None]
    for name in dict.fromkeys(copy.account for copy in known):
        of_account = [copy for copy in known if copy.account == name]
        try:
            left += _discard(a, name, of_account)
        except InboxTriageError:
            left += [copy.number for copy in of_account]
    return left


def _discard(a: Assembly, account: str, known: list[Copy]) -> list[int]:
    mailbox = a.mailbox(a.account(account))
    try:
        folder = opened(mailbox, known[0].folder)
        if folder is None:
            return [copy.number for copy in known]
        lying = {copy.uid: copy for copy in known if copy.uid is not None and copy.validity == folder.validity}
        outcome = folder.remove({uid: copy.sha256 for uid, copy in lying.items()})
        return [copy.number for copy in known if outcome.get(copy.uid or "", "changed") == "changed"]
    finally:
        mailbox.close()


# -- before sending ------------------------------------------------------------------------------------------------


def claim(a: Assembly, message: int) -> Copy | None:
    """The copy that must be gone before this message's answer leaves; from now on it is the sender's to take away."""
    copy = copies.get(a.db, message)
    if copy is not None and copy.state == "lying":
        with a.db.writing():
            copies.set_state(a.db, message, "removing")
    return copy


def take_away(mailbox: Mailbox, copy: Copy, *, answered_before: bool) -> str | None:
    """Take the copy away; why the approval no longer holds, or None. Only I/O; raises Unreachable where it may lie yet.

    Looked for in Sent after that: what was sent from there a moment ago is found, or can be sent from there no more.
    `answered_before`: another answer is in Sent, and the owner knows of it.
    """
    if copy.state in {"edited", "missing"}:
        return EDITED if copy.state == "edited" else GONE
    if copy.state != "lost":
        folder = opened(mailbox, copy.folder)
        if folder is None or copy.uid is None or folder.validity != copy.validity:
            raise Unreachable(
                f"the letter to {shown(MESSAGE, copy.number)} may still lie in {copy.folder}",
                do="the next pass (`inboxtriage poll`) looks for it",
            )
        outcome = folder.remove({copy.uid: copy.sha256})[copy.uid]
        if outcome == "changed":
            return EDITED
        if outcome == "gone":
            why = _why_gone(mailbox, folder, copy, answered_before=answered_before)
            if why is not None:
                return why
    return SENT if mailbox.sent_holds(copy.message_id) else None


def _why_gone(mailbox: Mailbox, folder: DraftsFolder, copy: Copy, *, answered_before: bool) -> str | None:
    """Why a copy is not there; None where we took it away ourselves before, and were broken off."""
    if is_in_sent(mailbox, replace(copy, theirs=None) if answered_before else copy):
        return SENT
    if any(is_version(copy, Version(one.uid, one.draft, own_mail(one.head))) for one in folder.heads()):
        return EDITED
    return None if copy.state in {"removing", "deleted"} else GONE


def recalled(a: Assembly, message: int, why: str) -> None:
    """Record what the last look before sending found; inside `writing`, after the approval was withdrawn."""
    copy = copies.get(a.db, message)
    if copy is None:
        return
    if why == EDITED:
        copies.set_state(a.db, message, "edited")
    elif why == GONE and copy.state != "missing":
        note_missing(a, messages.get(a.db, message))
    elif why == SENT:
        was_sent(a, copy)
