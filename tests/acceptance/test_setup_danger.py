"""`init` and what somebody in a hurry types: a password in the wrong place, a server that was on this computer."""

from pathlib import Path

import pytest

from tests.acceptance.test_init import address, server, who
from tests.peers.dovecot import free_port
from tests.practice import Practice
from tests.terminal import Talk, talking

SECRET = "hunter2secret"


@pytest.fixture
def home(tmp_path: Path) -> Practice:
    """Nothing but a computer without a keyring."""
    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "TZ": "America/Chicago"}
    environment |= {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("DATA", "STATE", "CONFIG")}
    return Practice(tmp_path, tmp_path / "private" / "config.toml", environment)


def up_to_the_password(talk: Talk) -> None:
    """Answer what comes first, with servers that nobody answers at."""
    who(talk)
    address(talk, "maya")
    server(talk, "incoming mail", "localhost", free_port(), "none")
    server(talk, "outgoing mail", "localhost", free_port(), "none")


def test_a_password_in_the_place_of_its_source_is_taken_for_neither(home: Practice) -> None:
    with talking(home, "init") as talk:
        up_to_the_password(talk)
        talk.answer("Where shall the password come from", "command")
        talk.answer("Which command prints it", SECRET)
        said = talk.until("Where shall the password come from")
        assert "no such program" in said
        assert SECRET not in said.partition("no such program")[2]
        talk.press("\x03")
        talk.until("Nothing is saved yet")
    with talking(home, "init") as talk:
        up_to_the_password(talk)
        talk.answer("Where shall the password come from", "variable")
        talk.answer("What is the variable called", SECRET)
        assert "never the password" in talk.until("What is the variable called")
        talk.press("\x03")
        talk.until("Nothing is saved yet")
    for path in home.home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_without_encryption_stays_on_this_computer_when_the_name_changes(home: Practice) -> None:
    with talking(home, "init") as talk:
        up_to_the_password(talk)
        talk.answer("Where shall the password come from", "variable")
        talk.answer("What is the variable called", "MAIL_SECRET")
        talk.answer("is not set yet", SECRET)
        assert "Nothing listens there" in talk.answer("The server's name", "imap.nowhere.invalid")
        talk.answer("imap.nowhere.invalid kept private", "none")
        assert "would travel readable" in talk.until("kept private")
        talk.press("\x03")
        talk.until("Nothing is saved yet")
    assert not home.config.exists()
