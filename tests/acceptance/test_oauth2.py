"""G50: OAuth2 works and fails readably; no token is ever told. Against a local token server and local mail servers."""

import re
import stat
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from inboxtriage.errors import SecretMissing, SignInFailed
from tests.peers.imap_door import ImapDoor, standing
from tests.peers.oauth import TokenServer, serving
from tests.peers.smtp import SmtpPeer
from tests.peers.tls import Certificate
from tests.practice import Practice


@dataclass
class Provider:
    """A practice at a provider that takes tokens alone."""

    practice: Practice
    tokens: TokenServer
    imap: ImapDoor
    smtp: SmtpPeer

    @property
    def kept(self) -> Path:
        return self.practice.home / "permission"

    def permit(self) -> None:
        """As after a `login`."""
        self.kept.write_text(f"{self.tokens.refresh}\n")
        self.kept.chmod(0o600)


@pytest.fixture
def provider(certificate: Certificate, tmp_path: Path) -> Iterator[Provider]:
    tokens = TokenServer()
    with serving(tokens), standing(ImapDoor(certificate, tokens=tokens.tokens)) as door:
        tokens.tokens.add("never given")  # with an empty set the peers would take passwords
        with SmtpPeer(certificate, implicit_tls=True, tokens=tokens.tokens) as smtp:
            practice = Practice.on_scripted(tmp_path, door.port)
            text = practice.config.read_text().replace(
                'password_env = "PEER"', f'auth = "oauth2"\nca_file = "{certificate.authority}"'
            )
            text = text.replace('security = "none"', 'security = "tls"').replace("port = 9\n", f"port = {smtp.port}\n")
            table = tokens.table() + 'token_file = "permission"\nscopes = ["mail"]\n'
            text = text.replace("[store]", f'{table}device_url = "{tokens.url}/device"\n[store]')
            practice.config.write_text(text)
            yield Provider(practice, tokens, door, smtp)


def test_one_renewal_signs_in_at_both_servers(provider: Provider) -> None:
    provider.permit()
    provider.practice.ok("check")
    assert [form["grant_type"] for form in provider.tokens.asked] == ["refresh_token"]
    assert (provider.imap.signed_in(), len([c for c in provider.smtp.commands if "XOAUTH2" in c])) == (1, 1)


def test_a_new_refresh_token_replaces_the_old_one(provider: Provider) -> None:
    """Rotation (RFC 6749 section 6), in a file that only the owner can read (G52)."""
    provider.permit()
    provider.practice.ok("poll")
    provider.practice.ok("poll")
    assert [form["refresh_token"] for form in provider.tokens.asked] == ["refresh-0", "refresh-1"]
    assert provider.kept.read_text() == "refresh-2\n"
    assert stat.S_IMODE(provider.kept.stat().st_mode) == 0o600
    assert [path.name for path in provider.practice.home.glob("permission*")] == ["permission"]


def test_a_token_that_was_withdrawn_is_renewed_once(provider: Provider) -> None:
    """G50: refused although it should hold still -> a fresh one, one retry, on the same connection."""
    provider.permit()
    a = provider.practice.assembly()
    account = a.settings.accounts[0]
    a.mailbox(account).close()
    a.mailbox(account).close()
    assert provider.tokens.issued == 1, "kept in memory until it ends"
    provider.tokens.tokens -= {"access-1"}
    a.mailbox(account).close()
    assert provider.tokens.issued == 2
    assert provider.imap.signed_in() == 4
    provider.tokens.tokens -= {"access-2"}
    import asyncio

    asyncio.run(a.transport(account).probe())
    assert provider.tokens.issued == 3
    a.close()


def test_a_token_that_ends_soon_is_not_tried(provider: Provider) -> None:
    provider.permit()
    provider.tokens.lifetime = 30
    a = provider.practice.assembly()
    a.mailbox(a.settings.accounts[0]).close()
    a.mailbox(a.settings.accounts[0]).close()
    assert provider.tokens.issued == 2
    assert provider.imap.signed_in() == 2
    a.close()


