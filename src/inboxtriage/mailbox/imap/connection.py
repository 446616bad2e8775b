"""One connection to an IMAP server: made, secured, signed in to, broken off; every failure said in one line.

Facts it is built on (measured, or read in the libraries): imapclient turns imaplib's debugging on, which halves its
speed, and its default time-out is "never".
"""

import contextlib
import imaplib
import io
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from inboxtriage.config.providers import certificate_advice, sign_in_advice
from inboxtriage.config.settings import Server
from inboxtriage.errors import FolderGone, FolderVanished, SignInFailed, Unreachable, hidden

_CONNECT_SECONDS, _SIGN_IN_SECONDS, READ_SECONDS = 20.0, 20.0, 60.0
_SENSELESS = (AttributeError, TypeError, LookupError, AssertionError)  # what the libraries trip over in garbage
_BROKEN = (imaplib.IMAP4.error, OSError, EOFError, ValueError, *_SENSELESS)
_ANSWER_BYTES = 128 * 1024 * 1024  # no answer that we ask for is nearly as large
# imaplib's own limit is a million, and 150,000 messages found are one longer line.
imaplib._MAXLINE = 16 * 1024 * 1024  # type: ignore[attr-defined]  # noqa: SLF001


class Connection:
    """A signed-in connection; `client` is the library's. Raises Unreachable or SignInFailed when made.

    `secret` is called for the password or the access token; for a token that was refused once more, with `fresh=True`.
    """

    def __init__(self, server: Server, secret: Callable[..., str]) -> None:
        self._server = server
        self.where = f"{server.host}:{server.port or (993 if server.security == 'tls' else 143)}"
        self._selected: tuple[str, bool] | None = None
        self._taken = 0  # bytes of literals since the last thing that was asked for
        self.validity, self.messages = "", 0  # of the selected folder
        self.next_uid = 0  # of the selected folder, when it was opened
        self.changes: str | None = None  # its HIGHESTMODSEQ (RFC 7162), where the server keeps one
        self.client = self._connect()
        try:
            self._sign_in(secret)
            self._ask_for_changes()
        except BaseException:
            self._hang_up()
            raise

    def select(self, folder: str, *, writable: bool = False) -> None:
        """Open a folder, read-only unless `writable`; `validity`, `messages` and `changes` are then its own.

        Raises FolderGone where it cannot be opened, FolderVanished where it is not even listed.
        """
        if self._selected == (folder, writable):
            return
        self._selected = None
        with self.talking(f"opening the folder {folder}"):
            try:
                answer = self.client.select_folder(folder, readonly=not writable)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                kind = FolderGone if self.client.folder_exists(folder) else FolderVanished
                raise kind(
                    f"{self.where} does not open the folder {folder} ({_said(error)})",
                    do="write it in folders as the server names it, or take it out there",
                ) from error
        self.validity, self.messages = str(answer.get(b"UIDVALIDITY", 0)), int(answer.get(b"EXISTS", 0))
        self.next_uid = int(answer.get(b"UIDNEXT", 0))
        changes = answer.get(b"HIGHESTMODSEQ")
        self.changes = str(changes) if changes else None
        self._selected = (folder, writable)

    def patience(self, seconds: float) -> None:
        """How long to wait for an answer from now on."""
        with contextlib.suppress(*_BROKEN, AttributeError):  # of a dead connection nothing is expected any more
            self.client.socket().settimeout(seconds)

    def forget_selection(self) -> None:
        """Open the folder anew at the next `select`."""
        self._selected = None

    def is_selected(self, folder: str) -> bool:
        """Whether this folder is the one that is open."""
        return self._selected is not None and self._selected[0] == folder

    @contextmanager
    def talking(self, doing: str) -> Iterator[None]:
        """Turns whatever breaks into one line that says where, and what to do."""
        self._taken = 0
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"{self.where}: the certificate cannot be trusted ({error.verify_message})",
                do=certificate_advice(error.verify_message),
            ) from error
        except ssl.SSLError as error:
            raise Unreachable(
                f"{self.where}: the connection cannot be secured ({error.reason or error})",
                do="check port and security",
            ) from error
        except CapabilityError as error:
            raise Unreachable(f"{self.where} does not offer STARTTLS", do='try security = "tls"') from error
        except _BROKEN as error:
            raise Unreachable(f"{self.where} ({doing}): {_said(error)}", do=_advice(error)) from error

    def abort(self) -> None:
        """Break the connection now, from another thread."""
        try:
            self.client.socket().shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError, ValueError):
            return

    def close(self) -> None:
        """Leave politely."""
        try:
            self.client.logout()
        except _BROKEN:
            self._hang_up()

    def _hang_up(self) -> None:
        try:
            self.client.shutdown()
        except _BROKEN:
            return

    def _connect(self) -> IMAPClient:
        server = self._server
        with self.talking("connecting"):
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
            client._imap.read = self._bounded(client._imap.read)  # noqa: SLF001
            try:
                if client._imap.state != "NONAUTH":  # noqa: SLF001 - PREAUTH would skip the sign-in (G49)
                    raise OSError("the server offered a session to nobody in particular")  # noqa: TRY301
                if context is not None and server.security == "starttls":
                    _start_tls(client, context)
            except BaseException:
                with suppress(*_BROKEN):  # a socket that was half secured is none; the cause is what counts
                    client.shutdown()
                raise
        return client

    def _bounded(self, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
        """Bound what imaplib reads: it makes room for a literal of any size that a server names (cpython#119511)."""

        def bounded(size: int) -> bytes:
            self._taken += size
            if self._taken > _ANSWER_BYTES:
                raise imaplib.IMAP4.abort(f"an answer of {self._taken} bytes, which is more than was asked for")
            return read(size)

        return bounded

    def _sign_in(self, secret: Callable[..., str]) -> None:
        given = secret()
        with self.talking("signing in"):
            refused = self._try(given)
            if refused is not None and self._server.auth == "oauth2":
                given = secret(fresh=True)  # it may have been withdrawn, or the clocks differ (G50)
                refused = self._try(given)
            if refused is not None:
                raise SignInFailed(
                    f"{self.where} refused the sign-in ({hidden(refused, self._server.username)})",
                    do=sign_in_advice(self._server, refused),
                ) from None
            self.client.socket().settimeout(READ_SECONDS)

    def _try(self, given: str) -> str | None:
        """Sign in; what the server said against it, or None."""
        client, username = self.client, self._server.username
        try:
            if self._server.auth == "oauth2":
                client.sasl_login("XOAUTH2", _xoauth2(username, given))
            elif all(one.isascii() and one.isprintable() for one in (given, username)):
                client.login(username, given)
            else:
                client.plain_login(username, given)  # in base64: nothing in it can end the command
        except LoginError as error:
            said = hidden(_said(error), given)
            if isinstance(error.__context__, imaplib.IMAP4.abort):  # no refusal: the line broke off
                raise Unreachable(f"{self.where} (signing in): {said}", do=_advice(error.__context__)) from None
            return said
        return None

    def _ask_for_changes(self) -> None:
        """Have the server number changes of flags, where it can: Dovecot does so only for those who ask."""
        with self.talking("signing in"):
            if self.client.has_capability("CONDSTORE") and self.client.has_capability("ENABLE"):
                self.client.enable("CONDSTORE")


def _xoauth2(username: str, token: str) -> Callable[[bytes], bytes]:
    """The answers to the server: the token, then nothing, which a refusal told as a challenge wants to hear."""
    answers = iter([f"user={username}\1auth=Bearer {token}\1\1".encode()])
    return lambda _challenge: next(answers, b"")


def _start_tls(client: IMAPClient, context: ssl.SSLContext) -> None:
    """Secure the connection. What was said before counts for nothing, and what was said too early ends it (G49)."""
    plain = client._imap.file  # noqa: SLF001 - what it still holds was sent by who knows whom
    client.starttls(context)
    try:
        early = isinstance(plain, io.BufferedReader) and bool(plain.peek(1))
    except OSError:  # the socket below is the secured one's now: nothing was left
        early = False
    if early:
        raise OSError("the server spoke on before the connection was secured")
    client._imap.untagged_responses.clear()  # noqa: SLF001


def _said(error: BaseException) -> str:
    """An error's words on one line, without the byte-string dress that imaplib gives a server's answer."""
    words = str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        words = "no answer in time"
    if "unexpected" in words or isinstance(error, _SENSELESS):
        words = "an answer that makes no sense"  # the library repeats it, and it may be mail
    return " ".join(words.removeprefix("b'").removesuffix("'").split())[:300]


def _advice(error: BaseException) -> str:
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
        return "check [accounts.imap] and folders"
    return "check host, port and network; nothing is lost, the next pass goes on"
