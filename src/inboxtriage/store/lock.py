"""Who may work on a store: one daemon or pass, one sender. Held by flock, so a dead process holds nothing (G26)."""

import fcntl
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inboxtriage.store.database import explained, make_private

RUN, SEND = "run.lock", "send.lock"
A_LOOK_SECONDS = 0.5  # whoever only looks whether a lock is held holds it for a moment
_STEP_SECONDS = 0.1


@contextmanager
def hold(folder: Path, name: str, *, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Take the lock `name` for the block; False where another process kept it for all of `wait_seconds`."""
    with explained(folder):
        make_private(folder)
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _take(handle, wait_seconds)
    finally:
        os.close(handle)  # closing lets go


def is_held(folder: Path, name: str) -> bool:
    """Whether another process holds the lock right now; two that look at once do not take each other for it."""
    with explained(folder):
        try:
            handle = os.open(folder / name, os.O_RDWR)
        except FileNotFoundError:
            return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _take(handle: int, wait_seconds: float) -> bool:
    waited = 0.0
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waited >= wait_seconds:
                return False
            select.select([], [], [], _STEP_SECONDS)  # time.sleep fails under a clock that is moved (G29)
            waited += _STEP_SECONDS
        else:
            return True
