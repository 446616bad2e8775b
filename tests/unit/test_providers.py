"""The presets are well-formed and sourced, and an account is completed from them without overruling its file."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from inboxtriage.config.load import parse
from inboxtriage.config.providers import of_domain, of_host, providers, saves_sent, sign_in_advice
from inboxtriage.config.settings import Account, Server
from inboxtriage.errors import ConfigError

PAGE = Path(__file__).parents[2] / "docs" / "signing-in.md"


def account(text: str) -> Account:
    return parse(f'[[accounts]]\nname = "a"\n{text}', source="x", base=Path("/")).accounts[0]


def problems(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        account(text)
    return {key: what for key, _, what in (problem.partition(": ") for problem in caught.value.problems)}


@pytest.mark.parametrize("name", sorted(providers()))
class TestEach:
    def test_it_says_where_it_is_from_and_as_of_when(self, name: str) -> None:
        one = providers()[name]
        assert urlsplit(one.source).scheme == "https"
        assert date(2022, 1, 1) < one.date <= date(2026, 11, 22)

    def test_it_is_secured_and_known_by_plain_names(self, name: str) -> None:
        one = providers()[name]
        for line in (one.imap, one.smtp):
            assert line.security in {"tls", "starttls"}
            assert (
                line.port
                == {"imaptls": 993, "smtptls": 465, "smtpstarttls": 587}[
                    ("imap" if line is one.imap else "smtp") + line.security
                ]
            )
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", line.host)
        for domain in one.domains:
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain)
            assert of_domain(domain) is one, "no domain belongs to two"

    def test_its_addresses_are_private(self, name: str) -> None:
        one = providers()[name]
        assert one.auth
        assert ("oauth2" in one.auth) == (one.oauth2 is not None)
        pages = [one.app_passwords, *([one.oauth2.auth_url, one.oauth2.token_url] if one.oauth2 else [])]
        assert all(urlsplit(page).scheme == "https" for page in pages if page)


def test_there_are_the_common_ones() -> None:
    assert len(providers()) >= 20
    for domain in (
        "gmail.com",
        "outlook.com",
        "icloud.com",
        "yahoo.com",
        "aol.com",
        "fastmail.com",
        "gmx.net",
        "web.de",
    ):
        assert of_domain(domain) is not None


def test_an_address_is_enough() -> None:
    found = account('address = "hello@fastmail.com"')
    assert found.imap == Server("imap.fastmail.com", "hello@fastmail.com", 993)
    assert found.smtp == Server("smtp.fastmail.com", "hello@fastmail.com", 465)


def test_some_want_the_name_before_the_at() -> None:
    found = account('address = "maya.rao@icloud.com"')
    assert found.imap is not None
    assert found.smtp is not None
    assert (found.imap.username, found.smtp.username) == ("maya.rao", "maya.rao@icloud.com")
    assert found.smtp.security == "starttls"


def test_a_domain_of_ones_own_names_its_provider() -> None:
    found = account('address = "hello@harbor.example"\nprovider = "gandi"\n[accounts.imap]\npassword_env = "X"')
    assert found.imap == Server("mail.gandi.net", "hello@harbor.example", 993, password_env="X")


def test_what_the_file_says_counts() -> None:
    found = account(
        'address = "hello@gmail.com"\n[accounts.imap]\nhost = "imap.harbor.example"\nusername = "me"\n'
        '[accounts.smtp]\nsecurity = "starttls"\n'
    )
    assert found.imap == Server("imap.harbor.example", "me"), "another server takes nothing from the preset"
    assert found.smtp == Server("smtp.gmail.com", "hello@gmail.com", 0, "starttls"), "nor another security its port"


def test_who_takes_tokens_alone_gets_the_addresses_for_them() -> None:
    found = account('address = "hello@outlook.com"\n[accounts.oauth2]\nclient_id = "mine"\nscopes = ["x"]')
    assert found.oauth2 is not None
    assert found.imap is not None
    assert found.imap.auth == "oauth2"
    assert found.oauth2.token_url.startswith("https://login.microsoftonline.com/")
    assert (found.oauth2.client_id, found.oauth2.scopes) == ("mine", ("x",))


@pytest.mark.parametrize(
    ("text", "key", "word"),
    [
        ('address = "a@nobody.example"', "accounts[0].imap", "no preset"),
        ('address = "a@nobody.example"\n[accounts.imap]\n[accounts.smtp]', "accounts[0].imap.host", "missing"),
        ('address = "a@x.example"\nprovider = "fastmial"', "accounts[0].provider", "did you mean fastmail?"),
        ('address = "a@outlook.com"', "accounts[0].oauth2.client_id", "missing"),
        ('address = "a@gmail.com"\nimap = 3', "accounts[0].imap", "table"),
        ('address = 7\nprovider = "gmail"', "accounts[0].address", "text"),
        ('address = "a@gmail.com"\nprovider = ["x"]', "accounts[0].provider", "text"),
        (
            'address = "a@x.example"\n[accounts.imap]\nhost = "x"\nauth = "oauth2"\n[accounts.smtp]\nhost = "x"',
            "accounts[0].imap.auth",
            "[accounts.oauth2]",
        ),
    ],
)
def test_what_is_missing_is_named(text: str, key: str, word: str) -> None:
    found = problems(text)
    assert word in found[key]


@pytest.mark.parametrize(
    ("line", "key", "word"),
    [
        ('token_url = "http://login.example.com/t"', "token_url", "in clear"),
        ('auth_url = "login.example.com"', "auth_url", "https://"),
        ('device_url = "http://x.example/d"', "device_url", "in clear"),
        ('client_secret = "hush"', "client_secret", "secret"),
        ('client_secret_env = "A"\nclient_secret_command = ["b"]', "client_secret_env", "not both"),
    ],
)
def test_a_permission_travels_in_secret(line: str, key: str, word: str) -> None:
    found = problems(f'address = "a@outlook.com"\n[accounts.oauth2]\nclient_id = "c"\n{line}')
    assert word in found[f"accounts[0].oauth2.{key}"]
    assert "hush" not in str(found)


def test_three_sources_of_a_password_are_two_too_many() -> None:
    found = problems('address = "a@gmail.com"\n[accounts.imap]\npassword_env = "A"\npassword_credential = "../x"')
    assert "not both" in found["accounts[0].imap.password_env"]
    assert "no name" in found["accounts[0].imap.password_credential"]


def test_providers_that_keep_what_was_sent() -> None:
    for host in ("smtp.gmail.com", "smtp.googlemail.com", "smtp.office365.com", "SMTP-Mail.Outlook.com"):
        assert saves_sent(host)
    assert not saves_sent("smtp.fastmail.com")
    assert of_host("smtp.harbor.example") is None


def test_the_advice_names_the_providers_own_page() -> None:
    assert "185833" in sign_in_advice(Server("imap.gmail.com", "a"), "wrong password")
    assert "OAuth2" in sign_in_advice(Server("outlook.office365.com", "a"), "wrong password")
    assert "app password" in sign_in_advice(Server("imap.harbor.example", "a"), "no")


def test_the_page_names_every_provider() -> None:
    told = re.sub(r"[^a-z0-9]", "", PAGE.read_text(encoding="utf-8").lower())
    other = {
        "1und1": "ionos",
        "att": "att",
        "zoho.eu": "zohocomandeu",
        "gmx.com": "gmxnetandcom",
        "gmx.net": "gmxnetandcom",
    }
    other |= {"privateemail": "namecheapprivateemail", "microsoft365": "microsoft365", "btinternet": "bt"}
    for name in providers():
        assert re.sub(r"[^a-z0-9]", "", other.get(name, name.removesuffix(".fr"))) in told, name
