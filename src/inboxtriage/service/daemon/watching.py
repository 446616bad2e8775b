"""The worker of one account: reads it, listens for what is new, reads again; for as long as the daemon lives.

Log lines: `action=pass` (what a pass found), `action=watch` (listening, polling, a connection that broke).
"""

import logging
import random
import threading
import time
from datetime import timedelta

from inboxtriage.config.settings import Account
from inboxtriage.errors import InboxTriageError, SecretMissing, SignInFailed, Surprise
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.service import intake
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.connected import Connected
from inboxtriage.service.daemon import alarm
from inboxtriage.service.daemon.alarm import Alarms
from inboxtriage.service.daemon.back_off import NETWORK, for_error, spread
from inboxtriage.service.intake import PollReport
from inboxtriage.service.journey import digest
from inboxtriage.service.stop import Stop
from inboxtriage.store import workers
from inboxtriage.store.database import StoreBroken
from inboxtriage.store.workers import Worker

_LONGEST_CALM = 60.0  # the most that news which turn out to be none can hold up the next look
_PASSES_THAT_ALARM = 8  # in a row that left something unread: with the back-off, a quarter of an hour

log = logging.getLogger("inboxtriage")


class Shared:
    """What the workers of all accounts have in common."""

    def __init__(self, alarms: Alarms, poll_seconds: float) -> None:
        self.alarms = alarms
        self.arrived = 0  # messages, since the start
        self.passes = 0  # that went through
        self._every = poll_seconds * (1 - 2 * 0.2)
        self._lock = threading.Lock()
        self._finished_at: float | None = None

    def begin(self, a: Assembly) -> None:
        """Before a pass."""
        intake.begin(a)

    def finish(self, a: Assembly, report: PollReport) -> None:
        """After a pass that went through; what is done once for all accounts is not done again for each of them."""
        with self._lock:
            now = time.monotonic()
            fresh = self._finished_at is not None and abs(now - self._finished_at) < self._every
            if report.fetched or not fresh:
                intake.finish(a, report)
                self._finished_at = now
                if digest.write_if_due(a):
                    self.alarms.sound(alarm.DIGEST)
            self.arrived += report.fetched + report.duplicates
            self.passes += 1


