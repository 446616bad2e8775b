"""IMAP, broken at each line that the server says: no message is lost, none is kept twice or in part (G16, G17).

A proxy before a real or a scripted server counts the lines of all its answers (not those inside a literal) and does one
thing at the N-th, once. What it may do there depends on the line, so a first pass without a fault writes them down.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.chaos.invariants import broken
from tests.chaos.place import Place

Fault = Literal["close", "half", "garbage", "BYE", "NO", "BAD", "1 %", "50 %", "99 %"]
_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
_TAGGED = re.compile(rb"^[A-Za-z0-9]+ OK\b")
_GARBAGE = b'* \x00\xff(({5 "NIL)\r\n'


@dataclass
class Line:
    """The proxy. `fault` happens at line `at` (from 1), once; None lets everything through."""

    target: int
    fault: Fault | None = None
    at: int = 0
    port: int = 0
    connections: int = 0
    fired: bool = False
    lines: list[bytes] = field(default_factory=list)

    def arm(self, fault: Fault | None, at: int = 0) -> None:
        """Begin to count anew."""
        self.fault, self.at, self.fired, self.connections = fault, at, False, 0
        self.lines.clear()


@contextlib.contextmanager
def tapped(target: int) -> Iterator[Line]:
    """A proxy before a server on loopback that speaks in clear."""
    line, ready = Line(target), threading.Event()
    loop, over = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line.connections += 1
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await _between(line, reader, writer)

        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        line.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()
        server.close()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="tap", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


async def _between(line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", line.target, limit=2**24)

    async def upstream() -> None:
        while chunk := await reader.read(65536):
            far_writer.write(chunk)
        far_writer.close()

    going = asyncio.create_task(upstream())
    try:
        while (said := await far_reader.readline()) and await _carry(line, said, far_reader, writer):
            await writer.drain()
    finally:
        going.cancel()
        writer.close()
        far_writer.close()


async def _carry(line: Line, said: bytes, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Hand on one line and the literal that it announces, or do the fault; False where the connection ends with it."""
    line.lines.append(said)
    literal = _LITERAL.search(said)
    inside = await far.readexactly(int(literal[1])) if literal else b""
    if line.fault is None or line.fired or len(line.lines) != line.at:
        writer.write(said + inside)
        return True
    line.fired = True
    match line.fault:
        case "close":
            return False
        case "half":
            writer.write(said[: len(said) // 2])
            return False
        case "garbage":
            writer.write(_GARBAGE)
            return True
        case "BYE":
            writer.write(b"* BYE going down\r\n")
            return False
        case "NO" | "BAD":
            writer.write(said.split()[0] + f" {line.fault} not now\r\n".encode())
            return True
        case part:
            writer.write(said + inside[: len(inside) * int(part.split()[0]) // 100])
            return False


def points(lines: list[bytes], faults: tuple[Fault, ...]) -> list[tuple[Fault, int]]:
    """Which of the faults can happen at which line. A clean end of the connection is tried where an answer is whole."""
    found: list[tuple[Fault, int]] = []
    for number, said in enumerate(lines, 1):
        for fault in faults:
            if fault in {"NO", "BAD", "BYE", "close"} and not _TAGGED.match(said):
                continue
            if fault.endswith("%") and not _LITERAL.search(said):
                continue
            found.append((fault, number))
    return found


ALL: tuple[Fault, ...] = ("close", "half", "garbage", "BYE", "NO", "BAD", "1 %", "50 %", "99 %")


def at(place: Place, line: Line, fault: Fault, number: int) -> list[str]:
    """One pass with the fault, then as many as three without; what did not hold."""
    place.put_back()
    line.arm(fault, number)
    first = place.run("poll", "--json")
    found = [] if line.fired else [f"line {number} was not reached"]
    if first.code not in {0, 1} or "Traceback" in first.err:
        found.append(f"ended with {first.code}: {first.err[-300:]}")
    if line.connections > 2:
        found.append(f"{line.connections} connections in one pass")
    line.arm(None)
    again = place.run("poll", "--json")
    if again.code != 0:
        found.append(f"the healed server: {again.err.strip()}")
    return found + broken(place.practice, place.delivered, (), place.said)
