"""`init` a second time, and the way back within it: one thing changed, what is open gone on with, a question before."""

import pytest

from inboxtriage.config.load import load
from tests.acceptance.test_init import address, home, server, skip
from tests.peers.dovecot import free_port
from tests.peers.imap_door import ImapDoor, standing
from tests.peers.smtp import SmtpPeer
from tests.peers.tls import Certificate
from tests.practice import Practice
from tests.terminal import talking

__all__ = ["home"]  # a fixture


class TestBack:
    def test_back_leads_to_the_question_before_through_the_parts(
        self, home: Practice, certificate: Certificate
    ) -> None:
        with (
            standing(ImapDoor(certificate)) as door,
            SmtpPeer(certificate, implicit_tls=True) as smtp,
            talking(home, "init") as talk,
        ):
            talk.until("`back` leads to the question before")
            talk.answer("What kind of practice", "back")
            talk.until("This is the first question")
            talk.answer("What kind of practice", "general")
            assert "Like: Northside Coaching" in talk.answer("practice called", "Habor")
            talk.answer("signs the letters", "back")
            talk.answer("practice called", "Harbor")
            talk.answer("signs the letters", "Maya Rao")
            talk.answer("time zone", "Chicago")
            talk.answer("At which mail address", "<")
            talk.answer("time zone", "New York")
            address(talk, "maya")
            server(talk, "incoming mail", "localhost", door.port)
            talk.answer("The server for outgoing mail", "wrong.invalid")
            talk.answer("wrong.invalid kept private", "back")
            server(talk, "outgoing mail", "localhost", smtp.port)
            talk.answer("The password of", "wrong")
            talk.answer("certificate of its authority", str(certificate.authority))
            talk.answer("The password of", "back")
            talk.answer("certificate of its authority", str(certificate.authority))
            talk.answer("The password of", "secret")
            talk.answer("certificate of its authority")
            talk.answer("be read as well")
            talk.answer("What does it cost", "back")  # the sign-in is proved again, unseen
            talk.answer("be read as well", "no")
            talk.answer("What does it cost", "$120")
            said = talk.answer("lower fee", "yes, two places from $80")
            assert "A letter will say: Our fee is $120." in said
            assert "scale: two places from $80." in talk.answer("How are you paid", "back")
            talk.answer("lower fee", "no")
            assert "Understood: none" in talk.answer("How are you paid", "yes")
            assert "a letter would say 'yes' there" in talk.answer("How are you paid", "cash").lower()
            talk.until("taking new clients")
            talk.press("\x03")
            assert talk.ended() == 130
        practice = load(home.config).practice
        assert (practice.name, practice.owner, practice.timezone) == ("Harbor", "Maya Rao", "America/New_York")
        assert (practice.insurance.fee, practice.insurance.sliding_scale, practice.insurance.payment) == (
            "$120",
            "",
            "cash",
        )


def test_the_demos_practice_is_not_set_up(home: Practice) -> None:
    home.run("demo", "--home", str(home.home / "demo"))
    before = (home.home / "demo" / "config.toml").read_text()
    home.config = home.home / "demo" / "config.toml"
    with talking(home, "init") as talk:
        talk.until("`unset INBOXTRIAGE_CONFIG`, then `inboxtriage init`")
        assert talk.ended() == 1
    assert home.config.read_text() == before


EXISTING = """\
# my own practice, do not touch
[practice]            # facts
name = "Harbor"       # the name
owner = "Maya"

# money
[practice.insurance]
fee = "$160"          # since spring
# in_network = ["Aetna"]

[[accounts]]
name = "practice"
address = "hello@harbor.example"
  [accounts.maildir]
  inbox = "inbox"
  outgoing = "outgoing"
  sent = "sent"

# how it works
[review]
undo_seconds = 5
"""


