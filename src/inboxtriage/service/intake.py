"""One pass over the accounts: read what is new, judge it, draft, log leads. Safe to kill anywhere.

Bytes, verdict, draft, lead and ledger entry of a mail are one commit with the rest of its batch, and the mark of how
far a folder was read moves only after them; so a mail is stored wholly or will be asked for again (G14, G21).
"""

from dataclasses import dataclass, field
from datetime import date

from inboxtriage.config.settings import Account
from inboxtriage.errors import Busy, FolderGone, FolderVanished, InboxTriageError, Surprise
from inboxtriage.journey.lead import is_client
from inboxtriage.mailbox.protocol import Arrival, Mailbox
from inboxtriage.message.model import Message
from inboxtriage.outbox.generation import loop_mark
from inboxtriage.service import approvals, folding, writing
from inboxtriage.service.absence.acknowledging import consider
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.connected import Connected
from inboxtriage.service.deadlines import due_at, tier_of
from inboxtriage.service.elsewhere import aftercare
from inboxtriage.service.elsewhere.answers import note_answers
from inboxtriage.service.journey import touches
from inboxtriage.service.journey.hearing import hear, hear_for_others
from inboxtriage.service.journey.touches import Tended
from inboxtriage.service.judging import judges
from inboxtriage.service.people import known_as, log_mail
from inboxtriage.service.sorting import Sorted
from inboxtriage.service.stop import Stop
from inboxtriage.service.survey import survey
from inboxtriage.service.upkeep.tidying import tidy
from inboxtriage.store import conversation, drafts, forgetting, installation, ledger, messages, outgoing, pins, tally
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.store.lock import A_LOOK_SECONDS, RUN, hold
from inboxtriage.store.messages import Item, NewMessage, content_key
from inboxtriage.triage.decision import of_client, own_mail_back, quarantined
from inboxtriage.triage.pins import pinned
from inboxtriage.triage.verdict import DISPOSITIONS

FIRST_PASS_LIMIT = 2_000  # more mail than this at a first pass needs a start date (G25)
_FETCH_ATTEMPTS = 3


@dataclass(slots=True)
class AccountReport:
    """How the pass over one account went; `error` is None when it went through."""

    name: str
    error: str | None = None


@dataclass(slots=True)
class PollReport:
    """What one pass found. The dispositions add up to `fetched`; `duplicates` were known by their content."""

    fetched: int = 0
    dispositions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DISPOSITIONS, 0))
    drafts: int = 0
    leads_new: int = 0
    duplicates: int = 0
    held_back: int = 0  # drafts that were not written because there were too many
    touches: Tended = field(default_factory=Tended)  # what the journey's plan asked for
    answered_elsewhere: int = 0
    accounts: list[AccountReport] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def poll(a: Assembly, *, since: date | None = None, allow_drafts: bool = False) -> PollReport:
    """One pass over every account, alone with the store. Raises Busy at once where the daemon holds it."""
    with hold(a.folder, RUN, wait_seconds=A_LOOK_SECONDS) as free:
        if not free:
            raise Busy("the daemon (or another pass) is reading this store", do="`inboxtriage status` shows it")
        return pass_over(a, Stop(), since=since, allow_drafts=allow_drafts)


def pass_over(
    a: Assembly, stop: Stop, *, since: date | None = None, allow_drafts: bool = False, apart: bool = False
) -> PollReport:
    """One pass over every account; one that fails does not stop the rest. `apart`: judged by another process."""
    report = PollReport()
    begin(a)
    for account in a.settings.accounts:
        if not stop.wished:
            with Connected(a, account, stop) as line:
                pass_account(a, account, line, report, stop, since=since, allow_drafts=allow_drafts, apart=apart)
    finish(a, report, allow_drafts=allow_drafts)
    return report


def begin(a: Assembly) -> None:
    """What comes before a pass, once for all accounts."""
    messages.wake(a.db, a.clock.now())


def finish(a: Assembly, report: PollReport, *, allow_drafts: bool = False) -> None:
    """What comes after a pass, once for all accounts: the drafts that are stale or missing."""
    writing.refresh(a, again=True)
    missing = drafts.missing(a.db)
    if allow_drafts or len(missing) <= _room(a, report):
        report.drafts += writing.write_missing(a, missing)
    else:
        report.held_back = len(missing)
    report.touches = touches.tend(a, room=max(0, _room(a, report)))
    report.notices.extend(report.touches.notices)
    tidy(a)


