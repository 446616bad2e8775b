"""The daemon: reads on an interval, sends what is due, ends cleanly. One for each store.

It waits on asyncio alone (a condition variable would hang under a clock that is moved), and takes SIGTERM and SIGINT
at any point: reading stops between batches, sending gets a short grace and is then cancelled, which leaves a mail
either back in the queue or unknown, never half recorded.
"""

import asyncio
import logging
import random
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from inboxtriage.errors import Busy, InboxTriageError
from inboxtriage.service import intake
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.intake import PollReport
from inboxtriage.service.sending import SendReport, send_round, sending_alone
from inboxtriage.service.stop import Stop
from inboxtriage.store import outgoing
from inboxtriage.store.lock import RUN, hold

_LOOK_SECONDS = 1.0  # how often the outbox is looked at
_GRACE_SECONDS = 15.0  # for a delivery under way when the end is wished for
_LONGEST_BACK_OFF = 1_800.0
_JITTER = 0.2

log = logging.getLogger("inboxtriage")


def run(a: Assembly) -> None:
    """Run until SIGTERM or SIGINT. Raises Busy at once where the store is taken."""
    with hold(a.folder, RUN) as free:
        if not free:
            raise Busy("another inboxtriage is reading this store already", do="`inboxtriage status` shows it")
        asyncio.run(_Daemon(a).run())


class _Daemon:
    def __init__(self, a: Assembly) -> None:
        self._a = a
        self._reading = a.again()  # used in the reader's thread alone, as SQLite's connections demand
        self._reader = ThreadPoolExecutor(1, "reader")
        self._stop, self._stop_sending = Stop(), Stop()
        self._ending = asyncio.Event()
        self._failed_passes = 0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        log.info("action=started accounts=%d", len(self._a.settings.accounts))
        workers = {
            asyncio.create_task(self._keep(self._read, "reading")),
            asyncio.create_task(self._keep(self._send, "sending")),
        }
        try:
            # A worker ends only when all shall end; one that broke takes the daemon down, visibly.
            ender = asyncio.create_task(self._ending.wait())
            await asyncio.wait({ender, *workers}, return_when=asyncio.FIRST_COMPLETED)
            self._end()
            _, late = await asyncio.wait(workers, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            outcomes = await asyncio.gather(*workers, return_exceptions=True)
        finally:
            self._reader.submit(self._reading.close)
            self._reader.shutdown(wait=True)
        log.info("action=stopped")
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def _end(self) -> None:
        self._ending.set()
        self._stop.wish()
        self._stop_sending.wish()

    async def _keep(self, work: Callable[[], Awaitable[float]], name: str) -> None:
        """Do `work` again and again; it says after how many seconds. What fails is said, and tried again later."""
        failures = 0
        while not self._ending.is_set():
            try:
                wait = await work()
                failures = 0
            except InboxTriageError as error:
                failures += 1
                wait = self._back_off(failures)
                log.error("action=%s outcome=failed retry_seconds=%.0f error=%s", name, wait, error)  # noqa: TRY400
            await self._rest(wait)

    async def _read(self) -> float:
        loop = asyncio.get_running_loop()
        # A process that lives for weeks does not load the model: another one judges, and ends with the pass.
        one_pass = partial(intake.pass_over, self._reading, self._stop, apart=True)
        report = await loop.run_in_executor(self._reader, one_pass)
        _log_pass(report)
        self._failed_passes = self._failed_passes + 1 if any(account.error for account in report.accounts) else 0
        usual = self._jittered(float(self._a.settings.service.poll_seconds))
        return max(usual, self._back_off(self._failed_passes)) if self._failed_passes else usual

    async def _send(self) -> float:
        due = outgoing.next_due(self._a.db)
        if (due is not None and due <= self._a.clock.now()) or outgoing.claimed(self._a.db):
            try:
                with sending_alone(self._a, 0.0):  # a claim that is held now is a dead one
                    _log_round(await send_round(self._a, stop=self._stop_sending))
            except Busy:
                return _LOOK_SECONDS
        return _LOOK_SECONDS

    async def _rest(self, seconds: float) -> None:
        """Wait, but no longer than until the end is wished for."""
        try:
            await asyncio.wait_for(self._ending.wait(), timeout=seconds)
        except TimeoutError:
            return

    def _back_off(self, failures: int) -> float:
        return self._jittered(min(30.0 * 2 ** min(failures - 1, 8), _LONGEST_BACK_OFF))

    @staticmethod
    def _jittered(seconds: float) -> float:
        return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, keeps no secret


def _log_pass(report: PollReport) -> None:
    counts = " ".join(f"{name}={n}" for name, n in report.dispositions.items())
    log.log(
        logging.INFO if report.fetched else logging.DEBUG,
        "action=pass fetched=%d %s drafts=%d leads_new=%d",
        report.fetched,
        counts,
        report.drafts,
        report.leads_new,
    )
    for account in report.accounts:
        if account.error:
            log.error("action=pass account=%s outcome=failed error=%s", account.name, account.error)
    for notice in report.notices:
        log.warning("action=pass notice=%s", notice)
    if report.held_back:
        log.warning("action=pass notice=%d drafts held back; `inboxtriage poll --allow-drafts`", report.held_back)


def _log_round(report: SendReport) -> None:
    if report.sent or report.deferred or report.failed or report.unknown or report.recalled or report.problems:
        log.info(
            "action=send sent=%d deferred=%d failed=%d unknown=%d recalled=%d",
            report.sent,
            report.deferred,
            report.failed,
            report.unknown,
            report.recalled,
        )
    for problem in report.problems:
        log.warning("action=send notice=%s", problem)
