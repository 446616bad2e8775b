"""IMAP: the one door to imapclient. Reads without leaving a trace, in batches, with a time-out on everything.

Facts it is built on (measured, or read in the libraries): imapclient turns imaplib's debugging on, which halves its
speed; its default time-out is "never"; `n:*` always returns the last message; `fetch` may lack what was asked for.
"""

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from inboxtriage.config.settings import Server
from inboxtriage.errors import FolderGone, SignInFailed, Unreachable
from inboxtriage.mailbox.protocol import Arrival, Listing

_CONNECT_SECONDS, _SIGN_IN_SECONDS, _READ_SECONDS = 20.0, 20.0, 60.0
_AT_ONCE = 1_000  # UIDs in one command: servers refuse longer lines
_BATCH, _BATCH_BYTES = 200, 8 * 1024 * 1024
_WHOLE_BYTES, _PART_BYTES = 20 * 1024 * 1024, 2 * 1024 * 1024  # of a larger mail only the beginning is fetched
_IDENTITY = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES FROM TO CC SUBJECT)]"
_BROKEN = (imaplib.IMAP4.error, OSError, EOFError, ValueError)


class ImapMailbox:
    """A Mailbox on one server. Connects and signs in when made; raises Unreachable or SignInFailed."""

    def __init__(self, server: Server, secret: Callable[[], str]) -> None:
        self._server = server
        self._where = f"{server.host}:{server.port or (993 if server.security == 'tls' else 143)}"
        self._selected: tuple[str, bool] | None = None
        self._validity = ""
        self._client = self._connect()
        try:
            self._sign_in(secret)
        except BaseException:
            self._hang_up()
            raise

    ordered = True

    # -- reading ------------------------------------------------------------------------------------------------

    def folders(self, wanted: Sequence[str], *, junk: bool) -> list[str]:
        """See Mailbox."""
        found = list(wanted)
        if junk:
            with self._talking("listing folders"):
                name = self._client.find_special_folder(b"\\Junk")
            if name and name not in found:
                found.append(name)
        return found

    def validity(self, folder: str) -> str:
        """See Mailbox."""
        self._select(folder)
        return self._validity

    def listing(self, folder: str, *, above: str | None, since: date | None) -> Listing:
        """See Mailbox."""
        self._select(folder)
        floor = int(above) if above else 0
        criteria: list[Any] = ["UID", f"{floor + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since]
        with self._talking(f"searching {folder}"):
            uids = sorted(uid for uid in self._client.search(criteria) if uid > floor)
        return Listing(self._validity, tuple(map(str, uids)))

    def fetch(self, folder: str, uids: Sequence[str]) -> Iterator[list[Arrival]]:
        """See Mailbox."""
        self._select(folder)
        batches = self._batches([int(uid) for uid in uids])
        with ThreadPoolExecutor(1, "fetch") as ahead:
            coming = None
            for batch in batches:
                if coming is not None:
                    arrived = coming.result()
                    coming = ahead.submit(self._bodies, batch)
                    yield arrived
                else:
                    coming = ahead.submit(self._bodies, batch)
            if coming is not None:
                yield coming.result()

    def headers(self, folder: str, uids: Sequence[str]) -> Iterator[bytes]:
        """See Mailbox."""
        self._select(folder)
        for start in range(0, len(uids), _AT_ONCE):
            some = [int(uid) for uid in uids[start : start + _AT_ONCE]]
            with self._talking(f"reading headers of {folder}"):
                answer = self._client.fetch(some, [_IDENTITY])
            for uid in some:
                yield next((v for k, v in answer.get(uid, {}).items() if k.startswith(b"BODY[")), b"")

    def answered(self, folder: str, uids: Sequence[str]) -> set[str]:
        """See Mailbox."""
        self._select(folder)
        found: set[str] = set()
        for start in range(0, len(uids), _AT_ONCE):
            some = ",".join(uids[start : start + _AT_ONCE])
            with self._talking(f"searching {folder}"):
                found |= {str(uid) for uid in self._client.search(["UID", some, "ANSWERED"])}
        return found & set(uids)

    # -- marks and copies ---------------------------------------------------------------------------------------

    def mark_answered(self, folder: str, uid: str) -> bool:
        """See Mailbox."""
        self._select(folder, writable=True)
        try:
            with self._talking(f"marking a message in {folder}"):
                self._client.add_flags([int(uid)], [b"\\Answered"], silent=True)
                return uid in self.answered(folder, [uid])
        finally:
            self._selected = None  # the next look is read-only again

    def sent_folder(self) -> str | None:
        """See Mailbox."""
        with self._talking("listing folders"):
            name: str | None = self._client.find_special_folder(b"\\Sent")
        return name

    def sent_holds(self, message_id: str) -> bool:
        """See Mailbox."""
        return self._sent_has("Message-ID", message_id)

    def sent_answers(self, message_id: str) -> bool:
        """See Mailbox."""
        return self._sent_has("In-Reply-To", message_id)

    def save_sent(self, mime: bytes, at: datetime) -> None:
        """See Mailbox."""
        folder = self.sent_folder()
        if folder is None:
            raise Unreachable(f"{self._where} has no folder for sent mail", do='make one, or set save_sent = "no"')
        with self._talking(f"saving a copy in {folder}"):
            self._client.append(folder, mime, [b"\\Seen"], at)

    def abort(self) -> None:
        """See Mailbox."""
        try:
            self._client.socket().shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError, ValueError):
            return

    def close(self) -> None:
        """See Mailbox."""
        try:
            self._client.logout()
        except _BROKEN:
            self._hang_up()

    def _hang_up(self) -> None:
        try:
            self._client.shutdown()
        except (*_BROKEN, AttributeError):
            return

    # -- the connection -----------------------------------------------------------------------------------------

    def _connect(self) -> IMAPClient:
        server = self._server
        with self._talking("connecting"):
            context = None if server.security == "none" else ssl.create_default_context(cafile=server.ca_file)
            client = IMAPClient(
                server.host,
                port=server.port or None,
                ssl=server.security == "tls",
                ssl_context=context,
                timeout=SocketTimeout(_CONNECT_SECONDS, _SIGN_IN_SECONDS),
            )
            client._imap.debug = 0  # noqa: SLF001 - it formats every line for a log that nobody reads
            client.normalise_times = False
            if server.security == "starttls":
                try:
                    if client._imap.state != "NONAUTH":  # noqa: SLF001 - PREAUTH would skip the sign-in (G49)
                        raise OSError("the server offered a session before the connection was secured")  # noqa: TRY301
                    client.starttls(context)
                except BaseException:
                    client.shutdown()
                    raise
        return client

    def _sign_in(self, secret: Callable[[], str]) -> None:
        password, username = secret(), self._server.username
        with self._talking("signing in"):
            try:
                if password.isascii() and username.isascii():
                    self._client.login(username, password)
                else:
                    self._client.plain_login(username, password)
            except LoginError as error:
                raise SignInFailed(
                    f"{self._where} refused the sign-in of {username} ({_said(error)})",
                    do="check username and password; many providers want an app password here",
                ) from None
            self._client.socket().settimeout(_READ_SECONDS)

    def _select(self, folder: str, *, writable: bool = False) -> None:
        if self._selected == (folder, writable):
            return
        self._selected = None
        with self._talking(f"opening the folder {folder}"):
            try:
                answer = self._client.select_folder(folder, readonly=not writable)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise FolderGone(
                    f"{self._where} does not open the folder {folder} ({_said(error)})", do="mend folders"
                ) from error
        self._validity = str(answer.get(b"UIDVALIDITY", 0))
        self._selected = (folder, writable)

    def _batches(self, uids: Sequence[int]) -> Iterator[list[tuple[int, int, datetime]]]:
        """Uid, size and arrival of every message, in batches that are neither too many nor too large."""
        batch: list[tuple[int, int, datetime]] = []
        weight = 0
        for start in range(0, len(uids), _AT_ONCE):
            some = uids[start : start + _AT_ONCE]
            known = self._sizes(some)
            for uid in some:
                size, at = known.get(uid, (0, datetime.now(UTC)))
                weighs = min(size, _PART_BYTES if size > _WHOLE_BYTES else size)
                if batch and (len(batch) >= _BATCH or weight + weighs > _BATCH_BYTES):
                    yield batch
                    batch, weight = [], 0
                batch.append((uid, size, at))
                weight += weighs
        if batch:
            yield batch

    def _sizes(self, uids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        with self._talking("asking for sizes"):
            answer = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        found = {}
        for uid, items in answer.items():
            at, size = items.get(b"INTERNALDATE"), items.get(b"RFC822.SIZE")
            known = at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo else datetime.now(UTC)
            found[uid] = (size if isinstance(size, int) else 0, known)
        return found

    def _bodies(self, batch: Sequence[tuple[int, int, datetime]]) -> list[Arrival]:
        whole = [uid for uid, size, _ in batch if size <= _WHOLE_BYTES]
        large = [uid for uid, size, _ in batch if size > _WHOLE_BYTES]
        with self._talking("fetching messages"):
            answer = self._client.fetch(whole, ["BODY.PEEK[]"])
            answer.update(self._client.fetch(large, [f"BODY.PEEK[]<0.{_PART_BYTES}>"]))
            silent = [uid for uid, _, _ in batch if _body(answer.get(uid, {})) is None]
            still_there = set(self._client.search(["UID", ",".join(map(str, silent))])) if silent else set()
        return [
            Arrival(str(uid), at, size, _body(answer.get(uid, {})), cut=size > _WHOLE_BYTES)
            for uid, size, at in batch
            if uid not in silent or uid in still_there
        ]

    def _sent_has(self, header: str, value: str) -> bool:
        folder = self.sent_folder()
        if folder is None:
            return False
        self._select(folder)
        if not value.isascii() or not value.isprintable():
            return False  # no such value can be asked for, or was ever written
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')  # as RFC 3501 quotes; a bare one may be no atom
        with self._talking(f"searching {folder}"):
            return bool(self._client.search(f'HEADER {header} "{quoted}"'))

    @contextmanager
    def _talking(self, doing: str) -> Iterator[None]:
        """Turns whatever breaks into one line that says where, and what to do."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"{self._where}: the certificate cannot be trusted ({error.verify_message})",
                do="check host; for a private authority set ca_file",
            ) from error
        except ssl.SSLError as error:
            raise Unreachable(
                f"{self._where}: the connection cannot be secured ({error.reason or error})",
                do="check port and security",
            ) from error
        except CapabilityError as error:
            raise Unreachable(f"{self._where} does not offer STARTTLS", do='try security = "tls"') from error
        except _BROKEN as error:
            raise Unreachable(f"{self._where} ({doing}): {_said(error)}", do=_advice(error)) from error


def _body(items: dict[bytes, Any]) -> bytes | None:
    """The bytes of one message in a FETCH answer; a partial one says at which octet it begins."""
    body = items.get(b"BODY[]", items.get(b"BODY[]<0>"))
    return body if isinstance(body, bytes) else None


def _said(error: BaseException) -> str:
    """An error's words on one line, without the byte-string dress that imaplib gives a server's answer."""
    words = str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        words = "no answer in time"
    if "unexpected" in words:
        words = "an answer that makes no sense"  # the library repeats it, and it may be mail
    return " ".join(words.removeprefix("b'").removesuffix("'").split())[:300]


def _advice(error: BaseException) -> str:
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
        return "check [accounts.imap] and folders"
    return "check host, port and network; nothing is lost, the next pass goes on"