class Watcher:
    """Keeps one account read. `thread` does the work, `stop` ends it; `noted` is what the store says that it does."""

    def __init__(self, a: Assembly, account: Account, shared: Shared) -> None:
        self._a = a.again()  # opened and used in this worker's thread alone, as SQLite's connections demand
        self.account, self.stop = account, Stop()
        self._shared = shared
        self._service = a.settings.service
        self._failures = 0
        self._unread = 0  # passes in a row that left something unread
        self._calm = 0.0
        self._closed: list[str] = []  # why folders could not be opened, as was said last
        self.noted: tuple[str, str | None] | None = None
        self._report = PollReport()
        self.doing = "polling"
        self.thread = threading.Thread(target=self.work, name=f"watch {account.name}", daemon=True)

    def progress(self) -> tuple[int, int]:
        """Changes as long as the work goes on; the daemon worries when it stays the same for long."""
        return self.stop.beats, self._report.fetched + self._report.duplicates

    def work(self) -> None:
        """Read, listen, rest, until the end is wished for; whatever fails is said, and tried again later (G17)."""
        while not self.stop.wished:
            try:
                self._watch()
                wait = spread(self._service.poll_seconds, random.random())  # noqa: S311 - spreads load, keeps no secret
            except InboxTriageError as error:
                wait = self._failed(error)
            except Exception as error:  # noqa: BLE001 - a fault of this program must not end the watch
                wait = self._broke(error)
            self.stop.rest(wait)
        self._a.close()

    def _watch(self) -> None:
        """The life of one connection; it ends when the server does not tell of news by itself."""
        with Connected(self._a, self.account, self.stop) as line:
            while not self.stop.wished:
                self._read(line)
                mailbox = line.mailbox()
                if not mailbox.listens:
                    self._failures = 0
                    self._note("polling")
                    return
                self._note("listening")
                self._listen(mailbox)
                self._failures = 0

    def _read(self, line: Connected) -> None:
        """One pass over the account. Raises what stopped it."""
        self._report = report = PollReport()
        self.stop.beats += 1
        self._shared.begin(self._a)
        # A process that lives for weeks does not load the model: another one judges, and ends with the pass.
        failure = intake.pass_account(self._a, self.account, line, report, self.stop, apart=True)
        if report.dispositions["urgent"]:
            self._shared.alarms.sound(alarm.URGENT)
        if failure is not None:
            _log_pass(self.account.name, report)
            raise failure
        if not self.stop.wished:
            self._shared.finish(self._a, report)
            for trouble in ("sign-in", "fault"):
                self._shared.alarms.over(f"{self.account.name} {trouble}")
            self._shared.alarms.over("store")
            self._look_at_folders(report)
        _log_pass(self.account.name, report)

    def _look_at_folders(self, report: PollReport) -> None:
        """A folder that could not be opened is said; again and again, it is alarming."""
        closed = [one.error for one in report.accounts if one.error is not None]
        if closed:
            self._left_unread()
        else:
            self._unread = 0
            self._shared.alarms.over(f"{self.account.name} unread")
        if closed != self._closed:
            self._closed = closed
            for error in closed:
                log.error("action=pass account=%s outcome=failed error=%s", self.account.name, error)

    def _left_unread(self, *, for_good: bool = False) -> None:
        """Something was not read; `for_good`: nor will be, until a person does something."""
        self._unread += 1
        if for_good or self._unread >= _PASSES_THAT_ALARM:
            self._shared.alarms.sound(alarm.UNREAD, episode=f"{self.account.name} unread")

    def _listen(self, mailbox: Mailbox) -> None:
        """Wait for news, or until another pass is due. Where news keep turning out to be none, a growing calm."""
        self._calm = 0.0 if self._report.fetched else self._calm
        self.stop.rest(self._calm)
        left = spread(self._service.poll_seconds, random.random())  # noqa: S311 - spreads load, keeps no secret
        while left > 0 and not self.stop.wished:
            step = min(left, self._service.idle_seconds)
            if mailbox.wait(self.account.folders[0], step):
                self._calm = min(max(1.0, self._calm * 2), _LONGEST_CALM)
                return
            self.stop.beats += 1
            left -= step
        self._calm = 0.0

    def _failed(self, error: InboxTriageError) -> float:
        """What could not be done is said; how long to rest."""
        if self.stop.wished:
            return 0.0
        self._failures += 1
        wait = for_error(error).after(self._failures, random.random())  # noqa: S311 - spreads load, keeps no secret
        name = self.account.name
        log.error("action=watch account=%s outcome=failed retry_seconds=%.0f error=%s", name, wait, error)
        if isinstance(error, SignInFailed | SecretMissing):
            self._shared.alarms.sound(alarm.SIGN_IN, episode=f"{name} sign-in")
        if isinstance(error, StoreBroken):
            self._shared.alarms.sound(alarm.STORE, episode="store")
        self._left_unread(for_good=isinstance(error, Surprise))
        self._note("resting", wait, str(error))
        return wait

    def _broke(self, error: Exception) -> float:
        """A fault of this program: its kind is said, never its words, which may be mail (G51)."""
        self._failures += 1
        wait = NETWORK.after(self._failures, random.random())  # noqa: S311 - spreads load, keeps no secret
        name, kind = self.account.name, type(error).__name__
        log.error("action=watch account=%s outcome=broken retry_seconds=%.0f error=%s", name, wait, kind)
        self._shared.alarms.sound(alarm.BROKEN, episode=f"{name} fault")
        self._note("broken", wait, f"unexpected {kind}")
        return wait

    def _note(self, doing: str, wait: float | None = None, why: str | None = None) -> None:
        """Say in the store what this worker does, where that changed. A store that cannot be written stops nothing."""
        self.doing = doing
        if (doing, why) == self.noted and wait is None:
            return
        now = self._a.clock.now()
        until = now + timedelta(seconds=wait) if wait is not None else None
        try:
            with self._a.db.writing():
                workers.note(self._a.db, Worker(self.account.name, doing, now, until, why))
        except InboxTriageError as error:
            log.warning("action=watch account=%s notice=%s", self.account.name, error)
            return
        if self.noted is None or self.noted[0] != doing:
            log.info("action=watch account=%s doing=%s", self.account.name, doing)
        self.noted = (doing, why)


def _log_pass(name: str, report: PollReport) -> None:
    counts = " ".join(f"{disposition}={n}" for disposition, n in report.dispositions.items())
    log.log(
        logging.INFO if report.fetched else logging.DEBUG,
        "action=pass account=%s fetched=%d %s drafts=%d leads_new=%d",
        name,
        report.fetched,
        counts,
        report.drafts,
        report.leads_new,
    )
    for notice in report.notices:
        log.warning("action=pass account=%s notice=%s", name, notice)
    done = report.touches
    if done.written or done.dropped or done.proposed:
        log.info(
            "action=touches written=%d dropped=%d proposed=%d later=%d",
            done.written,
            done.dropped,
            done.proposed,
            done.later,
        )
    if done.held_back:
        log.warning("action=touches notice=%d letters are due at once; `inboxtriage due --draft`", done.held_back)
    if report.held_back:
        log.warning("action=pass notice=%d drafts held back; `inboxtriage poll --allow-drafts`", report.held_back)
