"""Notices to systemd (sd_notify(3)): ready, alive, what we do, stopping. Without systemd nothing happens."""

import contextlib
import os
import socket
from collections.abc import Mapping


class Systemd:
    """The service manager that started this process, if one did and wants to hear."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET")
        self.watchdog_seconds: float | None = None
        meant_for_us = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environment.get("WATCHDOG_USEC", "")
        if meant_for_us and microseconds.isdigit() and int(microseconds) > 0:
            self.watchdog_seconds = int(microseconds) / 1_000_000

    def say(self, **assignments: str | int) -> None:
        """Send assignments such as READY=1. A manager that does not listen is no fault of ours, and stops nothing."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        text = "\n".join(f"{name}={value}" for name, value in assignments.items())
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.sendto(text.encode(), address)
