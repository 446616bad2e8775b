"""Bytes -> Message, whatever the bytes are: what is large is read in a process of its own, with limits (G43).

A mail that exhausts them costs itself alone: it is Unreadable, and that process is replaced. What comes back from it
is data (MessagePack with a schema), never code.
"""

import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

import msgspec

from inboxtriage import beside
from inboxtriage.message import attached, guard
from inboxtriage.message.attached import File
from inboxtriage.message.guard import Unreadable
from inboxtriage.message.model import Message
from inboxtriage.message.parse import parse_admitted

SECONDS = 10  # of processor time, and of time on the wall
MEMORY = 256 * 1024 * 1024  # of address space, in which the interpreter takes some 20 MB
_IDLE_SECONDS = 60.0  # without a question for so long, the process ends
_ATTEMPTS = 2  # it may have ended itself between two mails
_EXHAUSTED = f"it could not be read within {SECONDS} s and {MEMORY >> 20} MB"


class _Question(msgspec.Struct, array_like=True):
    raw: bytes
    cut: bool = False
    own: frozenset[str] = frozenset()
    files: bool = False  # wanted are its attachments, not its words


class _Answer(msgspec.Struct, array_like=True):
    message: Message | None = None
    error: str = ""
    files: list[File] = []


class _Reader:
    """The process that reads, started when it is needed. One mail at a time."""

    def __init__(self) -> None:
        self._process: beside.Beside | None = None
        self._lock = threading.Lock()

    def ask(self, question: _Question) -> _Answer:
        """Have one admitted mail read. Raises Unreadable."""
        with self._lock:
            reply = self._asked(msgspec.msgpack.encode(question))
        if reply is None:
            raise Unreadable(_EXHAUSTED)
        try:
            answer = msgspec.msgpack.decode(reply, type=_Answer)
        except msgspec.DecodeError:
            raise Unreadable("reading it gave nothing that makes sense") from None
        if answer.error:
            raise Unreadable(answer.error)
        return answer

    def _asked(self, question: bytes) -> bytes | None:
        for _ in range(_ATTEMPTS):
            if self._process is None:
                self._process = beside.Beside(__name__)
            try:
                reply = self._process.answer(SECONDS) if self._process.ask(question) else None
            except TimeoutError:
                self._end()
                return None
            if reply is not None:
                return reply
            self._end()
        return None

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


_READER = _Reader()


def read(raw: bytes, own: frozenset[str] = frozenset()) -> Message:
    """Read one mail. `own` are the owner's addresses, lower case. Raises guard.Unreadable."""
    admitted, cut = guard.admit(raw)
    if guard.is_light(admitted):
        return parse_admitted(admitted, own, cut=cut)
    message = _READER.ask(_Question(admitted, cut, own)).message
    if message is None:
        raise Unreadable(_EXHAUSTED)
    return message


def files(raw: bytes) -> list[File]:
    """The attachments of one mail, always read apart. Raises guard.Unreadable."""
    return _READER.ask(_Question(raw, files=True)).files


def _answer(question: _Question) -> _Answer:
    try:
        return _Answer(files=attached.files(question.raw)) if question.files else _Answer(_parsed(question))
    except MemoryError:
        return _Answer(error=_EXHAUSTED)
    except Unreadable as error:
        return _Answer(error=str(error))
    except Exception as error:  # noqa: BLE001 - it is said, and the next mail is read
        return _Answer(error=f"the parser failed on it ({type(error).__name__})")


def _parsed(question: _Question) -> Message:
    try:
        return parse_admitted(question.raw, question.own, cut=question.cut)
    except MemoryError:
        if question.cut:
            raise
    return parse_admitted(question.raw[: guard.READ_BYTES], question.own, cut=True)


def _serve(descriptor: int) -> None:
    """The life of the process that reads: answer until nobody asks any more."""
    beside.limit(MEMORY)
    decoder = msgspec.msgpack.Decoder(_Question)
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        while connection.poll(_IDLE_SECONDS):
            question = connection.recv_bytes()
            beside.allow_more(SECONDS)
            connection.send_bytes(msgspec.msgpack.encode(_answer(decoder.decode(question))))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
