"""The door of an IMAP server: greeting, TLS, sign-in, each wrong by name; behind it an empty inbox.

`heard` is every line that came in, decrypted: what a test asserts on.
"""

import base64
import shlex
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.peers.tls import Certificate, only


@dataclass
class ImapDoor:
    """How the door behaves."""

    tls: Certificate | None = None
    implicit_tls: bool = True
    oldest: ssl.TLSVersion | None = None
    greeting: str = "* OK ready"
    offer_starttls: bool = True
    early: bytes = b""  # sent in clear, together with the yes to STARTTLS
    password: str = "secret"
    tokens: set[str] = field(default_factory=set)  # with any, it takes these alone
    refusal: str = "NO [AUTHENTICATIONFAILED] wrong password"
    hang_up_at: str | None = None  # the command at which it hangs up, mid-answer
    port: int = 0
    heard: list[str] = field(default_factory=list)

    def signed_in(self) -> int:
        """How often a sign-in was tried."""
        return sum(line.split()[1].upper() in {"LOGIN", "AUTHENTICATE"} for line in self.heard if " " in line)

    def context(self) -> ssl.SSLContext:
        """TLS as this door has it."""
        assert self.tls is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.tls.certificate, self.tls.key)
        return only(context, self.oldest)


@contextmanager
def standing(door: ImapDoor) -> Iterator[ImapDoor]:
    """The door, on loopback."""

    class Handler(_Session):
        served = door

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that leaves is what is tested

    with Server(("127.0.0.1", 0), Handler) as server:
        door.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield door
        finally:
            server.shutdown()
            thread.join()


class _Session(socketserver.StreamRequestHandler):
    served: ImapDoor

    def setup(self) -> None:
        self.request.settimeout(20)
        if self.served.implicit_tls and self.served.tls:
            self.request = self.served.context().wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def handle(self) -> None:
        self._say(self.served.greeting)
        with suppress(OSError):  # a client that leaves is what is tested
            while line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
                self.served.heard.append(line)
                tag, _, rest = line.partition(" ")
                name = rest.split(" ")[0].upper()
                if name == self.served.hang_up_at:
                    self.wfile.write(f"* {line} ".encode())  # as some do: repeat what was said
                    return
                if name == "STARTTLS" and self.served.tls and self.served.offer_starttls:
                    self.wfile.write(f"{tag} OK go ahead\r\n".encode() + self.served.early)
                    self.request = self.served.context().wrap_socket(self.request, server_side=True)
                    super().setup()
                    continue
                answer = self._answer(name, rest)
                self._say(f"{tag} {answer}")
                if name == "LOGOUT":
                    return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _ask(self, prompt: bytes = b"") -> bytes:
        self._say("+ " + base64.b64encode(prompt).decode())
        return base64.b64decode(self.rfile.readline().strip())

    def _answer(self, name: str, rest: str) -> str:
        door = self.served
        if name == "CAPABILITY":
            starttls = " STARTTLS" if door.tls and not door.implicit_tls and door.offer_starttls else ""
            self._say(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2{starttls}")
        elif name == "LOGIN":
            return "OK in" if not door.tokens and shlex.split(rest)[2] == door.password else door.refusal
        elif name == "AUTHENTICATE" and rest.upper().endswith("XOAUTH2"):
            token = self._ask().decode().partition("auth=Bearer ")[2].strip("\x01")
            if token in door.tokens:
                return "OK in"
            return door.refusal if self._ask(b'{"status":"400"}') == b"" else "BAD an empty answer was expected"
        elif name == "AUTHENTICATE":
            good = self._ask().split(b"\0")[-1].decode() == door.password
            return "OK in" if good and not door.tokens else door.refusal
        elif name in {"SELECT", "EXAMINE"}:
            self._say("* 0 EXISTS")
            self._say("* OK [UIDVALIDITY 7] valid")
        elif name == "LIST":
            self._say('* LIST (\\Sent) "/" Sent')
        elif name in {"UID", "SEARCH"}:
            self._say("* SEARCH")
        return "OK done"
