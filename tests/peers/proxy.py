"""A proxy that delays every byte, as distance does; it counts connections and what the client sent."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_CHUNK = 64 * 1024


@dataclass
class DelayingProxy:
    """Where it listens. `turns` counts how often the client spoke after the server had: the round trips.

    `said` is what the client sent since `clear`, `heard` how many bytes came back.
    """

    port: int = 0
    turns: int = 0
    server_spoke: bool = False
    said: bytearray = field(default_factory=bytearray)
    heard: int = 0

    def clear(self) -> None:
        """Count bytes from now."""
        self.said.clear()
        self.heard = 0

    @property
    def bytes(self) -> int:
        """Both ways together."""
        return len(self.said) + self.heard

    def commands(self, word: str) -> list[str]:
        """The lines of the client that hold a word; only where the connection is not secured."""
        return [line for line in self.said.decode(errors="replace").split("\r\n") if word in line]


@contextlib.contextmanager
def delaying(target: int, seconds: float) -> Iterator[DelayingProxy]:
    """A proxy before a port on loopback; `seconds` is the way there and back together."""
    proxy, ready = DelayingProxy(), threading.Event()
    loop, done = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
            # A stopped proxy cancels what it still carries; Python 3.11's streams would print that as an error.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(
                    _carry(reader, far_writer, seconds / 2, proxy, from_client=True),
                    _carry(far_reader, writer, seconds / 2, proxy, from_client=False),
                )

        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()
        await done.wait()
        server.close()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="delaying proxy", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


async def _carry(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seconds: float,
    proxy: DelayingProxy,
    *,
    from_client: bool,
) -> None:
    """Carry bytes one way, each chunk `seconds` after it came, without holding back the next."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not chunk:
                writer.close()
                return
            writer.write(chunk)
            with contextlib.suppress(ConnectionError):
                await writer.drain()

    delivering = asyncio.create_task(deliver())
    while True:
        try:
            chunk = await reader.read(_CHUNK)
        except ConnectionError:
            chunk = b""
        if from_client and proxy.server_spoke:
            proxy.turns += 1
        proxy.server_spoke = not from_client
        if from_client:
            proxy.said += chunk
        else:
            proxy.heard += len(chunk)
        waiting.put_nowait((loop.time() + seconds, chunk))
        if not chunk:
            await delivering
            return