def test_refused_for_good_there_is_one_retry_and_a_clear_word(provider: Provider) -> None:
    provider.permit()
    provider.imap.tokens, provider.smtp.tokens = {"another"}, {"another"}
    provider.imap.refusal = "NO I do not know access-2"
    a = provider.practice.assembly()
    with pytest.raises(SignInFailed) as caught:
        a.mailbox(a.settings.accounts[0])
    assert provider.imap.signed_in() == 2
    assert "inboxtriage login" in str(caught.value)
    assert "I do not know" in str(caught.value), "its challenge was answered, with nothing (XOAUTH2)"
    assert "access-" not in str(caught.value)
    a.close()


@pytest.mark.parametrize(
    ("refuses", "word"),
    [("invalid_grant", "invalid_grant"), ("access-9 <b>", "without a name"), (None, "no permission")],
)
def test_an_ended_permission_says_what_to_do(refuses: str | None, word: str, provider: Provider) -> None:
    if refuses is not None:
        provider.permit()
    provider.tokens.refuses, provider.tokens.says = refuses, "the token refresh-0 has ended"
    done = provider.practice.run("poll")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert word in done.err
    assert "inboxtriage login" in done.err
    assert not re.search("refresh-|access-", done.err), "nothing that the endpoint says is repeated"
    assert provider.imap.signed_in() == 0


def test_another_process_that_renewed_first_is_no_fault(provider: Provider) -> None:
    """Between our reading of the token and our use of it, it was rotated by another process: read again, one retry."""
    from datetime import UTC, datetime

    from inboxtriage.config.settings import OAuth2
    from inboxtriage.credentials.oauth2 import AccessToken, Client

    class Raced:
        reads = 0

        def read(self) -> str | None:
            self.reads += 1
            return "stale" if self.reads == 1 else provider.tokens.refresh

        def write(self, token: str) -> None: ...

    oauth2 = OAuth2("client", token_url=f"{provider.tokens.url}/token")
    token = AccessToken(Client(oauth2, "raced@x.example", None), Raced(), lambda: datetime.now(UTC), "practice")
    assert token() == "access-1"


def test_a_client_with_a_secret(provider: Provider) -> None:
    provider.permit()
    provider.tokens.client_secret = "said-to-be-secret"
    done = provider.practice.run("poll")
    assert done.code == 1
    assert "invalid_client" in done.err
    text = provider.practice.config.read_text()
    provider.practice.config.write_text(
        text.replace('client_id = "client"', 'client_id = "client"\nclient_secret_env = "CS"')
    )
    provider.practice.environment["CS"] = "said-to-be-secret"
    provider.practice.ok("poll")


def test_a_redirect_is_not_followed(provider: Provider) -> None:
    """G56: the refresh token goes where the configuration says, and nowhere else."""
    provider.permit()
    other = TokenServer()
    with serving(other):
        provider.tokens.redirects_to = f"{other.url}/token"
        done = provider.practice.run("poll")
    assert done.code == 1
    assert "answered 307" in done.err
    assert other.asked == []


def test_a_file_that_others_can_read_is_refused(provider: Provider) -> None:
    """G52."""
    provider.permit()
    provider.kept.chmod(0o644)
    done = provider.practice.run("poll")
    assert done.code == 1
    assert "chmod 600" in done.err
    assert provider.tokens.asked == []


@pytest.mark.parametrize(
    "refusal",
    [
        "NO [AUTHENTICATIONFAILED] Basic authentication is disabled.",
        "NO BasicAuthBlocked",
        "NO LOGIN failed; use OAuth",
    ],
)
def test_no_passwords_any_more_names_the_two_ways_out(refusal: str, certificate: Certificate, tmp_path: Path) -> None:
    """G50."""
    code = "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."
    door = ImapDoor(certificate, password="right", refusal=refusal)
    with standing(door), SmtpPeer(certificate, implicit_tls=True, password="right", refusal=code) as smtp:
        practice = Practice.on_scripted(tmp_path, door.port)
        text = practice.config.read_text().replace('security = "none"', f'ca_file = "{certificate.authority}"')
        practice.config.write_text(text.replace("port = 9\n", f"port = {smtp.port}\n"))
        done = practice.run("check")
    assert done.code == 1
    failing = [line for line in done.out.splitlines() if line.startswith("FAIL")]
    assert len(failing) == 2
    for line in failing:
        assert "OAuth2" in line
        assert "app password" in line


