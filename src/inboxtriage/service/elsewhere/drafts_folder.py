"""The owner's Drafts folder as a place to approve: what is ready lies there too, and what becomes of it counts here.

What is meant to be put or taken away is recorded before it is done, so that a crash between is seen for what it was:
a letter that is there already is not put a second time, one that we took away ourselves was not deleted by the owner.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from inboxtriage.approval.copies import (
    EDITED,
    GRACE,
    LATE,
    Copy,
    Standing,
    Version,
    are_too_many,
    standing,
)
from inboxtriage.config.settings import Account
from inboxtriage.errors import Refused
from inboxtriage.mailbox.protocol import DraftsFolder, Mailbox
from inboxtriage.reply.wire import to_bytes
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere.letter_copy import HOW_REJECTED, is_in_sent, note_missing, opened, was_sent
from inboxtriage.service.elsewhere.own_mail import own_mail
from inboxtriage.store import copies, drafts, messages, steps
from inboxtriage.store.drafts import Waiting
from inboxtriage.store.messages import Item


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter that could be approved now."""

    item: Item
    waiting: Waiting


def tend(a: Assembly, account: Account, mailbox: Mailbox) -> list[str]:
    """See what became of the copies, take away what is stale, put what is ready; what the owner should know."""
    known = copies.of_account(a.db, account.name)
    ready = _ready(a, account) if account.drafts_folder and account.maildir is None else {}
    if not known and not ready:
        return []
    folder = opened(mailbox, known[0].folder if known else None)
    if folder is None:
        return _without_folder(a, known)
    return _Tending(a, account, folder, ready, partial(is_in_sent, mailbox)).do(known)


def _ready(a: Assembly, account: Account) -> dict[int, _Ready]:
    found = {}
    for item in messages.in_states(a.db, ["waiting"]):
        if item.account == account.name and item.verdict.disposition != "urgent":
            waiting = drafts.get(a.db, item)
            if waiting is not None and waiting.draft.kind != "safety" and not waiting.blocked:
                found[item.number] = _Ready(item, waiting)
    return found


def _without_folder(a: Assembly, known: Sequence[Copy]) -> list[str]:
    """The folder is not there, and so nobody deleted a letter in it."""
    vanished = [copy for copy in known if copy.state != "lost"]
    with a.db.writing():
        for copy in vanished:
            copies.set_state(a.db, copy.number, "lost")
    return [_lost("the Drafts folder is gone, and", len(vanished))] if vanished else []


