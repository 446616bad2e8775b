"""Alarms: one line to the owner, by their own command and on the desktop. Never by mail, never a word or name of one.

An alarm of an episode (a mailbox refuses the sign-in, say) sounds once until the episode is over.
"""

import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress

from inboxtriage.config.settings import Settings

_SECONDS = 30.0
_DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
_OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

URGENT = "an urgent message waits: inboxtriage queue"
SIGN_IN = "a mail server refuses the sign-in: inboxtriage check"
QUIET = "no mail at all came for {hours} hours: inboxtriage check"
UNKNOWN = "it is unknown whether a letter was sent: inboxtriage outbox"
FAILED = "a letter was refused and waits for you again: inboxtriage queue"
PAUSED = "approved letters are not being sent: inboxtriage status"
BROKEN = "reading or sending mail met a fault of the program and is tried again: inboxtriage status"
STUCK = "reading mail makes no progress: inboxtriage status"
UNREAD = "a mailbox or a folder of it is not being read: inboxtriage status"
DIGEST = "the list of the week is there: inboxtriage digest"
STORE = "nothing can be stored, the disk may be full: inboxtriage check"

log = logging.getLogger("inboxtriage")


class Alarms:
    """Sounds alarms from a thread of its own, so that a command that hangs holds up nobody."""

    def __init__(self, settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
        hidden = {*_OURS, *_secret_variables(settings)}
        self._environment = {name: value for name, value in environment.items() if name not in hidden}
        self._command = settings.service.alarm_command
        self._desktop = desktop_command(environment) if settings.service.desktop_alarm else None
        self._lock = threading.Lock()
        self._episodes: set[str] = set()
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._keep_sounding, name="alarms", daemon=True).start()

    def sound(self, line: str, *, episode: str | None = None) -> None:
        """Say this line to the owner; at once for the caller. In an episode only its first alarm sounds."""
        with self._lock:
            if episode in self._episodes:
                return
            if episode is not None:
                self._episodes.add(episode)
        log.warning("action=alarm notice=%s", line)
        self._lines.put(line)

    def over(self, episode: str) -> None:
        """The episode has ended; another one may sound again."""
        with self._lock:
            self._episodes.discard(episode)

    def _keep_sounding(self) -> None:
        while True:
            line = self._lines.get()
            if self._command is not None:
                self._run([*self._command, line])
            if self._desktop is not None:
                self._run([*self._desktop, line])

    def _run(self, command: list[str]) -> None:
        try:
            process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            log.warning("action=alarm outcome=failed program=%s error=%s", command[0], type(error).__name__)
            return
        try:
            code = process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and what it waits for
            process.wait()
            log.warning("action=alarm outcome=failed program=%s error=it took too long", command[0])
            return
        if code != 0:
            log.warning("action=alarm outcome=failed program=%s code=%d", command[0], code)


def desktop_command(environment: Mapping[str, str], platform: str = sys.platform) -> list[str] | None:
    """What shows a line on the desktop of whoever is signed in here, or None; the line is its last argument."""
    if platform == "darwin":
        script = 'on run line\ndisplay notification (item 1 of line) with title "inboxtriage"\nend run'
        return ["osascript", "-e", script]
    program = shutil.which("notify-send")
    if program is None or not any(environment.get(name) for name in _DESKTOPS):
        return None
    return [program, "--app-name=inboxtriage", "inboxtriage"]


def _secret_variables(settings: Settings) -> set[str]:
    servers = [server for account in settings.accounts for server in (account.imap, account.smtp)]
    named = {server.password_env for server in servers if server is not None}
    named |= {calendar.password_env for calendar in settings.practice.openings.caldav}
    return {name for name in named if name is not None}
