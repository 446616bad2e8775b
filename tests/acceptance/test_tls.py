"""G48 and G49: where TLS is not as it must be, nobody hears a word of the sign-in, and the text names the cause.

The peers' own record is what is asserted on. `asked` also shows that the secret was not even fetched.
"""

import asyncio
import re
import socket
import ssl
import warnings
from pathlib import Path

import pytest

from inboxtriage.config.settings import Server
from inboxtriage.errors import Unreachable
from inboxtriage.mailbox.imap.mailbox import ImapMailbox
from inboxtriage.outbox.smtp import SmtpTransport
from tests.peers import tls
from tests.peers.imap_door import ImapDoor, standing
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.peers.tls import Certificate
from tests.practice import Practice

WAYS = ["tls", "starttls"]


class Secret:
    asked = 0

    def __call__(self, *, fresh: bool = False) -> str:
        self.asked += 1
        return "secret"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate]:
    folder = tmp_path_factory.mktemp("certificates")
    return {
        "right": tls.make(folder / "right"),
        "expired": tls.make(folder / "expired", expired=True),
        "wrong host": tls.make(folder / "other", host="mail.other.example"),
        "self-signed": tls.make(folder / "unknown"),
    }


FAULTS = [
    ("expired", None, r"expired"),
    ("wrong host", None, r"[Hh]ostname|not valid for"),
    ("self-signed", None, r"self-signed|unable to get local issuer"),
    ("right", ssl.TLSVersion.TLSv1, r"(?i)version|alert|protocol|TLS 1.1|legacy"),
    ("right", ssl.TLSVersion.TLSv1_1, r"(?i)version|alert|protocol|TLS 1.1|legacy"),
]


def server(port: int, security: str, certificate: Certificate, *, trusted: bool = True) -> Server:
    ca = certificate.authority if trusted else None
    return Server(host="localhost", username="maya", port=port, security=security, ca_file=ca)  # type: ignore[arg-type]


def knock_imap(door: ImapDoor, security: str, certificate: Certificate, secret: Secret, *, trusted: bool = True) -> str:
    with pytest.raises(Unreachable) as caught:
        ImapMailbox(server(door.port, security, certificate, trusted=trusted), secret)
    return str(caught.value)


def knock_smtp(peer: SmtpPeer, security: str, certificate: Certificate, secret: Secret, *, trusted: bool = True) -> str:
    with pytest.raises(Unreachable) as caught:
        asyncio.run(SmtpTransport(server(peer.port, security, certificate, trusted=trusted), secret).probe())
    return str(caught.value)


@pytest.mark.parametrize("security", WAYS)
@pytest.mark.parametrize(("which", "oldest", "cause"), FAULTS)
class TestG48:
    """Expired, for another host, of nobody's authority, too old: 0 bytes of LOGIN or AUTH."""

    def test_imap(
        self, which: str, oldest: ssl.TLSVersion | None, cause: str, security: str, certificates: dict[str, Certificate]
    ) -> None:
        certificate, secret = certificates[which], Secret()
        with standing(ImapDoor(certificate, implicit_tls=security == "tls", oldest=oldest)) as door:
            said = knock_imap(door, security, certificate, secret, trusted=which != "self-signed")
        assert re.search(cause, said), said
        assert "localhost" in said
        assert door.signed_in() == 0
        assert secret.asked == 0

    def test_smtp(
        self, which: str, oldest: ssl.TLSVersion | None, cause: str, security: str, certificates: dict[str, Certificate]
    ) -> None:
        certificate, secret = certificates[which], Secret()
        with SmtpPeer(certificate, implicit_tls=security == "tls", oldest=oldest) as peer:
            said = knock_smtp(peer, security, certificate, secret, trusted=which != "self-signed")
        assert re.search(cause, said), said
        assert not [line for line in peer.commands if not re.match("EHLO|STARTTLS|QUIT", line)]
        assert secret.asked == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_the_old_servers_of_these_tests_do_speak_with_who_lets_them(
    version: ssl.TLSVersion, certificates: dict[str, Certificate]
) -> None:
    """Else the tests above would pass with any client."""
    lax = ssl.create_default_context(cafile=str(certificates["right"].authority))
    with standing(ImapDoor(certificates["right"], oldest=version)) as door, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tls.only(lax, version)
        plain = socket.create_connection(("localhost", door.port))
        with lax.wrap_socket(plain, server_hostname="localhost") as secured:
            assert secured.version() in {"TLSv1", "TLSv1.1"}


