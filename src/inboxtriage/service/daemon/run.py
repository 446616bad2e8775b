"""The daemon: a worker reads each account, one sender sends what is due, and it ends cleanly. One for each store.

It waits on asyncio and select alone (a condition variable would hang under a clock that is moved), and takes SIGTERM,
SIGINT and SIGHUP (its terminal was closed) at any point: reading stops between batches, sending gets a short grace and
is then cancelled, which leaves a mail either back in the queue or unknown, never half recorded. Log lines:
`action=started`, `send`, `heart`, `stopped`.
"""

import asyncio
import logging
import os
import random
import select
import signal
import threading
from contextlib import ExitStack
from typing import NoReturn

from inboxtriage.errors import Busy, InboxTriageError
from inboxtriage.service import pacing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.daemon import alarm
from inboxtriage.service.daemon.alarm import Alarms
from inboxtriage.service.daemon.alone import alone_with
from inboxtriage.service.daemon.back_off import NETWORK
from inboxtriage.service.daemon.heart import Heart
from inboxtriage.service.daemon.systemd import Systemd
from inboxtriage.service.daemon.watching import Shared, Watcher
from inboxtriage.service.sending import SendReport, send_round, sending_alone
from inboxtriage.service.stop import Stop
from inboxtriage.store import outgoing, sender, workers
from inboxtriage.store.database import StoreBroken
from inboxtriage.store.lock import A_LOOK_SECONDS, RUN, hold

_LOOK_SECONDS = 1.0  # how often the outbox is looked at
_GRACE_SECONDS = 15.0  # for a delivery under way when the end is wished for
_FAREWELL_SECONDS = 5.0  # for a worker that reads to see that its connection was broken off
_END_SECONDS = 25.0  # after which the end comes, whatever still waits for a server: every step is safe to kill
_RETRIES_THAT_ALARM = 3
_WANTS_A_PERSON = ("auth", "tls", "config")

log = logging.getLogger("inboxtriage")


def run(a: Assembly) -> None:
    """Run until SIGTERM, SIGINT or SIGHUP. Raises Busy at once where the store or a mailbox is taken."""
    with hold(a.folder, RUN, wait_seconds=A_LOOK_SECONDS) as free, ExitStack() as held:
        if not free:
            raise Busy("another inboxtriage is reading this store already", do="`inboxtriage status` shows it")
        for account in a.settings.accounts:
            held.enter_context(alone_with(account))
        with a.db.writing():  # opens the store before the workers do, so that it is made or upgraded once
            workers.forget(a.db)
        asyncio.run(_Daemon(a).run())


class _Daemon:
    def __init__(self, a: Assembly) -> None:
        self._a = a
        self._systemd = Systemd()
        self._alarms = Alarms(a.settings)
        shared = Shared(self._alarms, a.settings.service.poll_seconds)
        self._watchers = [Watcher(a, account, shared) for account in a.settings.accounts]
        self._heart = Heart(a, self._watchers, shared, self._systemd)
        self._stop_sending = Stop()
        self._ending = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup(1) lives on
                loop.add_signal_handler(number, self._end)
        for watcher in self._watchers:
            watcher.thread.start()
        log.info("action=started accounts=%d", len(self._watchers))
        self._systemd.say(READY=1, STATUS=self._heart.summary())
        sending = asyncio.create_task(self._keep_sending())
        beating = asyncio.create_task(self._keep_beating())
        await self._ending.wait()
        await asyncio.wait({sending}, timeout=_GRACE_SECONDS)
        sending.cancel()
        await asyncio.gather(sending, beating, return_exceptions=True)
        workers_end = [asyncio.create_task(asyncio.to_thread(watcher.thread.join)) for watcher in self._watchers]
        _, late = await asyncio.wait(workers_end, timeout=_FAREWELL_SECONDS) if workers_end else ((), ())
        if late:  # one still connects; nothing that reads needs to be waited for
            _end_now()
        log.info("action=stopped")

    def _end(self) -> None:
        if self._ending.is_set():
            return
        self._systemd.say(STOPPING=1)
        threading.Thread(target=_end_for_good, name="last resort", daemon=True).start()
        self._ending.set()
        self._stop_sending.wish()
        for watcher in self._watchers:
            watcher.stop.wish()

    async def _keep_sending(self) -> None:
        """Send what is due, again and again. What fails is said, and tried again later."""
        failures = 0
        while not self._ending.is_set():
            wait = _LOOK_SECONDS
            try:
                await self._send()
                failures = 0
                self._alarms.over("sending fault")
            except Exception as error:  # noqa: BLE001 - a fault of this program must not end the sending
                failures += 1
                wait = NETWORK.after(failures, random.random())  # noqa: S311 - spreads load, keeps no secret
                self._say_failure(error, wait)
            await self._rest(wait)

    def _say_failure(self, error: Exception, wait: float) -> None:
        expected = isinstance(error, InboxTriageError)
        outcome, what = ("failed", str(error)) if expected else ("broken", type(error).__name__)
        log.error("action=send outcome=%s retry_seconds=%.0f error=%s", outcome, wait, what)
        if isinstance(error, StoreBroken):
            self._alarms.sound(alarm.STORE, episode="store")
        elif not expected:
            self._alarms.sound(alarm.BROKEN, episode="sending fault")

    async def _send(self) -> None:
        if not pacing.is_due(self._a) and not outgoing.claimed(self._a.db):
            return
        try:
            with sending_alone(self._a, 0.0):  # a claim that is held now is a dead one
                report = await send_round(self._a, stop=self._stop_sending)
        except Busy:
            return
        _log_round(report)
        if report.unknown:
            self._alarms.sound(alarm.UNKNOWN)
        if report.failed:
            self._alarms.sound(alarm.FAILED)
        self._look_at_senders()

    def _look_at_senders(self) -> None:
        """A sender that rests for what only a person can mend, or again and again, is alarming."""
        for account in self._a.settings.accounts:
            pause, episode = sender.paused(self._a.db, account.name), f"{account.name} paused"
            if pause is None:
                self._alarms.over(episode)
            elif pause.why.startswith(_WANTS_A_PERSON) or pause.failures >= _RETRIES_THAT_ALARM:
                self._alarms.sound(alarm.PAUSED, episode=episode)

    async def _keep_beating(self) -> None:
        while not self._ending.is_set():
            try:
                self._heart.beat()
            except Exception as error:  # noqa: BLE001 - a store that is busy must not look like a worker that is stuck
                log.warning("action=heart outcome=failed error=%s", type(error).__name__)
            await self._rest(self._heart.seconds)

    async def _rest(self, seconds: float) -> None:
        """Wait, but no longer than until the end is wished for."""
        try:
            await asyncio.wait_for(self._ending.wait(), timeout=seconds)
        except TimeoutError:
            return


def _end_for_good() -> None:
    """The last resort against a name server or a program that holds a thread and cannot be broken off."""
    select.select([], [], [], _END_SECONDS)
    _end_now()


def _end_now() -> NoReturn:
    log.info("action=stopped notice=a server or a program did not let go")
    logging.shutdown()
    os._exit(0)


def _log_round(report: SendReport) -> None:
    if (
        report.sent
        or report.deferred
        or report.failed
        or report.unknown
        or report.recalled
        or report.acknowledged
        or report.problems
    ):
        log.info(
            "action=send sent=%d deferred=%d failed=%d unknown=%d recalled=%d acknowledged=%d",
            report.sent,
            report.deferred,
            report.failed,
            report.unknown,
            report.recalled,
            report.acknowledged,
        )
    for problem in report.problems:
        log.warning("action=send notice=%s", problem)