class _Tending:
    """One look at the folder of one account, and what follows from it."""

    def __init__(
        self,
        a: Assembly,
        account: Account,
        folder: DraftsFolder,
        ready: Mapping[int, _Ready],
        in_sent: Callable[[Copy], bool],
    ) -> None:
        self._a, self._account, self._folder, self._ready, self._in_sent = a, account, folder, ready, in_sent
        self._gone: list[Copy] = []
        self._notices: list[str] = []
        self._stale: list[Copy] = []

    def do(self, known: Sequence[Copy]) -> list[str]:
        """All of it."""
        deleted = [copy for copy in known if copy.state == "deleted"]
        known = [copy for copy in known if copy.state != "deleted"]
        marks, others = self._look(known)
        moved = self._found_again(known, marks, others)
        with self._a.db.writing():
            seen = [copy for before in known if (copy := self._as_recorded(before, moved)) is not None]
            marks |= {copy.uid: True for copy in moved.values() if copy.uid is not None}
            self._judge([(copy, standing(copy, marks, others)) for copy in seen])
            for copy in deleted:
                self._was_deleted(copy)
            for copy in self._stale:
                copies.set_state(self._a.db, copy.number, "removing")
        self._look_for_the_gone()
        self._remove()
        self._put()
        return self._notices

    def _look(self, known: Sequence[Copy]) -> tuple[dict[str, bool], list[Version]]:
        """Which copies lie where they were put; and everything else there, where some do not."""
        here = [copy.uid for copy in known if copy.uid is not None and copy.validity == self._folder.validity]
        marks = self._folder.marks(here) if here else {}
        if all(copy.validity == self._folder.validity and marks.get(copy.uid or "") for copy in known):
            return marks, []
        heads = [one for one in self._folder.heads() if one.uid not in marks]
        return marks, [Version(one.uid, one.draft, own_mail(one.head)) for one in heads]

    def _found_again(
        self, known: Sequence[Copy], marks: Mapping[str, bool], others: Sequence[Version]
    ) -> dict[int, Copy]:
        """Copies that lie unchanged under another uid: moved there and back, numbered anew, or put before a crash."""
        sought = {
            other.uid: copy
            for copy in known
            if copy.validity != self._folder.validity or copy.uid not in marks
            for other in others
            if other.draft and copy.message_id == other.mail.message_id
        }
        digests = self._folder.digests(list(sought)) if sought else {}
        return {
            copy.number: replace(copy, uid=uid, validity=self._folder.validity, folder=self._folder.name)
            for uid, copy in sought.items()
            if digests.get(uid) == copy.sha256
        }

    def _as_recorded(self, before: Copy, moved: Mapping[int, Copy]) -> Copy | None:
        """A copy as it is recorded now; None where the sender put a hand to it since we looked."""
        now = copies.get(self._a.db, before.number)
        if now is None or now != before:
            return None
        found = moved.get(now.number)
        if found is not None:
            where = (self._folder.name, self._folder.validity, str(found.uid), now.sha256)
            copies.lies(self._a.db, now, *where)
            if now.state == "removing":
                copies.set_state(self._a.db, now.number, "removing")
            return replace(found, state="removing" if now.state == "removing" else "lying")
        return now if now.validity == self._folder.validity else replace(now, uid=None)

    def _judge(self, seen: Sequence[tuple[Copy, Standing]]) -> None:
        """Record what follows for each; inside `writing`."""
        vanished: list[tuple[Copy, Item]] = []
        for copy, stands in seen:
            item = messages.get(self._a.db, copy.number)
            if copy.state == "removing" and item.state == "approved":
                continue  # the sender's
            if item.state not in messages.OPEN or not (self._account.drafts_folder or stands == "unchanged"):
                self._leave_alone(copy, stands)
            elif stands == "unchanged":
                self._still_there(copy, item)
            elif stands == "edited":
                self._is_edited(copy, item)
            elif copy.sent_at is not None:
                was_sent(self._a, copy)
            elif copy.state in {"putting", "removing"}:
                copies.forget(self._a.db, copy.number)
            elif copy.state == "missing":
                self._reject_in_time(copy, item)
            elif copy.state == "lost":
                self._forget_changed(copy)
            else:
                vanished.append((copy, item))
        self._vanished(vanished, sum(stands == "unchanged" for _, stands in seen))

    def _leave_alone(self, copy: Copy, stands: Standing) -> None:
        if stands == "unchanged":
            self._stale.append(copy)
        else:
            copies.forget(self._a.db, copy.number)

    def _still_there(self, copy: Copy, item: Item) -> None:
        if copy.state != "lying":
            copies.set_state(self._a.db, copy.number, "lying")
        ready = self._ready.get(copy.number)
        if item.state == "approved":
            return  # the sender takes it away
        if ready is None and copy.state in {"edited", "missing"}:
            return  # it is blocked by what is over now
        if ready is not None and ready.waiting.sha256 == copy.draft_sha256:
            return
        if copy.sent_at is None or abs(self._a.clock.now() - copy.sent_at) >= GRACE:
            self._stale.append(copy)

    def _is_edited(self, copy: Copy, item: Item) -> None:
        if copy.state != "edited":
            copies.set_state(self._a.db, copy.number, "edited")
            approvals.withdraw(self._a, item, EDITED)

    def _reject_in_time(self, copy: Copy, item: Item) -> None:
        if copy.missing_since is not None and abs(self._a.clock.now() - copy.missing_since) >= GRACE:
            self._reject(copy, item)

    def _look_for_the_gone(self) -> None:
        """What is in Sent neither, looked for after it was gone, was deleted. What answers no mail is given time."""
        deleted = [copy for copy in self._gone if copy.theirs is not None and not self._in_sent(copy)]
        if not deleted:
            return
        with self._a.db.writing():
            for copy in deleted:
                now, item = copies.get(self._a.db, copy.number), messages.get(self._a.db, copy.number)
                if now is not None and now.state == "missing" and item.state in messages.OPEN:
                    self._reject(now, item)

    def _reject(self, copy: Copy, item: Item) -> None:
        now = self._a.clock.now()
        steps.take(self._a.db, item.number, "reject", now)
        messages.set_state(self._a.db, item.number, "rejected", at=now, how=HOW_REJECTED)
        copies.set_state(self._a.db, item.number, "deleted", missing_since=now)
        self._notices.append(
            f"{item.id} is rejected: its letter was deleted in {copy.folder} (`inboxtriage undo {item.id}`)"
        )

    def _was_deleted(self, copy: Copy) -> None:
        """Known for a while yet, as Sent may be late; undone, the letter is put there again. Inside `writing`."""
        item = messages.get(self._a.db, copy.number)
        since = copy.missing_since or self._a.clock.now()
        if item.state in messages.OPEN or abs(self._a.clock.now() - since) >= LATE:
            copies.forget(self._a.db, copy.number)

    def _forget_changed(self, copy: Copy) -> None:
        ready = self._ready.get(copy.number)
        if ready is not None and ready.waiting.sha256 != copy.draft_sha256:
            copies.forget(self._a.db, copy.number)

    def _vanished(self, gone: Sequence[tuple[Copy, Item]], left: int) -> None:
        """Not where they were: sent or deleted. In another folder, or so many that none is left: the folder's fate."""
        emptied, lost = are_too_many(len(gone), left), 0
        for copy, item in gone:
            with_folder = emptied or copy.validity != self._folder.validity
            note_missing(self._a, item, lost=with_folder)
            lost += with_folder
            if not with_folder:
                self._gone.append(copy)
        if lost:
            self._notices.append(_lost(f"{self._folder.name} was emptied or made anew:", lost))

    def _remove(self) -> None:
        stale = {str(copy.uid): copy for copy in self._stale}
        outcome = self._folder.remove({uid: copy.sha256 for uid, copy in stale.items()}) if stale else {}
        with self._a.db.writing():
            for uid, how in outcome.items():
                if how == "changed":
                    copies.set_state(self._a.db, stale[uid].number, "edited")
                else:
                    copies.forget(self._a.db, stale[uid].number)

    def _put(self) -> None:
        known = {copy.number for copy in copies.of_account(self._a.db, self._account.name)}
        written = [
            made for number, ready in self._ready.items() if number not in known and (made := self._written(ready))
        ]
        with self._a.db.writing():
            written = [(copy, mime) for copy, mime in written if self._is_ready_still(copy)]
            for copy, _ in written:
                copies.put(self._a.db, copy, self._a.clock.now())
        if not written:
            return
        uids = self._folder.put([mime for _, mime in written])
        # What the server made of the bytes is what it will show; an edited one has another uid.
        digests = self._folder.digests([uid for uid in uids if uid is not None])
        with self._a.db.writing():
            for (copy, _), uid in zip(written, uids, strict=True):
                if uid is not None and uid in digests:
                    copies.lies(self._a.db, copy, self._folder.name, self._folder.validity, uid, digests[uid])

    def _is_ready_still(self, copy: Copy) -> bool:
        """Whether nobody approved or changed it meanwhile; from here on the sender waits for us."""
        item = messages.get(self._a.db, copy.number)
        waiting = drafts.get(self._a.db, item)
        return item.state == "waiting" and waiting is not None and waiting.sha256 == copy.draft_sha256

    def _written(self, ready: _Ready) -> tuple[Copy, bytes] | None:
        item, draft = ready.item, ready.waiting.draft
        token = uuid.uuid4().hex
        try:
            letter = replace(approvals.letter_of(self._a, item, draft, self._a.clock.now()), token=token)
            mime = to_bytes(letter)
        except Refused as error:
            self._notices.append(f"the letter to {item.id} is not in {self._folder.name}: {error}")
            return None
        copy = Copy(
            number=item.number,
            account=self._account.name,
            folder=self._folder.name,
            validity=self._folder.validity,
            uid=None,
            message_id=letter.message_id,
            token=token,
            to=letter.to,
            theirs=letter.thread[-1] if letter.thread else None,
            sha256=hashlib.sha256(mime).hexdigest(),
            draft_sha256=ready.waiting.sha256,
            state="putting",
        )
        return copy, mime


def _lost(what: str, many: int) -> str:
    return (
        f"{what} {many} letter(s) vanished from there at once; none was rejected: approve or reject them here "
        "(`inboxtriage queue`), or put them back"
    )


def where(a: Assembly, account: Account, mailbox: Mailbox) -> str:
    """What `check` says: where letters lie beside the queue."""
    if not account.drafts_folder:
        return "drafts stay here"
    folder = mailbox.drafts()
    if folder is None:
        return "it has no Drafts folder, so drafts stay here"
    lost = sum(copy.state == "lost" for copy in copies.of_account(a.db, account.name))
    return f"drafts lie in {folder.name} too" + (f", but for {lost} that vanished from there" if lost else "")