class TestLogin:
    """The owner says yes; what comes of it is kept, and proved at both servers."""

    def test_in_a_browser(self, provider: Provider) -> None:
        running = provider.practice.start("login", "practice")
        assert running.stdout is not None
        address = next(line.strip() for line in running.stdout if line.startswith("http"))
        assert provider.tokens.owner_says_yes(address, state="forged") == 404, "a code that nobody asked for"
        assert provider.tokens.owner_says_yes(address) == 200
        out, err = running.communicate(timeout=60)
        assert running.returncode == 0, err
        assert "permission" in out
        assert stat.S_IMODE(provider.kept.stat().st_mode) == 0o600
        assert provider.imap.signed_in() == 1
        assert not re.search("access-|refresh-", out + err)
        forms = [form["grant_type"] for form in provider.tokens.asked]
        assert forms[0] == "authorization_code"
        assert len(provider.tokens.asked[0]["code_verifier"]) >= 43, "RFC 7636 section 4.1"

    def test_by_a_code_on_another_computer(self, provider: Provider) -> None:
        provider.tokens.pending = 3
        from inboxtriage.credentials.consent import by_device
        from inboxtriage.credentials.source import client_of

        account = provider.practice.assembly().settings.accounts[0]
        assert account.oauth2 is not None
        shown: list[tuple[str, str]] = []
        waits: list[float] = []
        show = lambda where, code: shown.append((where, code))  # noqa: E731
        answer = by_device(client_of(account, account.oauth2), show, sleep=waits.append)
        assert shown == [(f"{provider.tokens.url}/enter", "AB-CD")]
        assert answer["refresh_token"] == provider.tokens.refresh
        assert waits == pytest.approx([0.05, 0.05, 0.05, 5.05]), "slower when asked to (RFC 8628 section 3.5)"

    def test_the_command_for_it(self, provider: Provider) -> None:
        done = provider.practice.ok("login", "practice", "--device")
        assert "AB-CD" in done.out
        assert provider.kept.read_text().strip() == provider.tokens.refresh

    def test_nobody_said_yes(self, provider: Provider) -> None:
        from inboxtriage.credentials.consent import by_browser
        from inboxtriage.credentials.source import client_of

        account = provider.practice.assembly().settings.accounts[0]
        assert account.oauth2 is not None
        with pytest.raises(SecretMissing, match="in time"):
            by_browser(client_of(account, account.oauth2), lambda _: None, patience=0.2)

    def test_the_owner_says_no(self, provider: Provider) -> None:
        from urllib.parse import parse_qs, urlsplit

        from inboxtriage.credentials.consent import by_browser
        from inboxtriage.credentials.source import client_of

        account = provider.practice.assembly().settings.accounts[0]
        assert account.oauth2 is not None

        def no(address: str) -> None:
            asked = parse_qs(urlsplit(address).query)
            back = f"{asked['redirect_uri'][0]}?error=access_denied&state={asked['state'][0]}"
            threading.Thread(target=urllib.request.urlopen, args=(back,), daemon=True).start()

        with pytest.raises(SecretMissing, match="not given"):
            by_browser(client_of(account, account.oauth2), no, patience=20)
        assert provider.tokens.asked == []


def test_without_a_keyring_it_says_so_before_the_owner_is_asked(provider: Provider) -> None:
    text = provider.practice.config.read_text().replace('token_file = "permission"\n', "")
    provider.practice.config.write_text(text)
    done = provider.practice.run("login", "practice")
    assert done.code == 1
    assert "no system keyring here" in done.err
    assert "token_file" in done.err
    assert done.out == ""