def pass_account(
    a: Assembly,
    account: Account,
    line: Connected,
    report: PollReport,
    stop: Stop,
    *,
    since: date | None = None,
    allow_drafts: bool = False,
    apart: bool = False,
) -> InboxTriageError | None:
    """One pass over one account; what stopped it, if something did, is also on record. Its connection stays open."""
    started, before = a.clock.now(), report.fetched
    outcome, failure = AccountReport(account.name), None
    report.accounts.append(outcome)
    try:
        mailbox = line.mailbox()
        closed = []
        for folder in mailbox.folders(account.folders, junk=account.watch_junk):
            reader = _Reader(a, account, mailbox, folder, report, stop)
            try:
                reader.read(since=since, allow_drafts=allow_drafts, apart=apart)
            except FolderGone as error:  # the others are read all the same
                closed.append(str(error))
                reader.forget_folder(error)
        outcome.error = "; ".join(closed) or None
        report.answered_elsewhere += note_answers(a, account, mailbox)
        report.notices.extend(aftercare.care(a, account, mailbox))
    except InboxTriageError as error:
        if stop.wished:
            return None  # we broke the connection off ourselves
        failure, outcome.error = error, str(error)
    with a.db.writing():
        ledger.end_pass(a.db, account.name, started, a.clock.now(), report.fetched - before, outcome.error)
    return failure


def _room(a: Assembly, report: PollReport) -> int:
    return a.settings.triage.max_drafts_per_pass - report.drafts


