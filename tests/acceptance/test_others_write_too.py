"""The mailbox and the queue are used by others at the same time: what each of them may, and may not, undo."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inboxtriage.service import deciding, writing
from inboxtriage.service.assembly import Assembly
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ADDRESS, ASKS_INSURANCE, ASKS_ROOM, Practice, mail

THEIRS = "<theirs@example.org>"


@pytest.fixture
def smtp() -> Iterator[SmtpPeer]:
    with SmtpPeer() as peer:
        yield peer


def blocked(practice: Practice, who: str) -> str:
    item = next(i for i in practice.queue() if i["id"] == who)
    return "; ".join(item["draft"]["blocked"])


class TestWhileADraftIsWritten:
    """`write_missing` reads mail outside the transaction; a person may decide meanwhile (G13, G28)."""

    @pytest.fixture
    def undrafted(self, practice: Practice) -> Iterator[Assembly]:
        practice.config.write_text(practice.config.read_text() + "\n[triage]\nmax_drafts_per_pass = 1\n")
        practice.receive(mail(ASKS_INSURANCE))
        practice.receive(mail(ASKS_ROOM, sender="other@example.org"))
        assert practice.ok("poll", "--json").json["drafts_held_back"] == 2
        a = practice.assembly()
        yield a
        a.close()

    def meanwhile(self, a: Assembly, monkeypatch: pytest.MonkeyPatch, *, decide: object) -> None:
        reading = writing.read

        def read_and_decide(*args: object) -> object:
            monkeypatch.undo()
            if callable(decide):
                decide()
            return reading(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(writing, "read", read_and_decide)
        writing.write_missing(a, [1, 2])

    def test_a_letter_by_hand_is_kept(
        self, undrafted: Assembly, monkeypatch: pytest.MonkeyPatch, practice: Practice
    ) -> None:
        self.meanwhile(undrafted, monkeypatch, decide=lambda: deciding.edit(undrafted, "m1", body="By hand."))
        assert {i["id"]: i["draft"]["body"] for i in practice.queue()}["m1"] == "By hand."

    def test_what_became_urgent_gets_no_template(
        self, undrafted: Assembly, monkeypatch: pytest.MonkeyPatch, practice: Practice
    ) -> None:
        self.meanwhile(undrafted, monkeypatch, decide=lambda: deciding.relabel(undrafted, "m1", ["urgent"]))
        assert {i["id"]: i["draft"] for i in practice.queue()}["m1"] is None

    def test_a_template_on_urgent_mail_cannot_be_approved(self, practice: Practice) -> None:
        """The second guard, should the first ever fail."""
        practice.receive(mail(ASKS_INSURANCE))
        practice.ok("poll")
        a = practice.assembly()
        with a.db.writing():
            a.db.run("UPDATE item SET disposition = 'urgent', urgent = 1")
        a.close()
        practice.ok("show", "m1")
        assert "danger" in practice.run("approve", "m1", "--now").err
        assert practice.outgoing() == []


def test_another_address_writing_on_in_the_thread_voids_the_approval(
    dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path
) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE, message_id=THEIRS))
    practice = Practice.on_servers(tmp_path, box, smtp, more="undo_seconds = 3600\n")
    practice.config.write_text(practice.config.read_text().replace("undo_seconds = 0\n", ""))
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1")
    box.deliver(
        mail("Please disregard my mail, this is my address at work.", sender="jane@work.example", In_Reply_To=THEIRS)
    )
    practice.ok("poll")
    assert practice.ok("outbox", "--json").json[0]["state"] == "cancelled"
    assert "wrote again" in blocked(practice, "m1")


def test_what_the_owner_answered_and_knows_can_be_sent_all_the_same(
    dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path
) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE, message_id=THEIRS))
    practice = Practice.on_servers(tmp_path, box, smtp)
    practice.ok("poll")
    box.deliver(mail("See below.", sender=ADDRESS, to="jane@example.org", In_Reply_To=THEIRS), folder="Sent")
    practice.ok("poll")
    assert "answered elsewhere" in blocked(practice, "m1")
    practice.ok("edit", "m1", "--note", "One thing more.")
    practice.ok("show", "m1")
    practice.ok("approve", "m1", "--now")
    assert len(smtp.taken) == 1


def test_passing_an_inquiry_on_is_no_answer(dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE, message_id=THEIRS))
    practice = Practice.on_servers(tmp_path, box, smtp)
    practice.ok("poll")
    forward = mail(
        "Could you take her?", sender=ADDRESS, to="colleague@example.net", subject="Fwd: Therapy", References=THEIRS
    )
    box.deliver(forward, folder="Sent")
    practice.ok("poll")
    assert blocked(practice, "m1") == ""


def test_every_answered_mail_is_noticed_also_without_or_with_a_shared_id(
    dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path
) -> None:
    box = dovecot.mailbox()
    nameless = mail(ASKS_INSURANCE, sender="a@example.org").replace(b"Message-ID", b"X-Message-ID")
    box.deliver(nameless, *(mail(ASKS_ROOM, sender=f"{n}@example.org", message_id=THEIRS) for n in "bc"))
    practice = Practice.on_servers(tmp_path, box, smtp)
    practice.ok("poll")
    client = box.client()
    client.select_folder("INBOX")
    client.add_flags(client.search(), [b"\\Answered"])
    client.logout()
    practice.ok("poll")
    assert ["answered elsewhere" in blocked(practice, i["id"]) for i in practice.queue()] == [True] * 3


def test_a_folder_that_vanished_stops_nothing_else(dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    client = box.client()
    client.create_folder("Forms")
    box.deliver(mail(ASKS_INSURANCE, message_id=THEIRS), folder="Forms")
    practice = Practice.on_servers(tmp_path, box, smtp)
    plain = practice.config.read_text()
    practice.config.write_text(plain.replace('since = "all"', 'since = "all"\nfolders = ["INBOX", "Forms"]'))
    practice.ok("poll")
    client.rename_folder("Forms", "Elsewhere")
    client.logout()
    practice.config.write_text(plain)
    box.deliver(mail("Yes.", sender=ADDRESS, to="jane@example.org", In_Reply_To=THEIRS), folder="Sent")
    practice.ok("poll")
    assert "answered elsewhere" in blocked(practice, "m1")


def test_what_came_before_the_day_given_is_read_too_if_it_is_new(
    dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path
) -> None:
    """`poll --since` says "also": it must not move past mail that is new and bears an old date (G14)."""
    box = dovecot.mailbox()
    box.deliver(mail(sender="first@example.org"))
    practice = Practice.on_servers(tmp_path, box, smtp)
    practice.ok("poll")
    client = box.client()
    client.append("INBOX", mail(sender="moved@example.org"), (), datetime.now(UTC) - timedelta(days=3))
    client.logout()
    assert practice.ok("poll", "--since", f"{datetime.now(UTC):%Y-%m-%d}", "--json").json["fetched"] == 1
    assert practice.ok("poll", "--json").json["fetched"] == 0


def test_the_day_of_the_first_pass_is_remembered(dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path) -> None:
    """A folder numbered anew is read from the same day on, not from the beginning of time (G19, G25)."""
    box = dovecot.mailbox()
    client = box.client()
    for n in range(3):
        client.append("INBOX", mail(sender=f"old{n}@example.org"), (), datetime.now(UTC) - timedelta(days=400))
    client.logout()
    box.deliver(mail(sender="new@example.org"))
    practice = Practice.on_servers(tmp_path, box, smtp, since="")
    since = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    assert practice.ok("poll", "--since", since, "--json").json["fetched"] == 1
    a = practice.assembly()
    with a.db.writing():
        a.db.run("UPDATE mark SET validity = '1'")
    a.close()
    assert practice.ok("poll", "--json").json["fetched"] == 0


def test_nothing_is_imported_from_the_folder_one_stands_in(practice: Practice, tmp_path: Path) -> None:
    for n in range(310):
        practice.receive(mail(sender=f"n{n}@example.org"))
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "socket.py").write_text("import pathlib; pathlib.Path(__file__).with_name('sprung').touch()")
    program = Path(sys.executable).with_name("inboxtriage")
    done = subprocess.run(
        [program, "--config", practice.config, "poll"], cwd=trap, env=practice.env(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [file.name for file in trap.iterdir()] == ["socket.py"]


def test_a_household_shares_a_phone_and_stays_two_people(practice: Practice) -> None:
    """G40: nothing of one person's stands in another's record."""
    for name in ("jane", "john"):
        form = f"Name: {name.title()} Doe\nEmail: {name}@example.org\nPhone: 718-555-0100\nMessage: {ASKS_INSURANCE}\n"
        practice.receive(mail(form, sender="wordpress@site.example", subject="New message from your website"))
    assert practice.ok("poll", "--json").json["leads_new"] == 2
    assert [lead["address"] for lead in practice.ok("lead", "list", "--json").json] == [
        "jane@example.org",
        "john@example.org",
    ]
