"""Wrong configuration: every problem at once, each with its key, exit 2. What cannot be reached: one line, exit 1."""

from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import Practice

WRONG = """
[practice]
nmae = "Harbor"
timezone = "Mars/Olympus"
[practice.insurance]
in_network = "Aetna"
[practice.hours]
mon = ["9-5"]
[review]
undo_seconds = -1
[[accounts]]
name = "one"
address = "not an address"
since = "last week"
  [accounts.imap]
  host = "imap.example.org"
  security = "none"
  username = "u"
  password = "oops"
  [accounts.smtp]
  host = "smtp.example.org"
  port = "many"
  username = "u"
  auth = "oauth2"
[[accounts]]
name = "one"
address = "two@example.org"
"""
KEYS = (
    "practice.nmae", "practice.timezone", "practice.insurance.in_network", "practice.hours.mon[0]",
    "review.undo_seconds",
    "accounts[0].address", "accounts[0].since", "accounts[0].imap.password", "accounts[0].imap.security",
    "accounts[0].smtp.port", "accounts[0].smtp.auth", "accounts[0].name", "accounts[1].imap", "accounts[1].smtp",
)  # fmt: skip


def run(tmp_path: Path, text: str, *words: str):  # type: ignore[no-untyped-def]
    config = tmp_path / "config.toml"
    config.write_text(text)
    return Practice(tmp_path, config).run(*(words or ("queue",)))


def test_an_absence_without_an_end_is_told_by_its_key(tmp_path: Path) -> None:
    done = run(tmp_path, "[standards]\nabsences = [{from = 2026-12-24}]\n")
    assert done.code == 2
    assert "standards.absences[0].until: is missing" in done.err


def test_every_problem_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    done = run(tmp_path, WRONG)
    assert done.code == 2
    told = {line.split(": ")[0] for line in done.err.splitlines()}
    assert set(KEYS) <= told
    assert "oops" not in done.err, "a secret is never repeated"
    assert "did you mean name?" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[practice", "TOML"),
        ("", "accounts"),
        ("\x00", "TOML"),
        ('practice = "x"', "must be a table"),
        ("accounts = 3", "accounts"),
    ],
)
def test_a_file_that_is_none(text: str, word: str, tmp_path: Path) -> None:
    done = run(tmp_path, text)
    assert done.code == 2
    assert word in done.err


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    done = Practice(tmp_path, tmp_path / "none.toml").run("queue")
    assert done.code == 1
    assert "config.example.toml" in done.err
    assert done.err.count("\n") == 1


def test_a_traceback_only_with_debug(tmp_path: Path) -> None:
    practice = Practice(tmp_path, tmp_path / "none.toml")
    assert "Traceback" not in practice.run("queue").err
    assert "Traceback" in practice.run("queue", "--debug").err
    assert "Traceback" in practice.run("--debug", "queue").err


def test_a_missing_fact_table_is_valid(tmp_path: Path) -> None:
    text = (
        '[[accounts]]\nname="a"\naddress="a@b.example"\n[accounts.maildir]\ninbox="i"\noutgoing="o"\nsent="s"\n'
        '[store]\npath="st"'
    )
    assert run(tmp_path, text, "queue", "--json").out.strip() == "[]"


def test_unreachable_is_one_line_and_loses_nothing(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
    text = practice.config.read_text()
    wrong = {
        f"port = {dovecot.tls_port}": ("port = 1", "refused"),
        'host = "localhost"': ('host = "nowhere.invalid"', "nowhere.invalid"),
        f"port = {dovecot.tls_port}\n": (f"port = {dovecot.plain_port}\n", "secured"),
    }
    for old, (new, word) in wrong.items():
        practice.config.write_text(text.replace(old, new, 1))
        done = practice.run("poll")
        assert done.code == 1
        assert done.err.count("\n") == 1, done.err
        assert word in done.err
        assert "Traceback" not in done.err
    practice.config.write_text(text)
    practice.environment["TEST_IMAP_PASSWORD"] = "wrong"
    done = practice.run("poll")
    assert done.code == 1
    assert "sign-in" in done.err
    assert "app password" in done.err


def test_secrets_come_from_where_the_file_says(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
    text = practice.config.read_text()
    line = 'password_env = "TEST_IMAP_PASSWORD"'
    practice.config.write_text(text.replace(line, 'password_command = ["printf", "secret\\\\nmore"]', 1))
    assert practice.ok("poll", "--json").json["accounts"][0]["error"] is None
    for command, word in (('["false"]', "code 1"), ('["no-such-program"]', "no program"), ('["true"]', "no secret")):
        practice.config.write_text(text.replace(line, f"password_command = {command}", 1))
        done = practice.run("poll")
        assert done.code == 1
        assert word in done.err
    practice.config.write_text(text.replace(line, "", 1))
    done = practice.run("poll")
    assert done.code == 1
    assert "keyring" in done.err
    del practice.environment["TEST_IMAP_PASSWORD"]
    practice.config.write_text(text)
    assert "TEST_IMAP_PASSWORD is not set" in practice.run("poll").err


def test_the_system_keyring_is_asked(dovecot: Dovecot, tmp_path: Path) -> None:
    """A real keyring backend of the keyring library's own kind, holding one password."""
    (tmp_path / "one_password.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username):\n"
        "        return 'secret' if service == 'inboxtriage:localhost' else None\n"
        "    def set_password(self, service, username, password): ...\n"
        "    def delete_password(self, service, username): ...\n"
    )
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
    text = practice.config.read_text()
    practice.config.write_text(text.replace('password_env = "TEST_IMAP_PASSWORD"', "", 1))
    practice.environment |= {"PYTHON_KEYRING_BACKEND": "one_password.Keyring", "PYTHONPATH": str(tmp_path)}
    assert practice.ok("poll", "--json").json["accounts"][0]["error"] is None


class TestCheck:
    def test_everything_in_order(self, practice: Practice) -> None:
        practice.ok("poll")
        found = practice.ok("check", "--json").json
        assert found["ok"]
        assert {"configuration", "store", "model", "sends", "practice: mailbox", "practice: sending"} <= {
            check["name"] for check in found["checks"]
        }

    def test_each_failing_line_says_what_to_do(self, dovecot: Dovecot, tmp_path: Path) -> None:
        box = dovecot.mailbox()
        with SmtpPeer() as smtp:
            practice = Practice.on_servers(tmp_path, box, smtp)
        practice.config.write_text(practice.config.read_text().replace('folders = ["INBOX"]', ""))
        done = practice.run("check")
        assert done.code == 1
        (failing,) = [line for line in done.out.splitlines() if line.startswith("FAIL")]
        assert "practice: sending" in failing
        assert "check host, port and security" in failing

    def test_a_wrong_response_is_named(self, practice: Practice) -> None:
        (practice.home / "mine").mkdir()
        (practice.home / "mine" / "fit.md").write_text('+++\ntitle = "x"\n+++\n{{ nonsense }}')
        practice.config.write_text(practice.config.read_text() + '\n[responses]\npath = "mine"\n')
        done = practice.run("check")
        assert done.code == 1
        assert "fit.md" in done.out
        assert "nonsense" in done.out
