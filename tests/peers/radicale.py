"""A private Radicale on loopback: a real CalDAV server for a test session, one fresh user for each test."""

import base64
import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "secret"
_COLLECTION = (
    '<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
    "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><C:supported-calendar-component-set>"
    '<C:comp name="{kind}"/></C:supported-calendar-component-set></D:prop></D:set></D:mkcol>'
)


@dataclass
class Radicale:
    """The server."""

    folder: Path
    port: int = 0
    users: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        (self.folder / "users").touch()
        (self.folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {self.folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {self.folder}/collections\n[logging]\nlevel = warning\n"
        )
        command = [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"Radicale did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)
            self.process = None

    def person(self) -> "Person":
        """A fresh user, without a calendar."""
        self.users += 1
        name = f"user{os.getpid()}x{self.users}"
        with (self.folder / "users").open("a") as file:
            file.write(f"{name}:{PASSWORD}\n")
        return Person(self, name)


@dataclass
class Person:
    """One user, and the hand with which a test fills the calendars."""

    server: Radicale
    name: str

    @property
    def url(self) -> str:
        """The user's principal, which is the home of all calendars."""
        return f"http://127.0.0.1:{self.server.port}/{self.name}/"

    def calendar(self, called: str, kind: str = "VEVENT") -> str:
        """Make a calendar, and give its address."""
        self._ask("MKCOL", f"/{self.name}/{called}/", _COLLECTION.format(kind=kind).encode())
        return f"{self.url}{called}/"

    def put(self, called: str, item: str, text: str) -> None:
        """Store one event."""
        self._ask("PUT", f"/{self.name}/{called}/{item}.ics", text.encode(), "text/calendar; charset=utf-8")

    def _ask(self, method: str, path: str, body: bytes, kind: str = "application/xml") -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        sign = base64.b64encode(f"{self.name}:{PASSWORD}".encode()).decode()
        connection.request(method, path, body, {"Authorization": f"Basic {sign}", "Content-Type": kind})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"Radicale: {method} {path}: {answer.status} {said[:300]!r}")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Radicale]:
    """A server for the block."""
    server = Radicale(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
