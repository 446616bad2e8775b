"""SMTP, driven phase by phase: the one door to aiosmtplib.

`aiosmtplib.SMTP.data()` sends DATA and the body in one call, so the body is written here, after 354 was read and the
caller has committed. That needs the library's protocol object; its version is pinned for it (docs/dependencies.md).
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from typing import SupportsIndex

import aiosmtplib

from inboxtriage.config.providers import certificate_advice, sign_in_advice
from inboxtriage.config.rules import is_loopback
from inboxtriage.config.settings import Server
from inboxtriage.errors import InboxTriageError, SignInFailed, Unreachable, hidden
from inboxtriage.message.plain import one_line
from inboxtriage.outbox.settle import Outcome, Phase
from inboxtriage.outbox.transport import Parcel

_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_TIMEOUT = 60.0  # seconds, for every answer but the last
FINAL_TIMEOUT = 660.0  # seconds after the dot: RFC 5321 section 4.5.3.2.6 asks for at least ten minutes (G5)
_HELLO = "[127.0.0.1]"  # an address literal, so that this machine's name stays here
_LONE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class SmtpTransport:
    """A Transport to one server. `secret` is asked for the password or access token only when the server wants one."""

    def __init__(self, server: Server, secret: Callable[..., str], *, final_timeout: float = FINAL_TIMEOUT) -> None:
        self._server = server
        self._secret = secret
        self._final_timeout = final_timeout
        self._client: aiosmtplib.SMTP | None = None

    async def deliver(self, parcel: Parcel, commit: Callable[[], None]) -> Outcome:
        """See Transport."""
        failed = await self._ready()
        if failed is not None:
            return failed
        client = self._connected()
        envelope: tuple[tuple[Phase, bytes], ...] = (
            ("mail", b"MAIL FROM:<" + parcel.sender.encode("ascii") + b">"),
            ("rcpt", b"RCPT TO:<" + parcel.recipient.encode("ascii") + b">"),
            ("data", b"DATA"),
        )
        for phase, command in envelope:
            outcome = await self._command(client, phase, command)
            wanted = 354 if phase == "data" else 250
            if outcome.code is None or (outcome.code != wanted and not (phase == "rcpt" and outcome.code == 251)):
                await self._reset(outcome)
                return outcome
        try:
            commit()
        except BaseException:
            self._drop()  # the server waits for a body that will not come, and forgets the mail
            raise
        return await self._body(client, parcel.mime)

    async def close(self) -> None:
        """See Transport."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=5)
            except (TimeoutError, aiosmtplib.SMTPException, OSError):
                client.close()

    async def probe(self) -> None:
        """See Transport."""
        failed = await self._ready()
        await self.close()
        if failed is None:
            return
        where = f"{self._server.host}:{self.port}"
        if failed.phase == "auth":
            raise SignInFailed(
                f"{where} refused the sign-in ({failed.reply})", do=sign_in_advice(self._server, failed.reply)
            )
        do = certificate_advice(failed.text) if "certificate" in failed.text else "check host, port and security"
        raise Unreachable(f"{where} ({failed.phase}): {failed.reply}", do=do)

    @property
    def port(self) -> int:
        """The port, or the usual one for the kind of security."""
        return self._server.port or _PORTS[self._server.security]

    async def _ready(self) -> Outcome | None:
        """Connect, secure and sign in where that is not done yet; what stood in the way, or None."""
        if self._client is not None and self._client.is_connected:
            return None
        server = self._server
        try:
            context = None if server.security == "none" else ssl.create_default_context(cafile=server.ca_file)
        except OSError as error:  # ca_file went away or is no certificate
            return Outcome("tls", None, one_line(f"ca_file cannot be used: {error}", 300))
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=self.port,
            local_hostname=_HELLO,
            timeout=_TIMEOUT,
            use_tls=server.security == "tls",
            start_tls=False,
            tls_context=context,
        )
        phase: Phase = "connect"
        try:
            await client.connect()
            phase = "hello"
            await client.ehlo()
            if server.security == "starttls":
                phase = "tls"
                await _start_tls(client, server, context)
                await client.ehlo()
            phase = "auth"
            if client.supports_extension("auth") or not is_loopback(server.host):
                refused = await self._sign_in(client)
                if refused is not None:
                    await _hang_up(client)
                    return refused
        except InboxTriageError:
            await _hang_up(client)
            raise
        except (TimeoutError, aiosmtplib.SMTPException, OSError, ValueError) as error:
            await _hang_up(client)
            return _failed(phase, error, securing=server.security != "none" and phase in {"connect", "tls"})
        self._client = client
        return None

    async def _sign_in(self, client: aiosmtplib.SMTP) -> Outcome | None:
        """Sign in; what the server said against it, or None."""
        given = await asyncio.to_thread(self._secret)
        refused = await self._try(client, given)
        if refused is not None and refused.code is not None and self._server.auth == "oauth2":
            given = await asyncio.to_thread(self._secret, fresh=True)  # it may have been withdrawn (G50)
            refused = await self._try(client, given)
        return refused

    async def _try(self, client: aiosmtplib.SMTP, given: str) -> Outcome | None:
        try:
            if self._server.auth == "oauth2":
                await client.auth_xoauth2(self._server.username, given)
            else:
                await client.login(self._server.username, given)
        except (TimeoutError, aiosmtplib.SMTPException, OSError, ValueError) as error:
            failed = _failed("auth", error)
            return Outcome(failed.phase, failed.code, hidden(failed.text, given))
        return None

    def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None:
            raise RuntimeError("not connected")
        return self._client

    async def _command(self, client: aiosmtplib.SMTP, phase: Phase, command: bytes) -> Outcome:
        try:
            response = await client.execute_command(command, timeout=_TIMEOUT)
        except (TimeoutError, aiosmtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            return _failed(phase, error)
        return Outcome(phase, response.code, one_line(response.message, 300))

    async def _body(self, client: aiosmtplib.SMTP, mime: bytes) -> Outcome:
        protocol = client.protocol
        if protocol is None:
            return Outcome("body", None, "the connection was lost after the server asked for the mail")
        body = _LONE_ENDS.sub(b"\r\n", mime)
        body = body if body.endswith(b"\r\n") else body + b"\r\n"
        try:
            protocol.write(_DOT.sub(b"..", body) + b".\r\n")
            response = await protocol.read_response(timeout=self._final_timeout)
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            self._drop()
            # The library's own -1 for a garbled answer is no answer of the server.
            return Outcome("body", None, one_line(f"no answer after the mail was handed over ({error})", 300))
        if not 200 <= response.code <= 599:
            self._drop()
            return Outcome("body", None, one_line(f"an answer that is none: {response.code} {response.message}", 300))
        return Outcome("body", response.code, one_line(response.message, 300))

    async def _reset(self, outcome: Outcome) -> None:
        """Leave the connection fit for the next mail, or leave it."""
        if self._client is None or not self._client.is_connected:
            return
        if outcome.code is None or outcome.code == 421 or outcome.phase == "data":
            self._drop()
            return
        try:
            await self._client.rset(timeout=5)
        except (TimeoutError, aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


class _Early(bytearray):
    """The library's buffer of what the server said. It is emptied, unread, when TLS begins: this one remembers."""

    spoke = False

    def __delitem__(self, which: SupportsIndex | slice) -> None:
        self.spoke = self.spoke or (which == slice(None) and bool(self))
        super().__delitem__(which)


async def _start_tls(client: aiosmtplib.SMTP, server: Server, context: ssl.SSLContext | None) -> None:
    """Secure the connection; words that came before it is secured end it (G49)."""
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    heard = _Early(client.protocol._buffer)  # noqa: SLF001 - the version is pinned for this module
    client.protocol._buffer = heard  # noqa: SLF001
    await client.starttls(tls_context=context, server_hostname=server.host)
    if heard.spoke:
        raise aiosmtplib.SMTPException("the server spoke on before the connection was secured")


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    """Leave a connection that came to nothing, and give the loop time to close what a broken handshake left open."""
    client.close()
    await asyncio.sleep(0.01)


def _failed(phase: Phase, error: Exception, *, securing: bool = False) -> Outcome:
    """What an exception of the library says, as phase and code."""
    if isinstance(error, aiosmtplib.SMTPConnectResponseError):
        phase = "greeting"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        cause = error if isinstance(error, ssl.SSLError) else error.__cause__
        why = getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or str(cause)
        return Outcome("tls", None, one_line(f"the connection cannot be secured: {why}", 300))
    if securing and isinstance(error.__cause__, ConnectionResetError | ConnectionAbortedError):
        why = "the server broke off when the connection was to be secured; it may know nothing newer than TLS 1.1"
        return Outcome(phase, None, why)
    if isinstance(error, aiosmtplib.SMTPResponseException) and 200 <= error.code <= 599:
        return Outcome(phase, error.code, one_line(error.message, 300))
    # The library's words repeat host and port; the cause alone says what happened.
    why = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) and error.__cause__ else error
    return Outcome(phase, None, one_line(str(why) or type(why).__name__, 300))
