"""A proxy before a server without TLS that meddles: it rewrites what passes, and kills at a word it waits for."""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_CHUNK = 64 * 1024


@dataclass
class Meddler:
    """Where it listens; what the server's words are turned into (of equal length, for literals); when it kills.

    `kill_at` is looked for in both directions, and what holds it is passed on only if it comes from the client.
    """

    port: int = 0
    rewrites: dict[bytes, bytes] = field(default_factory=dict)
    kill_at: bytes | None = None
    victim: Callable[[], int] | None = None
    seen: list[bytes] = field(default_factory=list)  # what the client said

    def from_client(self, chunk: bytes) -> bytes:
        """What goes on to the server."""
        self.seen.append(chunk)
        self._kill(chunk)
        return chunk

    def from_server(self, chunk: bytes) -> bytes:
        """What goes on to the client."""
        self._kill(chunk)
        for word, other in self.rewrites.items():
            assert len(word) == len(other)
            chunk = chunk.replace(word, other)
        return chunk

    def _kill(self, chunk: bytes) -> None:
        if self.kill_at is not None and self.kill_at in chunk:
            assert self.victim is not None
            self.kill_at = None
            os.kill(self.victim(), signal.SIGKILL)


@contextlib.contextmanager
def meddling(target: int) -> Iterator[Meddler]:
    """The proxy, on loopback."""
    meddler = Meddler()

    def serve() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", target))
            for source, to, through in ((near, far, meddler.from_client), (far, near, meddler.from_server)):
                threading.Thread(target=_carry, args=(source, to, through), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        meddler.port = listening.getsockname()[1]
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield meddler
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _carry(source: socket.socket, to: socket.socket, through: Callable[[bytes], bytes]) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            to.sendall(through(chunk))
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)
    if through.__name__ == "from_server":
        source.close()
        to.close()
