"""What is fuzzed, and what it promises whatever comes. A target raises where a promise is broken."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from inboxtriage.config.settings import Server
from inboxtriage.errors import InboxTriageError
from inboxtriage.mailbox.imap.mailbox import ImapMailbox
from inboxtriage.message import attached, guard
from inboxtriage.message.model import Message
from inboxtriage.message.parse import parse

OWN = frozenset({"hello@harbor.example"})


def message(raw: bytes) -> None:
    """Bytes become a Message of clean values, or Unreadable; so do its attachments (G44)."""
    with suppress(guard.Unreadable):
        check(parse(raw, OWN))
    with suppress(guard.Unreadable):
        for file in attached.files(raw):
            assert 0 < len(file.name) <= attached.LONGEST_NAME
            assert not set(file.name) & set("/\\\0\n\r\x1b")


def check(read: Message) -> None:
    """What every message promises."""
    lines = [read.subject, read.topic, read.person.name or "", read.person.phone or "", read.message_id or ""]
    lines += [one.name for one in read.attachments] + [one.content_type for one in read.attachments]
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for line in lines for c in line)
    text = "".join((read.words.whole, read.words.new, read.words.quoted, *lines))
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)
    text.encode("utf-8")
    answer = read.person.answer_to
    assert answer is None or (answer.isascii() and answer.count("@") == 1 and answer.lower() not in OWN)
    for identifier in (read.message_id, read.in_reply_to, *read.references):
        assert identifier is None or (identifier.isascii() and " " not in identifier)


_PATIENCE = 0.05  # seconds
_SIGN_IN = b"* OK ready\r\n"
_SERVER = Server(host="127.0.0.1", port=1, security="none", username="u")


def imap(answers: bytes) -> None:
    """A server that answers anything: an error of ours, or well-formed arrivals. Raises what breaks through."""
    ours, theirs = socket.socketpair()
    stream = _Answers(theirs, answers)
    original = socket.create_connection
    socket.create_connection = lambda *_args, **_words: ours
    stream.start()
    try:
        box = ImapMailbox(_SERVER, lambda: "p")
        try:
            for listed in (box.listing("INBOX", above=None, since=None).uids, ("1", "2")):
                for batch in box.fetch("INBOX", listed[:20]):
                    assert all(arrival.raw is None or isinstance(arrival.raw, bytes) for arrival in batch)
            list(box.headers("INBOX", ["1"]))
            assert box.answered("INBOX", ["1"]) <= {"1"}
        finally:
            box.close()
    except InboxTriageError:
        pass
    finally:
        socket.create_connection = original
        for end in (ours, theirs):
            end.close()
        stream.join()


class _Answers(threading.Thread):
    """The server: after each command line the next piece of `answers`, the tag filled in; then it hangs up."""

    def __init__(self, connection: socket.socket, answers: bytes) -> None:
        super().__init__(daemon=True)
        self._connection, self._pieces = connection, answers.split(b"\x00")
        connection.settimeout(_PATIENCE)  # a client that waits for more gets the end of the connection

    def run(self) -> None:
        with suppress(OSError):
            self._connection.sendall(_SIGN_IN)
            with self._connection.makefile("rb") as commands:
                for piece, line in zip(self._pieces, commands, strict=False):
                    self._connection.sendall(piece.replace(b"TAG", line.split(b" ")[0]))
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


TARGETS: dict[str, Callable[[bytes], Any]] = {"message": message, "imap": imap}
