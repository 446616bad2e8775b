"""The daemon's heart: feeds systemd's watchdog while every worker goes on, notices what stands still and silence."""

import logging
from collections import Counter

from inboxtriage.errors import InboxTriageError
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.daemon import alarm
from inboxtriage.service.daemon.systemd import Systemd
from inboxtriage.service.daemon.watching import Shared, Watcher
from inboxtriage.store import messages, workers
from inboxtriage.store.workers import Worker

_BEAT_SECONDS = 20.0
_STUCK_SECONDS = 900.0  # longer than any wait for one answer, and than one renewal of the listening

log = logging.getLogger("inboxtriage")


class Heart:
    """Beats every `seconds`. It counts its own beats' time, so that a clock that jumps worries nobody (G29)."""

    def __init__(self, a: Assembly, watchers: list[Watcher], shared: Shared, systemd: Systemd) -> None:
        self._a, self._watchers, self._shared, self._systemd = a, watchers, shared, systemd
        watchdog = systemd.watchdog_seconds
        self.seconds = min(_BEAT_SECONDS, watchdog / 2) if watchdog else _BEAT_SECONDS
        self._progress = {watcher.account.name: (watcher.progress(), 0.0) for watcher in watchers}
        self._stuck: set[str] = set()
        self._arrived = 0
        self._quiet_seconds: float | None = None
        self._said = ""

    def summary(self) -> str:
        """What the workers do, in one line."""
        counts = Counter("stuck" if w.account.name in self._stuck else w.doing for w in self._watchers)
        return f"{len(self._watchers)} account(s): " + ", ".join(f"{n} {doing}" for doing, n in sorted(counts.items()))

    def beat(self) -> None:
        """Look once."""
        for watcher in self._watchers:
            self._look_at(watcher)
        if not self._stuck:
            self._systemd.say(WATCHDOG=1)
        if (now := self.summary()) != self._said:
            self._said = now
            self._systemd.say(STATUS=now)
        self._listen_for_silence()

    def _look_at(self, watcher: Watcher) -> None:
        name, now = watcher.account.name, watcher.progress()
        before, still = self._progress[name]
        still = still + self.seconds if now == before else 0.0
        self._progress[name] = (now, still)
        if still < _STUCK_SECONDS and watcher.thread.is_alive():
            if name in self._stuck:
                self._stuck.discard(name)
                self._shared.alarms.over(f"{name} stuck")
            return
        if name not in self._stuck:
            self._stuck.add(name)
            log.error("action=heart account=%s outcome=stuck seconds=%.0f", name, still)
            self._shared.alarms.sound(alarm.STUCK, episode=f"{name} stuck")
            watcher.stop.break_off()
            self._note_stuck(watcher)

    def _note_stuck(self, watcher: Watcher) -> None:
        stuck = Worker(watcher.account.name, "stuck", self._a.clock.now(), None, "it makes no progress")
        try:
            with self._a.db.writing():
                workers.note(self._a.db, stuck)
            watcher.noted = None  # what it does next is news again
        except InboxTriageError as error:
            log.warning("action=heart notice=%s", error)

    def _listen_for_silence(self) -> None:
        """Mail that stays away for `quiet_hours` is alarming; counted from the last that came, once all was read."""
        hours = self._a.settings.service.quiet_hours
        if not hours or not self._shared.passes:
            return
        if self._quiet_seconds is None:
            self._quiet_seconds = self._seconds_since_the_last()
        elif self._shared.arrived != self._arrived:
            self._quiet_seconds = 0.0
            self._shared.alarms.over("quiet")
        else:
            self._quiet_seconds += self.seconds
        self._arrived = self._shared.arrived
        if self._quiet_seconds >= hours * 3600:
            self._shared.alarms.sound(alarm.QUIET.format(hours=hours), episode="quiet")

    def _seconds_since_the_last(self) -> float:
        last = messages.last_received_at(self._a.db)
        return 0.0 if last is None else max(0.0, (self._a.clock.now() - last).total_seconds())