class TestAgain:
    @pytest.fixture
    def settled(self, home: Practice) -> Practice:
        made = Practice.in_folders(home.home)
        home.config = made.config
        home.config.write_text(EXISTING)
        return home

    def test_only_what_is_asked_for_is_changed(self, settled: Practice) -> None:
        with talking(settled, "init") as talk:
            menu = talk.answer("What do you want to change?", "facts")
            assert "Harbor, therapist" in menu
            assert "1 of 17" in menu
            assert "fee $160" in talk.answer("Which fact?", "fee")
            assert "Now: $160" in talk.answer("What does it cost", "$170")
            assert "A letter will say: Our fee is $170." in talk.answer("Which fact?")
            talk.answer("What do you want to change?", "safety")
            talk.answer("may wait there", "Please call 911 or 988 now.")
            talk.answer("What do you want to change?", "end")
            assert talk.ended() == 0
        text = settled.config.read_text()
        added = '\n[practice.urgent]\ntext = "Please call 911 or 988 now."\n'
        assert text.replace(added, "", 1) == EXISTING.replace('"$160"          #', '"$170"          #')
        settled.ok("queue")

    def test_what_is_open_is_gone_on_with_by_enter(self, settled: Practice) -> None:
        with talking(settled, "init") as talk:
            menu = talk.answer("What do you want to change?")
            assert "what is open, one after the other: facts, hours" in menu
            assert "[go on]" in menu
            assert "1 of 16." in talk.answer("insurance plans", "Aetna and Cigna")  # the fee is answered
            assert "Understood, 2: Aetna; Cigna" in talk.answer("another plan")
            for _ in range(14):
                talk.answer("What for:")
            talk.answer("Monday?", "9-5")
            skip(talk, *(f"{day}day?" for day in ("Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")), "Is that right?")
            talk.answer("What do you have?")
            talk.answer("may wait there")
            talk.until("Read them now?")
            talk.press("n\n")
            talk.until("A test letter")
            talk.press("\x03")
            assert talk.ended() == 130
        practice = load(settled.config).practice
        assert practice.insurance.in_network == ("Aetna", "Cigna")
        assert practice.hours.tue == ("09:00-17:00",)
        with talking(settled, "init") as talk:
            assert "what is open, one after the other: facts " in talk.answer("What do you want to change?", "end")
            assert talk.ended() == 0

    def test_nothing_asked_for_is_nothing_changed(self, settled: Practice) -> None:
        settled.config.chmod(0o640)
        with talking(settled, "init", "--only", "hours") as talk:
            talk.answer("Monday?")
            talk.press("\x04")  # the end of what is typed
            assert talk.ended() == 130
        assert settled.config.read_text() == EXISTING
        assert settled.config.stat().st_mode & 0o777 == 0o640

    def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(self, settled: Practice) -> None:
        with talking(settled, "init", "--only", "safety") as talk:
            talk.until("may wait there")
            settled.config.write_text(EXISTING + "\n# by hand, meanwhile\n")
            talk.answer("", "Please call 911 or 988 now.")
            talk.until("was changed by somebody else")
            assert talk.ended() == 1
        assert settled.config.read_text() == EXISTING + "\n# by hand, meanwhile\n"

    def test_a_file_that_is_wrong_is_left_to_its_owner(self, settled: Practice) -> None:
        settled.config.write_text(EXISTING.replace("fee =", "fees ="))
        with talking(settled, "init") as talk:
            talk.until("practice.insurance.fees")
            assert talk.ended() == 2

    def test_a_permission_is_given_again(self, settled: Practice) -> None:
        """What stands between the owner and an OAuth2 server is tested in test_oauth2; here, that it is asked for."""
        text = EXISTING[: EXISTING.index("  [accounts.maildir]")]
        servers = "".join(
            f'[accounts.{kind}]\nhost = "localhost"\nport = {free_port()}\nauth = "oauth2"\n'
            for kind in ("imap", "smtp")
        )
        oauth = f'[accounts.oauth2]\nclient_id = "x"\nauth_url = "https://localhost:{free_port()}/a"\ntoken_url = "https://localhost:1/t"\ndevice_url = "https://localhost:1/d"\ntoken_file = "permission"\n'
        settled.config.write_text(text + servers + oauth)
        with talking(settled, "init", "--only", "account") as talk:
            skip(talk, "At which mail address", "other addresses", "From which day on")
            talk.answer("Change the servers", "yes")
            talk.answer("Which company")
            skip(talk, "The server for incoming", "kept private", "At which port")
            skip(talk, "The server for outgoing", "kept private", "At which port")
            assert "[x]" in talk.answer("Your client_id")
            talk.answer("client secret")
            talk.answer("Is there a browser", "no")
            assert "cannot be asked for a token" in talk.answer("Your client_id", "")
