"""`login` proves a password at both servers before it keeps it; where secrets come from says what to do without it."""

import fcntl
import os
import pty
import subprocess
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers.imap_door import ImapDoor, standing
from tests.peers.smtp import SmtpPeer
from tests.peers.tls import Certificate
from tests.practice import ADDRESS, Practice

PASSWORD = 'pass"word with spaces'
# A real backend of the keyring library's own kind, which keeps what it is given in a file.
KEYRING = """
import json, pathlib
from keyring.backend import KeyringBackend
FILE = pathlib.Path(__file__).with_name("kept.json")
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return json.loads(FILE.read_text()).get(f"{service} {username}") if FILE.exists() else None
    def set_password(self, service, username, password):
        kept = json.loads(FILE.read_text()) if FILE.exists() else {}
        FILE.write_text(json.dumps(kept | {f"{service} {username}": password}))
    def delete_password(self, service, username): ...
"""


@dataclass
class Home:
    practice: Practice
    imap: ImapDoor
    smtp: SmtpPeer

    @property
    def kept(self) -> str:
        file = self.practice.home / "kept.json"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def home(certificate: Certificate, tmp_path: Path) -> Iterator[Home]:
    (tmp_path / "kept_in_a_file.py").write_text(KEYRING)
    with (
        standing(ImapDoor(certificate, password=PASSWORD)) as door,
        SmtpPeer(certificate, implicit_tls=True, password=PASSWORD) as smtp,
    ):
        practice = Practice.on_scripted(tmp_path, door.port)
        text = practice.config.read_text().replace('password_env = "PEER"', f'ca_file = "{certificate.authority}"')
        text = text.replace('security = "none"', 'security = "tls"').replace("port = 9\n", f"port = {smtp.port}\n")
        practice.config.write_text(text)
        practice.environment |= {"PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring", "PYTHONPATH": str(tmp_path)}
        yield Home(practice, door, smtp)


def test_a_password_is_proved_and_kept(home: Home) -> None:
    before = home.practice.run("poll")
    assert before.code == 1
    assert "inboxtriage login practice" in before.err
    done = home.practice.ok("login", "practice", "--stdin", stdin=f"{PASSWORD}\nnever read\n")
    assert "keyring" in done.out
    assert PASSWORD not in done.out + done.err
    assert (home.imap.signed_in(), len([c for c in home.smtp.commands if c.startswith("AUTH")])) == (1, 1)
    home.practice.ok("poll")


def test_in_a_terminal_it_is_asked_for_without_an_echo(home: Home) -> None:
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        home.practice.command("login", "practice"),
        stdin=follower, stdout=follower, stderr=follower, env=home.practice.env(), start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - it becomes their terminal
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while b"Password of" not in seen:
        seen += os.read(leader, 1024)
    os.write(leader, PASSWORD.encode() + b"\n")
    try:
        while more := os.read(leader, 1024):
            seen += more
    except OSError:
        pass  # a terminal that nobody holds any more ends with EIO
    assert running.wait(60) == 0, seen
    os.close(leader)
    assert PASSWORD.encode() not in seen
    assert home.kept.count("inboxtriage:localhost") == 1


@pytest.mark.parametrize("which", ["imap", "smtp"])
def test_what_one_server_refuses_is_not_kept(which: str, home: Home) -> None:
    getattr(home, which).password = "another"
    done = home.practice.run("login", "practice", "--stdin", stdin=PASSWORD)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "app password" in done.err
    assert home.kept == ""


def test_nobody_is_asked_without_a_terminal(home: Home) -> None:
    done = home.practice.run("login", "practice")
    assert done.code == 2
    assert "--stdin" in done.err
    assert home.practice.run("login", "practice", "--stdin", stdin="").code == 2
    assert home.imap.heard == []


def test_without_a_keyring_the_other_ways_are_named(home: Home) -> None:
    home.practice.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    for words in (["poll"], ["login", "practice", "--stdin"]):
        done = home.practice.run(*words, stdin=PASSWORD)
        assert done.code == 1
        assert "no system keyring here" in done.err
        for way in ("password_file", "password_command", "password_env", "password_credential"):
            assert way in done.err
    assert home.imap.signed_in() == 0


def test_a_password_of_another_source_is_proved_and_not_kept_again(home: Home) -> None:
    text = home.practice.config.read_text().replace(
        f'username = "{ADDRESS}"', f'username = "{ADDRESS}"\npassword_env = "P"'
    )
    home.practice.config.write_text(text)
    home.practice.environment["P"] = PASSWORD
    assert "comes from password_env" in home.practice.ok("login", "practice").out
    assert home.kept == ""
    assert home.imap.signed_in() == 1


def test_local_folders_need_no_sign_in(practice: Practice) -> None:
    assert "nothing to sign in to" in practice.run("login", "practice").err
    assert practice.run("login", "nobody").code == 1


class TestSystemdCredentials:
    """`password_credential`: a file in $CREDENTIALS_DIRECTORY, as systemd makes one for a service."""

    @pytest.fixture
    def unit(self, home: Home) -> Home:
        text = home.practice.config.read_text()
        line = f'username = "{ADDRESS}"'
        home.practice.config.write_text(text.replace(line, f'{line}\npassword_credential = "mail"'))
        (home.practice.home / "credentials").mkdir()
        home.practice.environment["CREDENTIALS_DIRECTORY"] = str(home.practice.home / "credentials")
        return home

    def test_it_signs_in(self, unit: Home) -> None:
        (unit.practice.home / "credentials" / "mail").write_text(f"{PASSWORD}\n")
        unit.practice.ok("poll")
        assert unit.imap.signed_in() == 1

    @pytest.mark.parametrize(
        ("content", "word"), [(None, "LoadCredentialEncrypted=mail"), ("", "empty"), (b"\xff", "cannot be read")]
    )
    def test_without_it_the_unit_is_named(self, content: bytes | str | None, word: str, unit: Home) -> None:
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (unit.practice.home / "credentials" / "mail").write_bytes(data)
        done = unit.practice.run("poll")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert word in done.err

    def test_outside_of_systemd(self, unit: Home) -> None:
        del unit.practice.environment["CREDENTIALS_DIRECTORY"]
        assert "systemd gave this process no credentials" in unit.practice.run("poll").err
