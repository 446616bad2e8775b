"""Another process of this program beside this one, for what could go wrong: it gets bytes and gives bytes back.

It has no store, no secret in its environment, and ends when its socket closes, so also when this process is killed.
"""

import os
import resource
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")  # of an environment that may hold passwords
_SEND_SECONDS = 30  # a process that takes nothing for so long is as good as dead
_MOST_BYTES = 256 * 1024 * 1024  # of one answer


class Beside:
    """A process that runs `module` with a socket's descriptor as its first word. It answers in the order asked."""

    def __init__(self, module: str, *words: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                # -P: nothing is imported from the folder that the owner happens to stand in.
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), *words],
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for this process; the other ends with it
            )
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))
        self._connection = Connection(ours.detach())

    def ask(self, question: bytes) -> bool:
        """Hand over a question; False where nobody takes it."""
        try:
            self._connection.send_bytes(question)
        except OSError:
            return False
        return True

    def has_answer(self, seconds: float = 0.0) -> bool:
        """Whether `answer` would come at once (an answer, or the news of its death), waited for."""
        return self._connection.poll(seconds)

    def answer(self, seconds: float) -> bytes | None:
        """The next answer, waited for; None where the process died over it. Raises TimeoutError."""
        if not self._connection.poll(seconds):
            raise TimeoutError
        try:
            return self._connection.recv_bytes(_MOST_BYTES)
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """End it now, whatever it does."""
        self._connection.close()
        self._process.kill()
        self._process.wait()


def limit(memory: int) -> None:
    """Bound this process: bytes of address space, no core, no file that grows."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(what, (most, most))


def allow_more(seconds: int) -> None:
    """Bound the processor time of this process: `seconds` from now, then the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
