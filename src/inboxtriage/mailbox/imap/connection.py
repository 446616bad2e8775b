"""One connection to an IMAP server: made, secured, signed in to, broken off; every failure said in one line.

Facts it is built on (measured, or read in the libraries): imapclient turns imaplib's debugging on, which halves its
speed, and its default time-out is "never".
"""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from inboxtriage.config.settings import Server
from inboxtriage.errors import FolderGone, SignInFailed, Unreachable

_CONNECT_SECONDS, _SIGN_IN_SECONDS, READ_SECONDS = 20.0, 20.0, 60.0
_BROKEN = (imaplib.IMAP4.error, OSError, EOFError, ValueError)


class Connection:
    """A signed-in connection; `client` is the library's. Raises Unreachable or SignInFailed when made."""

    def __init__(self, server: Server, secret: Callable[[], str]) -> None:
        self._server = server
        self.where = f"{server.host}:{server.port or (993 if server.security == 'tls' else 143)}"
        self._selected: tuple[str, bool] | None = None
        self.validity = ""  # of the selected folder
        self.next_uid = 0  # of the selected folder, when it was opened
        self.client = self._connect()
        try:
            self._sign_in(secret)
        except BaseException:
            self._hang_up()
            raise

    def select(self, folder: str, *, writable: bool = False) -> None:
        """Open a folder, read-only unless `writable`; `validity` is then its own. Raises FolderGone."""
        if self._selected == (folder, writable):
            return
        self._selected = None
        with self.talking(f"opening the folder {folder}"):
            try:
                answer = self.client.select_folder(folder, readonly=not writable)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise FolderGone(
                    f"{self.where} does not open the folder {folder} ({_said(error)})", do="mend folders"
                ) from error
        self.validity = str(answer.get(b"UIDVALIDITY", 0))
        self.next_uid = int(answer.get(b"UIDNEXT", 0))
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
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"{self.where}: the certificate cannot be trusted ({error.verify_message})",
                do="check host; for a private authority set ca_file",
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
        except (*_BROKEN, AttributeError):
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
        with self.talking("signing in"):
            try:
                if password.isascii() and username.isascii():
                    self.client.login(username, password)
                else:
                    self.client.plain_login(username, password)
            except LoginError as error:
                raise SignInFailed(
                    f"{self.where} refused the sign-in of {username} ({_said(error)})",
                    do="check username and password; many providers want an app password here",
                ) from None
            self.client.socket().settimeout(READ_SECONDS)


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
