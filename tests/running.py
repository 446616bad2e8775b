"""The daemon as a process of its own, for tests that look at it from outside."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


def often(practice: Practice) -> Practice:
    practice.config.write_text(practice.config.read_text() + "\n[service]\npoll_seconds = 1\n")
    return practice
