"""Sending what was approved and is due: claim, last look, deliver, settle. At most once for each approval.

One process sends at a time (a lock that dies with its process), so a claim found at the start is a dead one.
"""

import asyncio
import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Literal

from inboxtriage.config.settings import Account
from inboxtriage.errors import Busy, InboxTriageError, SecretMissing, Unreachable
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.message import header
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.outbox.settle import LONGEST_PAUSE, Outcome, Settlement, pause_for, settle
from inboxtriage.outbox.transport import Parcel, Transport
from inboxtriage.service import approvals, decency, marking, pacing, putback
from inboxtriage.service.absence import leaving as acknowledged
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere import aftercare, last_look
from inboxtriage.service.journey import touches
from inboxtriage.service.leaving import has_left
from inboxtriage.service.stop import Stop
from inboxtriage.store import audit, copies, drafts, ledger, messages, outgoing, sender, steps
from inboxtriage.store.acknowledgements import Acknowledgement
from inboxtriage.store.lock import SEND, hold

_WAIT_FOR_SENDER = 30.0  # seconds that a command waits for another process's sending to end
_PATIENCE = 120.0  # seconds to wait for the store after the server has spoken
_UNTIL_READ = timedelta(minutes=2)
_FRESH_ENOUGH = timedelta(minutes=15)  # a pass so recent stands in for a last look that cannot be had


@dataclass(slots=True)
class SendReport:
    """How one round of sending went. `problems` are one line each; `recalled` were taken back by the last look.

    What leaves during an absence under a standing approval is counted as `acknowledged` alone.
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    recalled: int = 0
    acknowledged: int = 0
    problems: list[str] = field(default_factory=list)


def send(a: Assembly, *, only: Collection[str] | None = None) -> SendReport:
    """Send what is due now in this process (`only` those ids, where given). Raises Busy after half a minute."""
    with sending_alone(a, _WAIT_FOR_SENDER):
        return asyncio.run(send_round(a, only=only, insist=True))


@contextmanager
def sending_alone(a: Assembly, wait_seconds: float) -> Iterator[None]:
    """Hold the sender's lock. Raises Busy where another process keeps it."""
    with hold(a.folder, SEND, wait_seconds=wait_seconds) as free:
        if not free:
            raise Busy("another process is sending right now", do="see `inboxtriage outbox`, and try again in a minute")
        yield


async def send_round(
    a: Assembly, *, only: Collection[str] | None = None, insist: bool = False, stop: Stop | None = None
) -> SendReport:
    """One round over everything that is due; the lock must be held. A pausing sender is skipped unless `insist`."""
    report, stop = SendReport(), stop or Stop()
    with a.db.writing():
        dead = {mail for mail, to in outgoing.after_death(a.db) if to == "unknown"}
        report.unknown += len(dead - acknowledged.settle_doubts(a))
    taken_back = putback.settle(a)
    if taken_back is not None:
        report.recalled += taken_back
        report.problems.append(
            f"{putback.WHY}: {taken_back} approved mail(s) that did not leave are taken back, as they may have left "
            "from another copy; look at them again (`inboxtriage queue`)"
        )
    pacing.after_set_back(a)
    due = [mail for mail in outgoing.due(a.db, a.clock.now()) if only is None or mail.id in only]
    if only is None:
        due = [mail for mail in due if not decency.hold_back(a, mail)]
    for name in dict.fromkeys(mail.account for mail in due):
        mails = [mail for mail in due if mail.account == name]
        pause = sender.paused(a.db, name)
        if pause is not None and timedelta() < pause.until - a.clock.now() <= LONGEST_PAUSE and not insist:
            continue
        try:
            await _Round(a, a.account(name), report, stop).run(mails)
        except InboxTriageError as error:
            report.problems.append(f"{name}: {error}")
            with a.db.writing():
                _rest(a, name, str(error))
    return report


class _Overtaken(InboxTriageError):
    """The approval no longer holds, and the server has the mail not yet."""


