"""A small IMAP server for what no real server does on request: it lies, forgets and hangs up, each by name."""

import re
import select
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

Misbehaviour = Literal[
    "none", "without_bytes", "expunged", "cut_literal", "bye", "unsolicited", "wrong_order", "mute", "huge_literal"
]
Idle = Literal[
    "works",
    "black_hole",
    "eof",
    "half_line",
    "bye",
    "garbage",
    "refused",
    "early",
    "chatter",
    "flood",
    "slow_line",
    "endless",
]
Always = Literal["no", "bad", "bye", "eof", "garbage"]


@dataclass
class ImapPeer:
    """An INBOX of `mails`, UIDs from 1. `about` is the UID that the misbehaviour is about; `times` how often it occurs."""

    mails: list[bytes]
    misbehaviour: Misbehaviour = "none"
    about: int = 0
    times: int = 1
    share: float = 0.5  # how much of a literal comes before it is cut
    port: int = 0
    connections: int = 0
    idle: Idle | None = None  # how it listens; None: it does not offer to
    always: Always | None = None  # its answer to every command from now on
    mute_at: str = ""  # the command to which it never answers
    refuse_login: bool = False
    seen: list[str] = field(default_factory=list)  # the name of every command, of all connections
    fetched: list[int] = field(default_factory=list)  # every UID whose bytes were asked for

    def due(self) -> bool:
        """Whether to misbehave this time, which then counts."""
        self.times -= 1
        return self.times >= 0


@contextmanager
def scripted(peer: ImapPeer) -> Iterator[ImapPeer]:
    """The peer, listening on loopback without TLS."""

    class Handler(_Session):
        served = peer

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        peer.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            thread.join()


class _HungUp(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    served: ImapPeer
    _known = 0

    def handle(self) -> None:
        self.served.connections += 1
        self._say("* OK ready")
        try:
            if self.served.misbehaviour == "mute":
                self.rfile.read()  # it listens to everything, and says nothing
            while line := self.rfile.readline().decode().strip():
                tag, _, rest = line.partition(" ")
                words = rest.upper().removeprefix("UID ")
                self.served.seen.append(words.split(maxsplit=1)[0])
                if self.served.always is not None:
                    self._refuse(tag, self.served.always)
                    continue
                if self.served.refuse_login and self.served.seen[-1] == "LOGIN":
                    self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                    continue
                if self.served.mute_at == self.served.seen[-1]:
                    self.rfile.read()
                if words == "IDLE" and not self._idle(tag):
                    continue
                self._answer(words)
                self._say(f"{tag} OK done")
                if words == "LOGOUT":
                    return
        except (_HungUp, ConnectionError):
            return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _answer(self, words: str) -> None:
        name = words.split(maxsplit=1)[0]
        if name == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1" + (" IDLE" if self.served.idle else ""))
        elif name in {"SELECT", "EXAMINE"}:
            self._say("* FLAGS (\\Seen \\Answered)")
            self._say(f"* {len(self.served.mails)} EXISTS")
            self._say("* OK [UIDVALIDITY 7] valid")
            self._say(f"* OK [UIDNEXT {len(self.served.mails) + 1}] next")
            self._known = len(self.served.mails)
        elif name == "LIST":
            self._say('* LIST () "/" INBOX')
        elif name == "SEARCH":
            self._search(words)
        elif name == "FETCH":
            self._fetch(words)

    def _refuse(self, tag: str, how: Always) -> None:
        match how:
            case "no" | "bad":
                self._say(f"{tag} {how.upper()} not today")
            case "bye":
                self._say("* BYE not today")
                raise _HungUp
            case "garbage":
                self._say("<html>503 Service Unavailable</html>")
            case "eof":
                raise _HungUp

    def _idle(self, tag: str) -> bool:
        """Listen until DONE; whether to end it as usual."""
        peer = self.served
        if peer.idle == "refused":
            self._say(f"{tag} NO not here")
            return False
        if peer.idle == "early" and peer.seen.count("IDLE") == 1:
            self._say("* 1 EXISTS")
        self._say("+ idling")
        if peer.idle == "chatter":
            self._say("* OK Still here")
        while not select.select([self.connection], [], [], 0.05)[0]:
            if len(peer.mails) != self._known or peer.idle == "flood":
                self._known = len(peer.mails)
                self._tell_of_news()
        if peer.idle == "black_hole":
            self.rfile.read()
        if not self.rfile.readline():
            raise _HungUp
        while peer.idle == "endless":
            self._say("* OK Still here")
            time.sleep(0.05)
        return True

    def _tell_of_news(self) -> None:
        match self.served.idle:
            case "eof":
                raise _HungUp
            case "half_line":
                self.wfile.write(b"* 2 EXI")
                self.rfile.read()
            case "bye":
                self._say("* BYE restarting")
                raise _HungUp
            case "garbage":
                self._say("<html>503 Service Unavailable</html>")
            case "slow_line":
                self.wfile.write(f"* {self._known} EXI".encode())
                time.sleep(0.5)
                self._say("STS")
            case "works" | "chatter" | "early" | "flood" | "endless":
                self._say(f"* {self._known} EXISTS")

    def _uids(self, asked: str) -> list[int]:
        """The UIDs of a set such as 1:*,7 that there are."""
        last = len(self.served.mails)
        found = set()
        for part in asked.split(","):
            begin, _, end = part.partition(":")
            first = int(begin)
            to = last if end == "*" else int(end or begin)
            found |= set(range(first, to + 1))
        return sorted(uid for uid in found if 1 <= uid <= last)

    def _search(self, words: str) -> None:
        found = [] if "ANSWERED" in words or "HEADER" in words else self._uids(re.findall(r"[\d:*,]{1,}", words)[0])
        if self.served.misbehaviour == "expunged" and self.served.about in self.served.fetched:
            found = [uid for uid in found if uid != self.served.about]
        self._say(f"* SEARCH {' '.join(map(str, found))}")

    def _fetch(self, words: str) -> None:
        peer, asked = self.served, self._uids(words.split()[1])
        if "BODY.PEEK[]" not in words:
            for uid in asked:
                size = len(peer.mails[uid - 1])
                self._say(f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "01-Nov-2026 10:00:00 +0000")')
            return
        peer.fetched += asked
        for uid in reversed(asked) if peer.misbehaviour == "wrong_order" else asked:
            self._body(uid)

    def _body(self, uid: int) -> None:
        peer, raw = self.served, self.served.mails[uid - 1]
        begins = f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode()
        match peer.misbehaviour if uid == peer.about and peer.misbehaviour != "none" else "none":
            case "without_bytes" if peer.due():
                self._say(f"* {uid} FETCH (UID {uid} BODY[] NIL)")
            case "expunged":
                return
            case "cut_literal" if peer.due():
                self.wfile.write(begins + raw[: int(len(raw) * peer.share)])
                raise _HungUp
            case "huge_literal" if peer.due():
                self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{4 * 1024**3}}}\r\n".encode() + raw)
                raise _HungUp
            case "bye" if peer.due():
                self._say("* BYE going down")
                raise _HungUp
            case "unsolicited":
                self._say(f"* {uid} FETCH (FLAGS (\\Seen))")
                self._say("* 99 EXISTS")
                self.wfile.write(begins + raw + b")\r\n")
            case _:
                self.wfile.write(begins + raw + b")\r\n")
