"""The daemon as a process of its own, for tests that look at it from outside."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.practice import Practice


@contextmanager
def running(practice: Practice) -> Iterator["subprocess.Popen[str]"]:
    daemon = practice.start("run")
    try:
        wait(lambda: "The daemon is running" in practice.run("status").out)
        yield daemon
    finally:
        if daemon.poll() is None:
            daemon.send_signal(signal.SIGKILL)
        daemon.communicate(timeout=30)


def wait(happened: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def served(practice: Practice, **keys: object) -> Practice:
    """The practice with these keys of [service]."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    practice.config.write_text(practice.config.read_text() + "\n".join(["\n[service]", *lines, ""]))
    return practice


def often(practice: Practice) -> Practice:
    return served(practice, poll_seconds=1)


def worker(practice: Practice) -> dict[str, Any]:
    """What the daemon says it does with the only account."""
    found: dict[str, Any] = practice.ok("status", "--json").json["accounts"][0]["worker"] or {"doing": None}
    return found


def ended(daemon: "subprocess.Popen[str]", seconds: float = 30) -> str:
    """Its log, after it was told to end; it must do so in time and with exit code 0."""
    begun = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=seconds + 10)
    assert daemon.returncode == 0, log
    assert time.monotonic() - begun <= seconds
    assert "Traceback" not in log
    return log
