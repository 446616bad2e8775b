"""A conversation that goes on while a reply waits: the approval holds only for what the person saw (G10, G12, G13)."""

from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

THEIRS = "<theirs@example.org>"


class Talk:
    """One inquiry with a draft that waits."""

    def __init__(self, dovecot: Dovecot, tmp_path: Path, smtp: SmtpPeer) -> None:
        self.box: Mailbox = dovecot.mailbox()
        self.box.deliver(mail(ASKS_INSURANCE, message_id=THEIRS))
        self.practice = Practice.on_servers(tmp_path, self.box, smtp)
        self.practice.ok("poll")
        (self.item,) = self.practice.queue()
        self.id = self.item["id"]

    def answer_elsewhere(self, how: str) -> None:
        if how == "flag":
            client = self.box.client()
            client.select_folder("INBOX")
            client.add_flags(client.search(), [b"\\Answered"])
            client.logout()
        else:
            mine = mail("I called you.", sender="maya@harbor.example", subject="Re: Therapy", In_Reply_To=THEIRS)
            self.box.deliver(mine, folder="Sent")

    def write_again(self) -> None:
        self.box.deliver(mail(ASKS_ROOM, subject="One more thing"))

    def entry(self) -> dict[str, object]:
        found: dict[str, object] = next(
            i for i in self.practice.ok("queue", "--all", "--json").json if i["id"] == self.id
        )
        return found

    def blocked(self) -> str:
        draft = self.entry()["draft"]
        assert isinstance(draft, dict)
        return "; ".join(draft["blocked"])


@pytest.fixture
def talk(dovecot: Dovecot, tmp_path: Path):  # type: ignore[no-untyped-def]
    with SmtpPeer() as smtp:
        made = Talk(dovecot, tmp_path, smtp)
        made.smtp = smtp  # type: ignore[attr-defined]
        yield made


@pytest.mark.parametrize("how", ["flag", "sent"])
def test_answered_elsewhere_before_the_approval(talk, how: str) -> None:  # type: ignore[no-untyped-def]
    talk.answer_elsewhere(how)
    talk.practice.ok("poll")
    assert "answered elsewhere" in talk.blocked()
    refused = talk.practice.run("approve", talk.id, "--now")
    assert refused.code == 1
    assert "answered elsewhere" in refused.err
    assert talk.smtp.connections == 0


@pytest.mark.parametrize("how", ["flag", "sent"])
@pytest.mark.parametrize("noticed_by", ["poll", "send"])
def test_answered_elsewhere_after_the_approval(talk, how: str, noticed_by: str) -> None:  # type: ignore[no-untyped-def]
    talk.practice.ok("approve", talk.id)
    talk.answer_elsewhere(how)
    talk.practice.run(noticed_by)
    talk.practice.run("send")
    assert talk.smtp.taken == []
    assert [out["state"] for out in talk.practice.ok("outbox", "--json").json] == ["cancelled"]
    assert talk.entry()["state"] == "waiting"
    assert "answered elsewhere" in talk.blocked()


@pytest.mark.parametrize("noticed_by", ["poll", "send"])
def test_a_second_mail_after_the_approval(talk, noticed_by: str) -> None:  # type: ignore[no-untyped-def]
    talk.practice.ok("approve", talk.id)
    talk.write_again()
    talk.practice.run(noticed_by)
    talk.practice.run("send")
    assert talk.smtp.taken == []
    assert [out["state"] for out in talk.practice.ok("outbox", "--json").json] == ["cancelled"]
    talk.practice.ok("poll")
    assert_one_letter_for_both(talk)


def test_a_second_mail_before_the_approval_changes_what_is_approved(talk) -> None:  # type: ignore[no-untyped-def]
    shown = talk.item["draft"]["sha256"]
    talk.write_again()
    talk.practice.ok("poll")
    refused = talk.practice.run("approve", talk.id, "--sha256", shown)
    assert refused.code == 1
    assert "together with a later mail" in refused.err
    assert_one_letter_for_both(talk)
    assert len(talk.smtp.taken) == 1


def test_a_second_mail_to_a_letter_by_hand_asks_for_another_look(talk) -> None:  # type: ignore[no-untyped-def]
    talk.practice.ok("edit", talk.id, "--body", "-", stdin="My own words.")
    shown = talk.entry()["draft"]["sha256"]
    talk.write_again()
    talk.practice.ok("poll")
    assert talk.practice.run("approve", talk.id, "--sha256", shown).code == 1
    assert talk.entry()["draft"]["sha256"] != shown
    assert "they wrote again" in talk.blocked()
    talk.practice.ok("edit", talk.id, "--note", "I read both of your mails.")
    assert talk.blocked() == ""
    talk.practice.ok("approve", talk.id, "--now")
    assert len(talk.smtp.taken) == 1


def assert_one_letter_for_both(talk) -> None:  # type: ignore[no-untyped-def]
    """The older mail stepped back, and one letter to the newer one waits for a person."""
    assert talk.entry()["state"] == "folded"
    (newer,) = talk.practice.queue()
    assert newer["folds"] == [talk.id]
    talk.practice.ok("approve", newer["id"], "--now")
    assert len(talk.smtp.taken) == 1


def test_what_was_shown_is_what_is_sent(talk) -> None:  # type: ignore[no-untyped-def]
    """G10: approval freezes the bytes; templates and facts that change later change nothing."""
    talk.practice.ok("approve", talk.id)
    talk.practice.config.write_text(talk.practice.config.read_text().replace("$160", "$999"))
    talk.practice.ok("send")
    (taken,) = talk.smtp.taken
    assert b"$999" not in taken.data


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE outgoing SET to_address = 'thief@example.net'",
        "UPDATE outgoing SET mime = CAST(replace(CAST(mime AS TEXT), 'Harbor', 'Harbour') AS BLOB)",
        "UPDATE outgoing SET draft_sha256 = '0'",
        "UPDATE outgoing SET wire_sha256 = '0', mime = x'41'",
    ],
)
def test_a_changed_row_is_not_sent(talk, tampering: str) -> None:  # type: ignore[no-untyped-def]
    talk.practice.ok("approve", talk.id)
    a = talk.practice.assembly()
    with a.db.writing():
        a.db.run(tampering)
    a.close()
    done = talk.practice.run("send", "--json")
    assert done.code == 1
    assert done.json["failed"] == 1
    assert talk.smtp.taken == []
    assert talk.entry()["state"] == "waiting", "it is a person's again"
    assert not any(command.startswith("MAIL") for command in talk.smtp.commands)
