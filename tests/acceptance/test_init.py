"""`init` in a terminal: from nothing to a working account, what is wrong asked again alone, and later one thing changed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxtriage.config.load import load
from tests.acceptance.test_login import KEYRING
from tests.peers.dovecot import PASSWORD, Dovecot, Mailbox, free_port
from tests.peers.imap_door import ImapDoor, standing
from tests.peers.smtp import SmtpPeer
from tests.peers.tls import Certificate, make
from tests.practice import ASKS_ROOM, Practice, mail
from tests.terminal import Talk, talking


@pytest.fixture
def home(tmp_path: Path) -> Practice:
    """Nothing but a computer with a keyring."""
    (tmp_path / "kept_in_a_file.py").write_text(KEYRING)
    environment = {
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": str(tmp_path),
        "TZ": "America/Chicago",
    }
    environment |= {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("DATA", "STATE", "CONFIG")}
    return Practice(tmp_path, tmp_path / "private" / "config.toml", environment)


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    return dovecot.mailbox()


@pytest.fixture
def smtp(certificate: Certificate) -> Iterator[SmtpPeer]:
    with SmtpPeer(certificate, implicit_tls=True) as peer:
        yield peer


def who(talk: Talk) -> None:
    """The part about the practice."""
    talk.answer("What kind of practice")
    talk.answer("practice called", "Harbor Counseling")
    talk.answer("signs the letters", "Maya Rao, PhD")
    assert "[America/Chicago]" in talk.answer("time zone", "Nowhere")
    assert "There is no time zone" in talk.answer("In which time zone", "new york")


def server(talk: Talk, what: str, host: str, port: int, security: str = "tls") -> None:
    talk.answer(f"The server for {what}", host)
    talk.answer("kept private", security)
    talk.answer("At which port", str(port))


def address(talk: Talk, user: str) -> None:
    talk.answer("At which mail address", "hello at harbor")
    assert "is no mail address" in talk.answer("At which mail address", f"{user}@harbor.example")
    talk.answer("other addresses")
    talk.answer("From which day on", "next week")
    assert "is no day in the past" in talk.answer("From which day on", "2 weeks")
    talk.answer("Which company keeps the mail")


def skip(talk: Talk, *questions: str) -> None:
    for question in questions:
        talk.answer(question)


def test_from_nothing_to_a_working_account(  # noqa: PLR0915 - one walk
    home: Practice, mailbox: Mailbox, smtp: SmtpPeer, certificate: Certificate
) -> None:
    mailbox.deliver(mail(), mail(ASKS_ROOM, sender="Bo <bo@example.org>"))
    with SmtpPeer(offer_starttls=False) as bare, talking(home, "init") as talk:
        assert str(home.config) in talk.until("Your practice").replace(" ", "")  # a long path is folded anywhere
        who(talk)
        address(talk, mailbox.user)
        talk.answer("The server for incoming mail", "imap.nowhere.invalid")
        talk.answer("kept private", "none")  # no TLS at all is not to be had over a network
        assert "would travel readable" in talk.answer("kept private", "tls")
        talk.answer("At which port", "a few")
        assert "is no port" in talk.answer("At which port", str(free_port()))
        server(talk, "outgoing mail", "localhost", bare.port, "starttls")
        talk.answer("The password of", "wrong")
        assert "No server of that name" in talk.answer("The server's name", "localhost")  # a wrong host
        assert "Nothing listens there" in talk.answer("The server's name")
        talk.answer("kept private")
        talk.answer("At which port", str(mailbox.server.plain_port))
        assert "does not encrypt" in talk.answer("The server's name")  # no TLS where it was meant to be
        talk.answer("kept private", "1")
        talk.answer("At which port", str(mailbox.server.tls_port))
        assert "vouched for by nobody" in talk.answer("certificate of its authority", "/nowhere.pem")
        assert "no file /nowhere.pem" in talk.answer("certificate of its authority", str(certificate.authority))
        assert "refused the sign-in" in talk.answer("The password of", PASSWORD)
        assert not home.config.exists()  # proved at one server is not proved
        assert "does not offer encryption" in talk.answer("The server's name")
        talk.answer("kept private", "tls")
        talk.answer("At which port", str(smtp.port))
        assert "[" + str(certificate.authority) in talk.answer("certificate of its authority").replace(" ", "")
        talk.until("kept in the system keyring")
        found = talk.answer("Shall drafts that are ready")
        assert "INBOX, 2 mail(s)" in found
        assert "2 of them since" in found
        assert "sent mail Sent" in found
        assert "drafts Drafts" in found
        talk.answer("Shall Junk be read")
        facts = ("Which insurance plans", "another plan", "What does it cost", "lower fee", "How are you paid")
        talk.answer(facts[0], "Aetna, Cigna")
        talk.answer(facts[1], "x")
        assert "is none of them" in talk.answer(facts[1], "superbill")
        skip(talk, *facts[2:])
        talk.answer("taking new clients", "yes")
        skip(talk, "waiting list", "Whom do you work", "Whom do you not work", "What do you help with", "do you not do")
        skip(talk, "states", "languages")
        talk.answer("How many minutes", "50")
        skip(talk, "by video", "in person", "first step")
        talk.answer("Monday?", "9 til never")
        assert "is no stretch of time" in talk.answer("Monday?", "9-5")
        skip(talk, "Tuesday?", "Wednesday?", "Thursday?", "Friday?", "Saturday?", "Sunday?", "Is that right?")
        talk.answer("What do you have?", "file")
        talk.answer("Its path", "nothing.ics")
        assert "there is no such file" in talk.answer("What do you have?", "file")
        talk.answer("Its path", str(Path(__file__).parents[2] / "demo" / "calendar.ics"))
        assert "can be offered" in talk.until("does not watch for emergencies")
        talk.answer("may wait there as a draft", "If you are in danger, call 911 or 988 now.")
        talk.until("Read them now?")
        talk.press("n\n")
        letter = talk.answer("3 of the gaps can be filled now", "yes")
        assert "in network with Aetna" in letter
        assert "to fill in: practice.insurance.fee" in letter
        talk.answer("What does it cost", "$160 for 50 minutes")
        talk.answer("by video", "yes")
        talk.answer("Whom do you work with", "adults, couples")
        assert "fee is $160 for 50 minutes" in talk.until("Nothing is missing in this letter")
        talk.until("left open where somebody asks for it: sliding scale")
        talk.answer("Shall I read your new mail", "yes")
        assert "2 new message(s)" in talk.until("In the background")
        talk.answer("Shall it run in the background", "no")
        for line in ("inboxtriage poll", "inboxtriage review", "inboxtriage run"):
            talk.until(line)
        assert talk.ended() == 0
        assert "(not shown)> secret" not in talk.shown
        assert "(not shown)> wrong" not in talk.shown
    assert smtp.taken == []
    assert PASSWORD not in home.config.read_text()
    assert (home.config.stat().st_mode & 0o777, home.config.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    practice = load(home.config).practice
    assert practice.insurance.in_network == ("Aetna", "Cigna")
    assert practice.hours.fri == ("09:00-17:00",)
    assert practice.fit.works_with == ("adults", "couples")
    assert practice.fit.helps_with is None  # what is skipped is left out
    assert home.ok("poll", "--json").json["fetched"] == 0
    mailbox.deliver(mail(sender="Cy <cy@example.org>"))
    assert home.ok("poll", "--json").json["fetched"] == 1
    assert home.ok("check").code == 0


class TestServers:
    def test_an_expired_certificate_says_who_has_to_act(self, home: Practice, tmp_path: Path) -> None:
        with standing(ImapDoor(make(tmp_path / "old", expired=True))) as door, talking(home, "init") as talk:
            who(talk)
            address(talk, "maya")
            server(talk, "incoming mail", "localhost", door.port)
            server(talk, "outgoing mail", "localhost", 9)
            talk.answer("The password of", "secret")
            talk.answer("certificate of its authority", str(tmp_path / "old" / "ca.pem"))
            assert "has to renew it" in talk.answer("The server's name")
            talk.press("\x03")
            talk.until("Nothing is saved yet")
            assert talk.ended() == 130
            assert not any("LOGIN" in line for line in door.heard)
        assert not home.config.exists()

    def test_a_wrong_password_at_one_server_is_asked_for_there(self, home: Practice, certificate: Certificate) -> None:
        with (
            standing(ImapDoor(certificate, password="one")) as door,
            SmtpPeer(certificate, implicit_tls=True, password="another") as smtp,
            talking(home, "init") as talk,
        ):
            home.config.parent.mkdir()
            who(talk)
            address(talk, "maya")
            server(talk, "incoming mail", "localhost", door.port)
            server(talk, "outgoing mail", "127.0.0.1", smtp.port)
            talk.answer("The password of", "one")
            talk.answer("certificate of its authority", str(certificate.authority))
            talk.answer("certificate of its authority")
            assert "refused the sign-in" in talk.answer("The password of maya@harbor.example at 127.0.0.1", "another")
            talk.until("is saved")
            kept = (home.home / "kept.json").read_text()
            assert '"inboxtriage:localhost maya@harbor.example": "one"' in kept
            assert '"inboxtriage:127.0.0.1 maya@harbor.example": "another"' in kept
            assert door.signed_in() == 1  # what was right is not asked again

    def test_without_a_keyring_another_place_is_found_and_proved(
        self, home: Practice, certificate: Certificate
    ) -> None:
        home.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        (home.home / "right.txt").write_text("secret\n")
        with (
            standing(ImapDoor(certificate)) as door,
            SmtpPeer(certificate, implicit_tls=True) as smtp,
            talking(home, "init") as talk,
        ):
            who(talk)
            address(talk, "maya")
            server(talk, "incoming mail", "localhost", door.port)
            server(talk, "outgoing mail", "localhost", smtp.port)
            assert "has no keyring" in talk.answer("Where shall the password come from", "command")
            talk.answer("Which command prints it", "cat /nowhere")
            talk.answer("certificate of its authority", str(certificate.authority))
            talk.answer("Where shall the password come from", "command")
            talk.answer("Which command prints it", f"cat {home.home / 'right.txt'}")
            talk.answer("certificate of its authority")
            talk.until("is saved")
            talk.press("\x03")
            talk.until("What was saved stays")
            assert talk.ended() == 130
            text = home.config.read_text()
            assert text.count(f'password_command = ["cat", "{home.home / "right.txt"}"]') == 2
            home.ok("poll")
            with talking(home, "init", "--only", "account") as again:
                again.answer("At which mail address")
                skip(again, "other addresses", "From which day on")
                again.answer("Change the servers", "yes")
                again.answer("Which company")
                skip(again, "The server for incoming", "kept private", "At which port")
                skip(again, "The server for outgoing", "kept private", "At which port")
                again.answer("The user name at localhost")
                again.answer("Where shall the password come from", "variable")
                again.answer("What is the variable called", "MAIL_SECRET")
                again.answer("is not set yet", "secret")
                again.until("read -rs MAIL_SECRET && export MAIL_SECRET")
                again.answer("is no such folder")  # the door knows no Drafts
                again.press("\x03")
            assert home.config.read_text().count('password_env = "MAIL_SECRET"') == 2
            assert "password_command" not in home.config.read_text()
            home.environment["MAIL_SECRET"] = "secret"
            home.ok("poll")

    def test_without_a_keyring_the_password_lies_in_a_file_that_only_its_owner_can_read(
        self, home: Practice, certificate: Certificate
    ) -> None:
        home.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        with (
            standing(ImapDoor(certificate)) as door,
            SmtpPeer(certificate, implicit_tls=True, password="another") as smtp,
            talking(home, "init") as talk,
        ):
            who(talk)
            address(talk, "maya")
            server(talk, "incoming mail", "localhost", door.port)
            server(talk, "outgoing mail", "localhost", smtp.port)
            assert "[file]" in talk.answer("Where shall the password come from")
            talk.answer("The password of", "wrong")
            talk.answer("certificate of its authority", str(certificate.authority))
            again = talk.answer("The password of", "wrong again")  # this alone, not where it comes from
            assert "come from" not in again
            assert "user name" not in again
            talk.answer("The user name at localhost", "maya")  # what stands before the @, perhaps
            talk.answer("The password of maya at", "secret")
            talk.answer("certificate of its authority")
            assert "refused" in talk.answer("The password of maya at", "another")
            assert "not encrypted" in talk.until("is saved")
            talk.press("\x03")
            assert talk.ended() == 130
            folder = home.config.parent
            assert {one.name: one.read_text() for one in folder.glob("password*")} == {
                "password": "secret\n",
                "password-smtp": "another\n",
            }
            assert {one.stat().st_mode & 0o777 for one in folder.glob("password*")} == {0o600}
            for word in ("wrong", "secret"):
                assert f"> {word}" not in talk.shown
            assert home.config.read_text().count('username = "maya"') == 2
            home.ok("poll")
            (folder / "password").chmod(0o640)
            done = home.run("check")
            assert done.code == 1
            assert "others on this computer can read password_file" in done.out
            assert "chmod 600" in done.out

    def test_a_provider_that_is_known_needs_no_servers(self, home: Practice) -> None:
        with talking(home, "init") as talk:
            who(talk)
            talk.answer("At which mail address", "maya@outlook.com")
            skip(talk, "other addresses", "From which day on")
            said = talk.answer("Your client_id")
            assert "only a permission (OAuth2)" in said
            assert "seven days" in said
            talk.until("without a client_id")
            assert talk.ended() == 1
        with talking(home, "init") as talk:
            who(talk)
            talk.answer("At which mail address", "maya@fastmail.com")
            skip(talk, "other addresses", "From which day on")
            assert "fastmail" in talk.answer("The password of", "x")
        assert not home.config.exists()


def test_without_a_terminal_nobody_is_asked(home: Practice) -> None:
    done = home.run("init")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "terminal" in done.err
    assert not home.config.exists()
    assert "`inboxtriage init`" in home.run("queue").err


def test_the_program_names_it_where_there_is_no_configuration(home: Practice) -> None:
    os.environ.pop("INBOXTRIAGE_CONFIG", None)
    assert "inboxtriage init" in home.run("poll").err
