"""The program in a terminal of its own, as its owner sits before it: what it shows, and lines that are typed."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.practice import Practice


class Talk:
    """A running program; `shown` is everything that it has shown so far."""

    def __init__(self, practice: Practice, *words: str, columns: int = 80, rows: int = 24) -> None:
        self.terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            practice.command(*words), stdin=theirs, stdout=theirs, stderr=theirs,
            env={"TERM": "xterm", **practice.env()}, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - it becomes their terminal
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""
        self._heard = 0  # what was waited for already

    def until(self, words: str, seconds: float = 60) -> str:
        """What was shown up to these words, as they come; lines that were folded are one."""
        deadline = time.monotonic() + seconds
        while (found := _whole(self.shown).find(words, self._heard)) < 0:
            assert time.monotonic() < deadline, (words, self.shown[-3000:])
            assert self._read(), (words, self.shown[-3000:])
        text = _whole(self.shown)[self._heard : found + len(words)]
        self._heard = found + len(words)
        return text

    def answer(self, question: str, line: str = "") -> str:
        """Wait for a question and its prompt, and type a line; what was shown before it."""
        before = self.until(question)
        before += self.until("> ")
        os.write(self.terminal, f"{line}\n".encode())
        return before

    def press(self, keys: str) -> None:
        """Type without Enter."""
        os.write(self.terminal, keys.encode())

    def listen(self, seconds: float) -> None:
        """Take in what is shown for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._read():
            pass

    def ended(self) -> int:
        """The exit code, when it has ended."""
        deadline = time.monotonic() + 120
        while self._read():
            assert time.monotonic() < deadline, self.shown[-3000:]
        return self.process.wait(60)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.terminal)
        self.terminal = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        os.close(self.terminal)

    def _read(self) -> bool:
        if not select.select([self.terminal], [], [], 0.2)[0]:
            return True
        try:
            more = os.read(self.terminal, 65_536)
        except OSError:  # nobody holds the other end any more
            return False
        self.shown += more.decode("utf-8", "replace")
        return bool(more)


def _whole(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@contextmanager
def talking(practice: Practice, *words: str, rows: int = 24) -> Iterator[Talk]:
    """The program, for the block."""
    talk = Talk(practice, *words, rows=rows)
    try:
        yield talk
    finally:
        talk.close()
