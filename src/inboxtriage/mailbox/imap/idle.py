"""Listening to the selected folder (IDLE, RFC 2177), and noticing when nobody is at the other end any more (G18).

imapclient's own `idle_check` says "nothing new" of a connection that ended, loses a line of which only half came, and
takes news that arrive before the server's "+" for an error; so the few lines that listen stand here, on its socket.
"""

import imaplib
import select
import ssl
import time

from imapclient import IMAPClient

_ANSWER_SECONDS = 30.0  # for the "+", for the rest of a line that began, and for the end of the listening
_NEWS = ("EXISTS", "EXPUNGE", "FETCH", "VANISHED")


class IdleRefused(Exception):
    """The server names IDLE among its capabilities and does not let us listen."""


def listen(client: IMAPClient, seconds: float) -> bool:
    """Wait until the selected folder changes, at most so long; whether it did.

    The server must answer when the listening ends, so a silent death is noticed by then. Raises OSError or imaplib's
    errors where the connection is dead or makes no sense, and IdleRefused.
    """
    imap, sock = client._imap, client.socket()  # noqa: SLF001 - see above
    for kind in (*_NEWS, "BYE"):
        imap.untagged_responses.pop(kind, None)
    sock.settimeout(_ANSWER_SECONDS)
    tag = imap._command("IDLE")  # noqa: SLF001
    while imap._get_response() is not None:  # noqa: SLF001
        if imap.tagged_commands[tag] is not None:
            raise IdleRefused
    until = time.monotonic() + seconds
    while not _news(imap) and (left := until - time.monotonic()) > 0:
        if _line_begins(client, min(left, seconds)):
            imap._get_response()  # noqa: SLF001
    imap.send(b"DONE\r\n")
    until = time.monotonic() + _ANSWER_SECONDS
    while imap.tagged_commands[tag] is None:
        if time.monotonic() > until:
            raise imaplib.IMAP4.abort("the server talks on and does not end the listening")
        imap._get_response()  # noqa: SLF001
        imap._check_bye()  # noqa: SLF001
    ended, _ = imap.tagged_commands.pop(tag)
    if ended != "OK":
        raise imaplib.IMAP4.abort("the listening ended badly")
    return _news(imap)


def _news(imap: imaplib.IMAP4) -> bool:
    imap._check_bye()  # noqa: SLF001
    return any(kind in imap.untagged_responses for kind in _NEWS)


def _line_begins(client: IMAPClient, seconds: float) -> bool:
    """Whether something can be read within `seconds`. Raises imaplib's abort at the end of the connection.

    A look is needed in three places: lines wait in the reader's buffer, in TLS, and in the socket.
    """
    file, sock = client._imap.file, client.socket()  # noqa: SLF001
    sock.setblocking(False)
    try:
        if _peek(file):
            return True
        poller = select.poll()
        poller.register(sock.fileno(), select.POLLIN)
        if not poller.poll(max(1, int(seconds * 1000))):
            return False
        seen = _peek(file)
    finally:
        sock.settimeout(_ANSWER_SECONDS)
    if seen == b"":
        raise imaplib.IMAP4.abort("the server hung up")
    return seen is not None


def _peek(file: object) -> bytes | None:
    """The bytes that are there; none of them at the end of a connection; None where TLS has no whole record yet."""
    try:
        seen: bytes = file.peek(1)  # type: ignore[attr-defined]
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    return seen
