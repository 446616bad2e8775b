"""An SMTP server on loopback that really speaks the protocol, remembers everything, and misbehaves by name.

A misbehaviour is set for a phase: what the server does when it gets there. `dot` is before it takes the mail,
`answered` before it says so, `told` after; `quit` is before it says goodbye, `left` after. The peer's own record, not ours, is what tests look at.
"""

import asyncio
import base64
import contextlib
import os
import signal
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self, get_args

from tests.peers.tls import Certificate, only

Phase = Literal[
    "connect", "hello", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "answered", "told", "quit", "left"
]
PHASES: tuple[Phase, ...] = get_args(Phase)


@dataclass
class Taken:
    """One mail that the server said yes to."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Misbehaviour:
    """What happens at a phase, the first `times` it is reached."""

    answer: str | None = None  # this line instead of the usual answer
    drop: bool = False  # close the connection without a word
    kill: bool = False  # SIGKILL whoever is connected (see SmtpPeer.victim), then close
    silent: bool = False  # never answer
    delay: float = 0.0
    look: Callable[[], object] | None = None  # called when it is reached
    times: int = 1_000_000


@dataclass
class SmtpPeer:
    """The server. `taken` are the mails it accepted, `commands` every line it was sent, in order."""

    tls: Certificate | None = None
    implicit_tls: bool = False
    offer_starttls: bool = True
    offer_auth: bool = True
    password: str = "secret"
    tokens: set[str] = field(default_factory=set)  # with any, the server takes these alone (XOAUTH2), no password
    refusal: str = "535 5.7.8 wrong password"
    oldest: ssl.TLSVersion | None = None  # it speaks this version of TLS and no other
    misbehave: dict[str, Misbehaviour] = field(default_factory=dict)
    victim: Callable[[], int] | None = None
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    bodies_begun: int = 0
    bodies: list[bytes] = field(default_factory=list)  # every one that came whole, taken or not
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the SMTP peer did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        context = self._context() if self.implicit_tls else None
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=context))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))

    def _context(self) -> ssl.SSLContext:
        assert self.tls is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.tls.certificate, self.tls.key)
        return only(context, self.oldest)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await _Conversation(self, reader, writer).hold()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, _Gone):
            pass
        finally:
            writer.close()


class _Gone(Exception):
    """The conversation is over, by misbehaviour."""


class _Conversation:
    def __init__(self, peer: SmtpPeer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.peer, self.reader, self.writer = peer, reader, writer
        self.secure = peer.implicit_tls
        self.sender = ""
        self.recipients: list[str] = []

    async def hold(self) -> None:
        await self._answer("connect", "220 peer ready")
        while line := await self.reader.readline():
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            self.peer.commands.append(command)
            verb = command.split(" ")[0].upper()
            if verb == "QUIT":
                await self._answer("quit", "221 bye")
                await self._misbehave("left")
                return
            handler = getattr(self, f"_{verb.lower()}", None)
            if handler is None:
                await self._say("502 not known here")
            else:
                await handler(command)

    async def _ehlo(self, _command: str) -> None:
        lines = ["peer"]
        if self.peer.tls and self.peer.offer_starttls and not self.secure:
            lines.append("STARTTLS")
        if self.peer.offer_auth:
            lines.append("AUTH XOAUTH2" if self.peer.tokens else "AUTH PLAIN LOGIN")
        lines.append("8BITMIME")
        text = "\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{line}" for i, line in enumerate(lines))
        await self._answer("hello", text)

    async def _starttls(self, _command: str) -> None:
        await self._answer("starttls", "220 go ahead")
        await self.writer.start_tls(self.peer._context())
        self.secure = True

    async def _auth(self, command: str) -> None:
        parts = command.split(" ")
        if parts[1].upper() == "XOAUTH2":
            await self._xoauth2(parts[2])
            return
        if parts[1].upper() == "PLAIN":
            given = parts[2] if len(parts) > 2 else (await self._ask(""))
            password = base64.b64decode(given).split(b"\0")[-1].decode()
        else:
            if len(parts) < 3:
                await self._ask(base64.b64encode(b"Username:").decode())
            password = base64.b64decode(await self._ask(base64.b64encode(b"Password:").decode())).decode()
        good = password == self.peer.password
        await self._answer("auth", "235 welcome" if good else self.peer.refusal)

    async def _xoauth2(self, given: str) -> None:
        token = base64.b64decode(given).decode().partition("auth=Bearer ")[2].strip("\x01")
        if token in self.peer.tokens:
            await self._say("235 welcome")
        elif await self._ask(base64.b64encode(b'{"status":"401"}').decode()):
            await self._say("500 an empty line was expected")
        else:
            await self._say(self.peer.refusal)

    async def _mail(self, command: str) -> None:
        self.sender, self.recipients = command[10:].strip("<> "), []
        await self._answer("mail", "250 sender fine")

    async def _rcpt(self, command: str) -> None:
        if (await self._answer("rcpt", "250 recipient fine")).startswith("2"):
            self.recipients.append(command[8:].strip("<> "))

    async def _rset(self, _command: str) -> None:
        self.sender, self.recipients = "", []
        await self._say("250 forgotten")

    async def _data(self, _command: str) -> None:
        if not (await self._answer("data", "354 go ahead")).startswith("354"):
            return
        lines: list[bytes] = []
        while True:
            line = await self.reader.readline()
            if not line:
                return
            if not lines:
                self.peer.bodies_begun += 1
            if len(lines) == 3:
                await self._misbehave("body")
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.peer.bodies.append(b"".join(lines))
        await self._misbehave("dot")
        answer = self._line("dot", "250 taken")
        if answer.startswith("2"):
            self.peer.taken.append(Taken(self.sender, list(self.recipients), b"".join(lines)))
        await self._misbehave("answered")
        await self._say(answer)
        await self._misbehave("told")

    async def _ask(self, prompt: str) -> str:
        await self._say(f"334 {prompt}")
        return (await self.reader.readline()).decode().strip()

    async def _answer(self, phase: str, usual: str) -> str:
        await self._misbehave(phase)
        answer = self._line(phase, usual)
        await self._say(answer)
        return answer

    def _line(self, phase: str, usual: str) -> str:
        what = self.peer.misbehave.get(phase)
        if what is None or what.answer is None or what.times <= 0:
            return usual
        what.times -= 1
        return what.answer

    async def _misbehave(self, phase: str) -> None:
        what = self.peer.misbehave.get(phase)
        if what is None or what.times <= 0 or not (what.drop or what.kill or what.silent or what.delay or what.look):
            return
        what.times -= 1
        if what.look:
            what.look()
        if what.delay:
            await asyncio.sleep(what.delay)
        if what.kill:
            assert self.peer.victim is not None
            with contextlib.suppress(ProcessLookupError):  # after QUIT it may have ended by itself
                os.kill(self.peer.victim(), signal.SIGKILL)
        if what.silent:
            await asyncio.sleep(3600)
        if what.drop or what.kill:
            raise _Gone

    async def _say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()