class _Round:
    """The sending of one account."""

    def __init__(self, a: Assembly, account: Account, report: SendReport, stop: Stop) -> None:
        self._a, self._account, self._report, self._stop = a, account, report, stop
        self._mailbox: Mailbox | None = None
        self._mailbox_problem: str | None = None

    async def run(self, mails: list[Outgoing]) -> None:
        """Send these mails one after the other, then do what is left to do in the mailbox."""
        transport = self._a.transport(self._account)
        try:
            for n, mail in enumerate(mails):
                if self._stop.wished:
                    break
                full = pacing.hold_back(self._a, mails[n:])
                if full is not None:
                    self._report.problems.append(full)
                    break
                if not await self._may_leave(mail):
                    if self._mailbox_problem is not None:
                        break
                    continue
                settlement = await self._deliver(mail, transport)
                if settlement is not None and settlement.pause is not None:
                    break
            await self._aftercare()
        finally:
            await transport.close()
            self._stop.mailbox = None
            if self._mailbox is not None:
                await asyncio.to_thread(self._mailbox.close)

    async def _may_leave(self, mail: Outgoing) -> bool:
        """The last look into the mailbox: has the conversation changed since the approval? (G12, G13, G34)"""
        acknowledgement = acknowledged.of(self._a, mail)
        why = pacing.one_too_many(self._a, mail)
        if why is None and acknowledgement is not None:
            why = acknowledged.lapsed(self._a, acknowledgement)
        if why is not None:
            return self._recalled(mail, why)
        mailbox = await self._opened()
        if mailbox is None:
            return self._pass_is_fresh(mail)
        asked = last_look.question(self._a, mail, self._account.folders, acknowledgement)
        try:
            why = await asyncio.to_thread(last_look.look, mailbox, asked)
        except InboxTriageError as error:
            self._mailbox_problem = str(error)
            return False if self._stop.wished else self._pass_is_fresh(mail)
        if why == last_look.WROTE_AGAIN and acknowledgement is not None:
            return self._waits_for_a_pass(mail, why)
        return True if why is None else self._recalled(mail, why)

    def _waits_for_a_pass(self, mail: Outgoing, why: str) -> Literal[False]:
        """What they wrote since may be urgent: an acknowledgement waits until it was read."""
        with self._a.db.writing():
            outgoing.put_off(self._a.db, outgoing.number_of(mail), self._a.clock.now() + _UNTIL_READ, why)
        return False

    def _recalled(self, mail: Outgoing, why: str) -> Literal[False]:
        """Take an approval back: it may not leave."""
        if acknowledged.of(self._a, mail) is not None:
            with self._a.db.writing():
                approvals.withdraw(self._a, messages.get(self._a.db, outgoing.message_of(mail)), why)
            return False
        last_look.recall(self._a, mail, why)
        self._report.recalled += 1
        self._report.problems.append(
            f"{mail.item} was not sent: {why}; look at it again (`inboxtriage show {mail.item}`)"
        )
        return False

    async def _opened(self) -> Mailbox | None:
        if self._mailbox_problem is not None:
            return None
        if self._mailbox is None:
            try:
                self._mailbox = await asyncio.to_thread(self._a.mailbox, self._account)
                self._stop.mailbox = self._mailbox
            except InboxTriageError as error:
                self._mailbox_problem = str(error)
        return self._mailbox

    def _pass_is_fresh(self, mail: Outgoing) -> bool:
        """Without a look, only a recent pass can vouch that nobody wrote in between."""
        last = ledger.passes(self._a.db).get(self._account.name)
        in_drafts = copies.get(self._a.db, outgoing.message_of(mail)) is not None  # it could be sent from there too
        if not in_drafts and last and last.succeeded_at:
            ago = self._a.clock.now() - last.succeeded_at
            if timedelta() <= ago <= _FRESH_ENOUGH:  # one in the future was before the clock was set back
                return True
        why = f"the mailbox cannot be looked at first ({self._mailbox_problem})"
        self._report.problems.append(f"{mail.id} waits: {why}")
        with self._a.db.writing():
            _rest(self._a, self._account.name, why)
        return False

    async def _deliver(self, mail: Outgoing, transport: Transport) -> Settlement | None:
        """Claim, deliver, settle one mail; None where somebody else has it or it may not be sent."""
        number = outgoing.number_of(mail)
        why = tampered = None
        with self._a.db.writing():
            why = self._overtaken(mail)
            if why is None and not outgoing.move(self._a.db, number, "sending"):
                return None
            tampered = self._tampered(mail) if why is None else None
            if tampered is not None:
                outgoing.move(self._a.db, number, "failed", reply=tampered)
                self._waits_again(mail)
        if why is not None:
            self._recalled(mail, why)
            return None
        if tampered is not None:
            self._report.failed += 1  # also of an acknowledgement: somebody had their hand in the store
            self._report.problems.append(f"{mail.id} was not sent: {tampered}")
            return None
        # Nothing comes back from an acknowledgement, not even a bounce (RFC 3834 section 3.3).
        envelope = mail.sender if acknowledged.of(self._a, mail) is None else ""
        parcel = Parcel(envelope, mail.to, mail.message_id, mail.mime)
        try:
            outcome = await transport.deliver(parcel, lambda: self._commit(mail))
        except _Overtaken as overtaken:
            with self._a.db.writing():
                outgoing.move(self._a.db, number, "queued")
            self._recalled(mail, str(overtaken))
            return None
        except (SecretMissing, Unreachable) as error:  # of the secret, or of who gives it; nothing was handed over
            outcome = Outcome("auth" if isinstance(error, SecretMissing) else "connect", None, str(error))
        return self._settle(mail, outcome)

    def _overtaken(self, mail: Outgoing) -> str | None:
        """What we read since the approval and voids it: what came while the mail was claimed could not (G13)."""
        acknowledgement = acknowledged.of(self._a, mail)
        if acknowledgement is not None:
            return acknowledged.overtaken(self._a, acknowledgement)
        item = messages.get(self._a.db, outgoing.message_of(mail))
        if item.state != "approved":
            return f"{item.id} is {item.state}"
        return drafts.overtaken(self._a.db, item) or touches.overtaken(self._a, item)

    def _commit(self, mail: Outgoing) -> None:
        now, number = self._a.clock.now(), outgoing.number_of(mail)
        with self._a.db.writing():
            why = self._overtaken(mail)
            if why is not None:
                raise _Overtaken(why)
            if not outgoing.move(self._a.db, number, "committing", handed_at=now):
                raise Busy(f"o{number} was taken by another process")
            count = marking.count_one(self._a)
        try:
            marking.remember(self._a, count)
        except InboxTriageError as error:  # not a byte has left yet
            with self._a.db.writing(patience=_PATIENCE):
                outgoing.move(self._a.db, number, "deferred", reply=str(error), not_before=now)
            raise

    def _tampered(self, mail: Outgoing) -> str | None:
        """What of the stored mail does not fit its sealed approval (G10)."""
        seq = outgoing.audit_of(self._a.db, outgoing.number_of(mail))
        act = audit.act(self._a.db, seq)
        if act is None or act.outgoing != mail.id or act.draft_sha256 != mail.draft_sha256:
            return "its approval is not on record"
        if hashlib.sha256(mail.mime).hexdigest() != act.wire_sha256:
            return "its bytes were changed after the approval"
        headers = header.values(message_from_bytes(mail.mime))
        named = [a.address for value in headers.get("to", ()) for a in header.addresses(value)]
        if named != [mail.to] or headers.get("message-id", ("",))[0].strip() != mail.message_id:
            return "its recipient was changed after the approval"
        return None

    def _settle(self, mail: Outgoing, outcome: Outcome) -> Settlement:
        a, number, now = self._a, outgoing.number_of(mail), self._a.clock.now()
        settlement = settle(outcome, attempts=mail.attempts + 1, age=now - mail.approved_at)
        with a.db.writing(patience=_PATIENCE):  # what the server said must not be forgotten for a busy disk
            outgoing.move(
                a.db,
                number,
                settlement.state,
                reply=outcome.reply,
                not_before=now + settlement.after if settlement.state == "deferred" else None,
                sent_at=now if settlement.state == "sent" else None,
            )
            acknowledgement = acknowledged.of(a, mail)
            if acknowledgement is not None:
                self._settle_acknowledgement(mail, acknowledgement, settlement, outcome)
            elif settlement.state == "sent":
                was_sent(a, mail, self._account, now)
            elif settlement.state == "failed":
                self._waits_again(mail)
            self._pause(settlement, outcome)
        self._tell(mail, settlement, outcome, counts=acknowledgement is None)
        return settlement

    def _settle_acknowledgement(
        self, mail: Outgoing, one: Acknowledgement, settlement: Settlement, outcome: Outcome
    ) -> None:
        """No person is asked about it, whatever became of it; inside `writing`."""
        if settlement.state in {"sent", "unknown"}:
            acknowledged.has_left(self._a, mail, one, self._a.clock.now(), how=settlement.state)
            self._report.acknowledged += settlement.state == "sent"
        elif settlement.state == "failed":
            acknowledged.came_to_nothing(self._a, one, f"refused: {outcome.reply}")

    def _waits_again(self, mail: Outgoing) -> None:
        """A mail that failed for good leaves its item to a person; inside `writing`."""
        message = outgoing.message_of(mail)
        acknowledgement = acknowledged.of(self._a, mail)
        if acknowledgement is not None:
            acknowledged.came_to_nothing(self._a, acknowledgement, "it was changed after it was written")
            return
        messages.set_state(self._a.db, message, "waiting")
        steps.set_aside(self._a.db, message, self._a.clock.now())

    def _pause(self, settlement: Settlement, outcome: Outcome) -> None:
        """A fault of the server or the sign-in rests the sender, and fails no mail (G7)."""
        name = self._account.name
        if settlement.pause is None:
            if outcome.code is not None:
                sender.resume(self._a.db, name)
            return
        _rest(self._a, name, f"{settlement.pause}: {outcome.reply}")

    def _tell(self, mail: Outgoing, settlement: Settlement, outcome: Outcome, *, counts: bool) -> None:
        report, state = self._report, settlement.state
        if counts and state in {"sent", "deferred", "failed", "unknown"}:
            setattr(report, state, getattr(report, state) + 1)
        if settlement.pause is not None:
            report.problems.append(
                f"{self._account.name}: nothing was sent ({outcome.phase}: {outcome.reply}); it stays in the outbox, "
                "mend it and run `inboxtriage send`"
            )
        elif not counts:
            return
        elif state == "failed":
            report.problems.append(f"{mail.id} was refused: {outcome.reply}; {mail.item} waits for you again")
        elif state == "deferred":
            report.problems.append(f"{mail.id} is put off: {outcome.reply}; it is tried again by itself")
        elif state == "unknown":
            report.problems.append(
                f"{mail.id} may or may not have been sent ({outcome.reply}); `inboxtriage resolve {mail.id}` settles it"
            )

    async def _aftercare(self) -> None:
        """Copies in Sent, marks on the originals. What fails here is done at the next pass; the mail is sent anyway."""
        for task in aftercare.tasks(self._a, self._account):
            mailbox = await self._opened()
            if mailbox is None:
                return
            try:
                await asyncio.to_thread(aftercare.do, mailbox, task)
            except InboxTriageError as error:
                self._report.problems.append(f"{task.mail.id} was sent, but in the mailbox: {error}")
                continue
            with self._a.db.writing():
                outgoing.cared(self._a.db, outgoing.number_of(task.mail), task.what)


def _rest(a: Assembly, account: str, why: str) -> None:
    """Let the account's sender rest for a while, longer each time; inside `writing`."""
    before = sender.paused(a.db, account)
    failures = (before.failures if before else 0) + 1
    sender.pause(a.db, account, failures, a.clock.now() + pause_for(failures), why)


def was_sent(a: Assembly, mail: Outgoing, account: Account | None, now: datetime, *, in_sent: bool = False) -> None:
    """Record that a mail left: the item is answered, the lead has an event, the mailbox is to be told.

    `in_sent`: the Sent folder has it already.
    """
    number, message = outgoing.number_of(mail), outgoing.message_of(mail)
    copy = not in_sent and account is not None and aftercare.wants_copy(account)
    outgoing.want_aftercare(a.db, number, copy=copy, flag=account is not None)
    waiting = drafts.get(a.db, messages.get(a.db, message))
    has_left(a, message, waiting.draft if waiting else None, mail.to, now, cause=mail.id, how="mail")