@pytest.mark.parametrize("security", WAYS)
def test_what_is_in_order_is_let_through(security: str, certificates: dict[str, Certificate]) -> None:
    certificate = certificates["right"]
    with standing(ImapDoor(certificate, implicit_tls=security == "tls")) as door:
        ImapMailbox(server(door.port, security, certificate), Secret()).close()
    assert door.signed_in() == 1
    with SmtpPeer(certificate, implicit_tls=security == "tls") as peer:
        asyncio.run(SmtpTransport(server(peer.port, security, certificate), Secret()).probe())
    assert any(line.startswith("AUTH") for line in peer.commands)


class TestG49:
    """STARTTLS can be neither hidden nor spoken into."""

    def test_imap_without_starttls(self, certificates: dict[str, Certificate]) -> None:
        certificate, secret = certificates["right"], Secret()
        with standing(ImapDoor(certificate, implicit_tls=False, offer_starttls=False)) as door:
            assert "STARTTLS" in knock_imap(door, "starttls", certificate, secret)
        assert (door.signed_in(), secret.asked) == (0, 0)

    def test_smtp_without_starttls(self, certificates: dict[str, Certificate]) -> None:
        certificate, secret = certificates["right"], Secret()
        with SmtpPeer(certificate, offer_starttls=False) as peer:
            assert "STARTTLS" in knock_smtp(peer, "starttls", certificate, secret)
        assert not [line for line in peer.commands if line.startswith("AUTH")]
        assert secret.asked == 0

    def test_imap_that_speaks_on_in_clear(self, certificates: dict[str, Certificate]) -> None:
        certificate, secret = certificates["right"], Secret()
        early = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA2 OK done\r\n"
        with standing(ImapDoor(certificate, implicit_tls=False, early=early)) as door:
            assert "before the connection was secured" in knock_imap(door, "starttls", certificate, secret)
        assert (door.signed_in(), secret.asked) == (0, 0)

    def test_smtp_that_speaks_on_in_clear(self, certificates: dict[str, Certificate]) -> None:
        certificate, secret = certificates["right"], Secret()
        injected = Misbehaviour(answer="220 go ahead\r\n250-peer\r\n250 AUTH PLAIN LOGIN")
        with SmtpPeer(certificate, misbehave={"starttls": injected}) as peer:
            assert "before the connection was secured" in knock_smtp(peer, "starttls", certificate, secret)
        assert not [line for line in peer.commands if line.startswith("AUTH")]
        assert secret.asked == 0

    @pytest.mark.parametrize("security", WAYS)
    def test_imap_that_greets_as_if_we_were_in(self, security: str, certificates: dict[str, Certificate]) -> None:
        certificate, secret = certificates["right"], Secret()
        door = ImapDoor(certificate, implicit_tls=security == "tls", greeting="* PREAUTH welcome")
        with standing(door):
            assert "session" in knock_imap(door, security, certificate, secret)
        assert (door.signed_in(), secret.asked) == (0, 0)
        assert not [line for line in door.heard if "STARTTLS" in line]


def practice_on(home: Path, door: ImapDoor, peer: SmtpPeer, ca: Path) -> Practice:
    made = Practice.on_scripted(home, door.port)
    text = made.config.read_text().replace('security = "none"', f'security = "tls"\nca_file = "{ca}"')
    made.config.write_text(text.replace("port = 9\n", f"port = {peer.port}\n"))
    made.environment["PEER"] = "secret"
    return made


def test_an_approved_mail_waits_while_the_servers_cannot_be_trusted(
    certificates: dict[str, Certificate], tmp_path: Path
) -> None:
    """G48, from outside: `check`, `poll` and `send` exit 1 with one line that names the cause; nothing was said."""
    expired = certificates["expired"]
    with standing(ImapDoor(expired)) as door, SmtpPeer(expired, implicit_tls=True) as peer:
        practice = practice_on(tmp_path, door, peer, expired.authority)
        done = practice.run("poll")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "certificate has expired" in done.err
        checked = practice.run("check")
        assert checked.code == 1
        assert checked.out.count("certificate has expired") == 2
    assert door.heard == []
    assert peer.commands == []


def test_no_option_is_called_insecure() -> None:
    """G48."""
    from tests.help_pages import commands

    for _, command in commands():
        for parameter in command.params:
            assert not re.search("insecure|no-?verif|skip", " ".join(parameter.opts)), parameter


def test_a_password_that_could_end_its_command_cannot(certificates: dict[str, Certificate]) -> None:
    """G39 for the sign-in: control characters and quotes go in base64 or escaped, in one command."""
    certificate = certificates["right"]
    for password in ('quo"te\\', "line\r\nA9 DELETE INBOX", "ünïcode", "x" * 3000):
        with standing(ImapDoor(certificate, password=password)) as door:
            ImapMailbox(server(door.port, "tls", certificate), lambda secret=password: secret).close()
        assert door.signed_in() == 1
        assert not [line for line in door.heard if "DELETE" in line]