class _Reader:
    """Reads one folder of one account."""

    def __init__(
        self, a: Assembly, account: Account, mailbox: Mailbox, folder: str, report: PollReport, stop: Stop
    ) -> None:
        self._a, self._account, self._mailbox, self._folder = a, account, mailbox, folder
        self._report, self._stop = report, stop
        self._validity = ""
        self._own = a.settings.own_addresses()

    def read(self, *, since: date | None, allow_drafts: bool, apart: bool) -> None:
        """Read what is new and what nothing accounts for; all of it where the mark is gone, or from `since`."""
        db, a = self._a.db, self._a
        found = survey(db, self._account, self._mailbox, self._folder, since=since, now=a.clock.now())
        self._validity = found.begun.validity
        unasked = found.first and found.begun.since is None and self._account.since is None
        if unasked and len(found.uids) > FIRST_PASS_LIMIT:
            raise Surprise(
                f"{self._account.name}: {self._folder} holds {len(found.uids)} messages and no start date is set",
                do='set since = "YYYY-MM-DD" (or "all") for this account, or `inboxtriage poll --since DATE`',
            )
        if found.lost:
            self._tell(f"{self._folder}: {found.lost} message(s) were not accounted for, and are read now")
        with_drafts = allow_drafts or len(found.uids) <= _room(a, self._report)
        with db.writing():
            found.begin(db, a.clock.now())
        came = 0
        with judges(a, len(found.uids), apart=apart) as sorting:
            for batch in sorting.each(self._mailbox.fetch(self._folder, found.uids)):
                if self._stop.wished:
                    return
                self._keep_batch(batch, with_drafts=with_drafts)
                came += len(batch)
        with db.writing():
            found.end(db, came, a.clock.now())

    def forget_folder(self, error: FolderGone) -> None:
        """Where the folder itself is no more, nothing of it is on the server."""
        if isinstance(error, FolderVanished):
            with self._a.db.writing():
                tally.folder_gone(self._a.db, self._account.name, self._folder, self._a.clock.now())

    def _keep_batch(self, batch: list[tuple[Arrival, Sorted | None]], *, with_drafts: bool) -> None:
        """Store a judged batch, all of it in one commit."""
        counted = PollReport()
        if with_drafts and any(result is not None and result.verdict.disposition == "reply" for _, result in batch):
            self._a.offering.prepare()  # reading calendars may take a while; nothing is locked meanwhile
            if self._a.offering.problem is not None:
                self._tell(f"no free times are offered: {self._a.offering.problem}")
        with self._a.db.writing():
            for arrival, result in batch:
                if result is not None:
                    self._keep(arrival, result, counted, with_drafts=with_drafts)
                else:
                    self._keep_silent(arrival, counted)
        self._count(counted)
        problems = {result.problem for _, result in batch if result is not None and result.problem}
        self._tell(*problems)

    def _tell(self, *notices: str) -> None:
        """Say what the owner should know, once in a report."""
        self._report.notices.extend(sorted(set(notices).difference(self._report.notices)))

    def _keep(self, arrival: Arrival, result: Sorted, counted: PollReport, *, with_drafts: bool) -> None:
        """Store one mail; if storing it fails, store it as unreadable instead: it costs only itself (G23)."""
        try:
            with self._a.db.savepoint():
                self._store(arrival, result, counted, with_drafts=with_drafts)
        except InboxTriageError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            verdict = quarantined(f"it could not be stored ({type(error).__name__})")
            self._store(arrival, Sorted(None, verdict), counted, with_drafts=False)

    def _keep_silent(self, arrival: Arrival, counted: PollReport) -> None:
        """A mail that the server lists and does not give: asked for again, then shown to a person. Empty files too."""
        db, where = self._a.db, (self._account.name, self._folder, self._validity, arrival.uid)
        if arrival.raw is None and ledger.failed_to_come(db, *where) < _FETCH_ATTEMPTS:
            return
        why = "the message is empty" if arrival.raw is not None else "the server lists it but does not give its bytes"
        self._store(arrival, Sorted(None, quarantined(why)), counted, with_drafts=False)

    def _store(self, arrival: Arrival, result: Sorted, counted: PollReport, *, with_drafts: bool) -> None:
        db, message = self._a.db, result.message
        place = (self._account.name, self._folder, self._validity, arrival.uid)
        raw = arrival.raw or b""
        key = content_key(raw or "/".join(place).encode(), message)
        ledger.came_after_all(db, *place)
        known = messages.known(db, key)
        if known is not None:
            ledger.record(db, *place, known)
            counted.duplicates += 1
            return
        if forgetting.is_forgotten(db, key):
            ledger.record(db, *place, None)
            return
        result, a_client = self._by_what_is_known(result)
        verdict = result.verdict
        new = self._new(arrival, raw, key, result)
        number = messages.add(db, new, None)
        ledger.record(db, *place, number)
        lead, is_new = log_mail(db, message, verdict, number, arrival.received_at, self._own, client=a_client)
        if lead is not None:
            messages.link(db, number, lead)
            if (tier := tier_of(self._a, lead)) is not None:
                messages.set_due(db, number, due_at(self._a, verdict, arrival.received_at, tier))
        note, settled = "", False
        if lead is not None and message is not None and not is_new:
            settled = hear(self._a, message, verdict, number, lead, arrival.received_at)
        if message is not None:
            hear_for_others(self._a, message, verdict, number, lead)
        if verdict.disposition != "ignore" and not settled:
            self._void_approvals(number, new.person)
            note = folding.fold(self._a, messages.get(db, number))
        if message is not None and not settled and (with_drafts or verdict.disposition == "urgent"):
            letter = writing.Place.of(self._a, messages.get(db, number))
            counted.drafts += writing.write(self._a, message, verdict, letter, note=note)
        if message is not None:
            self._acknowledge(messages.get(db, number), message)
        counted.fetched += 1
        counted.dispositions[verdict.disposition] += 1
        counted.leads_new += is_new

    def _by_what_is_known(self, result: Sorted) -> tuple[Sorted, bool]:
        """What is made of a mail by the owner's pins, by who wrote it and by its being our own.

        And whether a pin says that a client wrote it.
        """
        message, verdict, pin = result.message, result.verdict, None
        if message is None:
            return result, False
        if message.sender is not None:
            pin = pins.used(self._a.db, message.sender.address)
            if pin is not None:
                verdict = pinned(verdict, pin, answerable=message.person.answer_to is not None)
        stage = known_as(self._a.db, message, self._own)
        if stage is not None and is_client(stage):
            verdict = of_client(verdict)
        if self._is_our_own(message):
            verdict = own_mail_back(verdict)
        return Sorted(message, verdict, result.problem), pin is not None and pin.rule == "client"

    def _acknowledge(self, item: Item, message: Message) -> None:
        """Tell who writes during an absence when the answer comes; what fails in that costs no mail."""
        try:
            with self._a.db.savepoint():
                notice = consider(self._a, item, message)
        except InboxTriageError as error:
            notice = f"nobody is told of the absence: {error}"
        if notice is not None:
            self._tell(notice)

    def _new(self, arrival: Arrival, raw: bytes, key: str, result: Sorted) -> NewMessage:
        message = result.message
        own = self._account.own_addresses()
        return NewMessage(
            account=self._account.name,
            received_at=arrival.received_at,
            content_key=key,
            raw=raw,
            message=message,
            verdict=result.verdict,
            written_to=next((a for a in message.written_to if a in own), None) if message else None,
            due_at=due_at(self._a, result.verdict, arrival.received_at),
        )

    def _is_our_own(self, message: Message) -> bool:
        """Whether this is mail of ours that came back: by its mark, or by its Message-ID (G34)."""
        if loop_mark(installation.get(self._a.db).id) in message.loop_marks:
            return True
        return message.message_id is not None and outgoing.is_ours(self._a.db, message.message_id)

    def _void_approvals(self, newcomer: int, person: str | None) -> None:
        """New mail of a person, or in the thread, voids what was approved and did not leave yet (G13)."""
        for item in conversation.of_conversation(self._a.db, newcomer, person, "approved"):
            approvals.withdraw(self._a, item, f"they wrote again ({shown(MESSAGE, newcomer)})")

    def _count(self, counted: PollReport) -> None:
        report = self._report
        report.fetched += counted.fetched
        report.drafts += counted.drafts
        report.leads_new += counted.leads_new
        report.duplicates += counted.duplicates
        for disposition, n in counted.dispositions.items():
            report.dispositions[disposition] += n
