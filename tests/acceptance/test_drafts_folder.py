"""The owner's Drafts folder as a place to approve: a second mail client is the phone (G12, LESSONS 10)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from inboxtriage.config.load import load
from inboxtriage.service import intake
from inboxtriage.service.assembly import Assembly
from tests.peers.dovecot import Dovecot
from tests.peers.dovecot import Mailbox as Box
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ADDRESS, ASKS_INSURANCE, Practice, mail, plain_text

THEIRS = "<theirs@example.org>"
OWN_DRAFT = b"From: hello@harbor.example\r\nTo: friend@example.net\r\nSubject: Dinner\r\n\r\nOn Friday?\r\n"


class LaterClock:
    """The present, moved on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Phone:
    """The owner's other mail client."""

    def __init__(self, box: Box) -> None:
        self.client: IMAPClient = box.client()

    def drafts(self) -> dict[int, tuple[tuple[bytes, ...], bytes]]:
        """Flags and bytes of what lies in Drafts."""
        self.client.select_folder("Drafts", readonly=True)
        found = self.client.fetch(self.client.search(), ["FLAGS", "BODY.PEEK[]"])
        return {
            uid: (tuple(f for f in data[b"FLAGS"] if f != b"\\Recent"), data[b"BODY[]"]) for uid, data in found.items()
        }

    def delete(self, *uids: int) -> None:
        self.client.select_folder("Drafts")
        self.client.delete_messages(uids)
        self.client.expunge(uids)

    def send(self, raw: bytes, **headers: str | None) -> None:
        """Send a draft as most clients do: a new Message-ID, a copy in Sent, away with the draft."""
        self.client.append("Sent", changed(raw, **headers), [b"\\Seen"])


def changed(raw: bytes, body: str | None = None, **headers: str | None) -> bytes:
    """A mail with other headers (None takes one away) and, where given, another text."""
    made = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(made, EmailMessage)
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        if value is not None:
            made[name.replace("_", "-")] = value
    if body is not None:
        made.clear_content()
        made.set_content(body)
    return made.as_bytes()


class House:
    """A practice on servers with one inquiry and its letter in Drafts."""

    def __init__(self, box: Box, smtp: SmtpPeer, home: Path, *mails: bytes) -> None:
        self.box, self.smtp = box, smtp
        box.deliver(*(mails or (mail(ASKS_INSURANCE, message_id=THEIRS),)))
        self.practice = Practice.on_servers(home, box, smtp)
        self.clock = LaterClock()
        self.poll()
        self.phone = Phone(box)

    def poll(self, minutes: float = 0) -> dict[str, Any]:
        """A pass, some minutes from now."""
        self.clock.ahead += timedelta(minutes=minutes)
        os.environ.update(self.practice.environment)
        a = Assembly(load(self.practice.config), self.clock)
        try:
            report = intake.poll(a)
        finally:
            a.close()
        assert [account.error for account in report.accounts] == [None]
        return {"notices": report.notices, "answered": report.answered_elsewhere}

    def letters(self) -> dict[int, bytes]:
        """Our letters in Drafts."""
        return {uid: raw for uid, (_, raw) in self.phone.drafts().items() if b"X-Inboxtriage-Draft" in raw}

    def letter(self) -> tuple[int, bytes]:
        ((uid, raw),) = self.letters().items()
        return uid, raw

    def item(self, who: str = "m1") -> dict[str, Any]:
        found: dict[str, Any] = self.practice.ok("show", who, "--json").json
        return found

    def blocked(self, who: str = "m1") -> str:
        return "; ".join(self.item(who)["draft"]["blocked"])


@contextmanager
def house(dovecot: Dovecot, home: Path, *mails: bytes) -> Iterator[House]:
    with SmtpPeer() as smtp:
        made = House(dovecot.mailbox(), smtp, home, *mails)
        yield made
        made.phone.client.logout()


@pytest.fixture
def one(dovecot: Dovecot, tmp_path: Path) -> Iterator[House]:
    with house(dovecot, tmp_path) as made:
        yield made


class TestWhatLiesThere:
    def test_the_letter_lies_there_threaded_and_as_shown(self, one: House) -> None:
        (flags, raw), *others = one.phone.drafts().values()
        assert not others
        assert set(flags) == {b"\\Draft", b"\\Seen"}
        lies = message_from_bytes(raw, policy=policy.default)
        draft = one.item()["draft"]
        assert isinstance(lies, EmailMessage)
        assert (lies["To"], lies["Subject"]) == (draft["to"], draft["subject"])
        assert plain_text(lies).split() == draft["body"].split()
        assert lies["In-Reply-To"] == THEIRS
        assert lies["From"] == f"Harbor Counseling <{ADDRESS}>"
        one.poll()
        assert list(one.phone.drafts().values()) == [(flags, raw)], "a second pass puts no second one"
        assert one.smtp.connections == 0

    def test_what_is_blocked_or_safety_text_never_lies_there(self, dovecot: Dovecot, tmp_path: Path) -> None:
        mails = [
            mail(ASKS_INSURANCE, sender="a@example.org", Reply_To="other@elsewhere.example"),
            mail("I want to kill myself tonight. Please help me.", sender="b@example.org"),
            mail("Buy our search engine services now!", sender="c@vendor.example"),
        ]
        with house(dovecot, tmp_path, *mails) as made:
            text = made.practice.config.read_text()
            made.practice.config.write_text(text.replace("[store]", '[practice.urgent]\ntext = "Call 988."\n[store]'))
            made.poll()
            assert made.phone.drafts() == {}

    def test_a_letter_that_changes_here_is_replaced(self, one: House) -> None:
        before, _ = one.letter()
        one.practice.ok("edit", "m1", "--body", "-", stdin="Dear Jane, we have room. Maya")
        one.poll()
        uid, raw = one.letter()
        assert uid != before
        assert b"we have room" in raw

    @pytest.mark.parametrize(
        "how", [("reject", "m1"), ("snooze", "m1", "2099-01-01"), ("done", "m1", "--how", "phone")]
    )
    def test_what_is_settled_here_is_taken_away(self, how: tuple[str, ...], one: House) -> None:
        one.practice.ok(*how)
        one.poll()
        assert one.letters() == {}

    def test_the_key_takes_them_away_and_puts_them_back(self, one: House) -> None:
        text = one.practice.config.read_text()
        one.practice.config.write_text(text.replace('since = "all"', 'since = "all"\ndrafts_folder = false'))
        one.poll()
        assert one.phone.drafts() == {}
        assert "drafts stay here" in one.practice.run("check").out
        one.practice.config.write_text(text)
        one.poll()
        assert len(one.letters()) == 1
        assert "drafts lie in Drafts too" in one.practice.run("check").out


class TestOnThePhone:
    @pytest.mark.parametrize(
        "client",
        [
            {},  # sends it as it is
            {"Message_ID": "<new@phone.example>"},
            {"Message_ID": "<new@phone.example>", "X_Inboxtriage_Draft": None, "body": "Dear Jane, yes."},
        ],
    )
    def test_sent_from_there_counts_as_sent(self, client: dict[str, str | None], one: House) -> None:
        """G12: answered, the lead goes on, nothing is sent by us."""
        uid, raw = one.letter()
        one.phone.send(raw, **client)
        one.phone.delete(uid)
        one.poll()
        item = one.item()
        assert (item["state"], item["how"]) == ("answered", "drafts folder")
        assert "reply sent" in [event["kind"] for event in item["events"]]
        one.poll(10)
        assert one.letters() == {}
        assert one.practice.run("approve", "m1", "--now").code == 1
        assert one.smtp.connections == 0
        assert len(one.box.messages("Sent")) == 1, "and what lies in Sent is as it was"

    @pytest.mark.parametrize("first", ["sent", "drafts"])
    def test_a_client_may_take_its_time_between_sent_and_drafts(self, first: str, one: House) -> None:
        uid, raw = one.letter()
        nameless: dict[str, str | None] = {"Message_ID": "<new@phone.example>", "X_Inboxtriage_Draft": None}
        if first == "sent":
            one.phone.send(raw, **nameless)
        else:
            one.phone.delete(uid)
        one.poll(1)
        if first == "sent":
            assert one.item()["state"] == "waiting"
            assert one.blocked()
            one.phone.delete(uid)
        else:
            assert one.item()["state"] == "rejected", "as far as anybody can tell"
            one.phone.send(raw, **nameless)
        one.poll(1)
        assert one.item()["state"] == "answered"

    def test_an_answer_of_their_own_leaves_the_letter_to_be_decided(self, one: House) -> None:
        """G12: it was not sent from there; it is blocked, asked about, and lies there no more."""
        one.phone.client.append("Sent", mail("Call me.", sender=ADDRESS, to="jane@example.org", In_Reply_To=THEIRS))
        one.poll()
        assert "answered elsewhere" in one.blocked()
        one.poll(5)
        assert one.letters() == {}
        one.poll(5)
        assert one.item()["state"] == "waiting"

    def test_deleted_there_is_rejected_and_can_be_undone(self, one: House) -> None:
        uid, _ = one.letter()
        one.phone.delete(uid)
        report = one.poll()
        item = one.item()
        assert (item["state"], item["how"]) == ("rejected", "deleted in the Drafts folder")
        assert any("undo m1" in notice for notice in report["notices"])
        one.practice.ok("undo", "m1")
        one.poll()
        assert one.blocked() == ""
        assert len(one.letters()) == 1

    def test_undone_and_approved_before_a_pass_it_leaves(self, one: House) -> None:
        uid, _ = one.letter()
        one.phone.delete(uid)
        one.poll()
        one.practice.ok("undo", "m1")
        one.item()
        one.practice.ok("approve", "m1", "--now")
        assert len(one.smtp.taken) == 1

    def test_a_letter_to_a_form_that_was_deleted_is_rejected_after_a_grace(
        self, dovecot: Dovecot, tmp_path: Path
    ) -> None:
        """It answers no mail, so nobody can look in Sent for its answer."""
        form = f"Name: Jane Doe\nEmail: jane@example.org\nMessage: {ASKS_INSURANCE}\n"
        with house(dovecot, tmp_path, mail(form, sender="wordpress@site.example", subject="New message")) as made:
            uid, _ = made.letter()
            made.phone.delete(uid)
            made.poll()
            assert made.item()["state"] == "waiting"
            assert "gone from your Drafts folder" in made.blocked()
            made.poll(1)
            assert made.item()["state"] == "waiting", "a phone may be slow with Sent"
            made.poll(2)
            assert made.item()["state"] == "rejected"

    def test_edited_there_is_left_alone_until_it_is_sent(self, one: House) -> None:
        uid, raw = one.letter()
        edited = changed(raw, "Dear Jane, in my own words.", Message_ID="<2@phone.example>", X_Inboxtriage_Draft=None)
        one.phone.client.append("Drafts", edited, [b"\\Draft"])
        one.phone.delete(uid)
        before = one.phone.drafts()
        one.poll()
        one.poll(10)
        assert "being edited in your mail client" in one.blocked()
        assert "being edited" in one.practice.run("approve", "m1").err
        assert one.phone.drafts() == before
        one.phone.send(edited, Message_ID="<3@phone.example>")
        one.phone.delete(*before)
        one.poll(10)
        assert one.item()["state"] == "answered"

    def test_edited_then_deleted_is_rejected(self, one: House) -> None:
        uid, raw = one.letter()
        one.phone.client.append("Drafts", changed(raw, "Dear Jane, hm."), [b"\\Draft"])
        one.phone.delete(uid)
        one.poll()
        assert "being edited" in one.blocked()
        one.phone.delete(*one.phone.drafts())
        one.poll(5)
        one.poll(5)
        assert one.item()["state"] == "rejected"

    def test_a_letter_to_a_form_is_known_by_whom_it_went_to(self, dovecot: Dovecot, tmp_path: Path) -> None:
        """It answers no mail of the person's, so nothing else tells it."""
        form = f"Name: Jane Doe\nEmail: jane@example.org\nMessage: {ASKS_INSURANCE}\n"
        notice = mail(form, sender="wordpress@site.example", subject="New message from your website")
        with house(dovecot, tmp_path, notice) as made:
            uid, raw = made.letter()
            assert b"In-Reply-To" not in raw
            made.phone.send(raw, Message_ID="<new@phone.example>", X_Inboxtriage_Draft=None)
            made.phone.delete(uid)
            made.poll()
            assert made.item()["state"] == "answered"

    def test_an_emptied_folder_rejects_nothing(self, dovecot: Dovecot, tmp_path: Path) -> None:
        mails = [mail(ASKS_INSURANCE, sender=f"n{n}@example.org") for n in range(7)]
        with house(dovecot, tmp_path, *mails) as made:
            kept = made.letters()
            assert len(kept) == 7
            made.phone.delete(*kept)
            report = made.poll()
            assert any("none was rejected" in notice for notice in report["notices"])
            for _ in range(3):
                made.poll(5)
            assert {item["state"] for item in made.practice.queue()} == {"waiting"}
            assert made.letters() == {}
            for raw in kept.values():  # put back from the trash
                made.phone.client.append("Drafts", raw, [b"\\Draft", b"\\Seen"])
            made.poll()
            made.phone.delete(next(iter(made.letters())))
            made.poll()
            made.poll(5)
            assert len(made.practice.queue()) == 6

    def test_a_folder_numbered_anew_is_no_deletion(self, one: House) -> None:
        """G19: no old uid is acted on; the letter is found again by its name and its bytes."""
        _, raw = one.letter()
        before = one.phone.client.select_folder("Drafts")[b"UIDVALIDITY"]
        one.phone.client.select_folder("INBOX")
        one.phone.client.rename_folder("Drafts", "Old drafts")
        one.phone.client.create_folder("Drafts")
        one.phone.client.logout()
        one.phone = Phone(one.box)
        assert one.phone.client.select_folder("Drafts")[b"UIDVALIDITY"] != before
        assert any("none was rejected" in notice for notice in one.poll()["notices"])
        one.poll(5)
        assert one.item()["state"] == "waiting"
        one.phone.client.append("Drafts", OWN_DRAFT, [b"\\Draft"])
        one.phone.client.append("Drafts", raw, [b"\\Draft", b"\\Seen"])
        one.poll()
        one.poll(5)
        assert one.blocked() == ""
        assert len(one.letters()) == 1
        one.practice.ok("approve", "m1", "--now")
        assert [raw for _, raw in one.phone.drafts().values()] == [OWN_DRAFT]


class TestApprovedHere:
    def test_the_copy_is_gone_before_the_text_leaves(self, one: House) -> None:
        seen: list[int] = []
        one.smtp.misbehave["connect"] = Misbehaviour(look=lambda: seen.append(len(one.box.messages("Drafts"))))
        one.item()
        one.practice.ok("approve", "m1", "--now")
        assert seen == [0]
        assert len(one.smtp.taken) == 1
        (sent,) = one.box.messages("Sent")
        assert b"X-Inboxtriage-Draft" not in sent
        one.poll(5)
        assert one.item()["how"] == "mail"

    @pytest.mark.parametrize("late", ["sent", "edited", "deleted"])
    def test_what_the_phone_did_meanwhile_recalls_the_approval(self, late: str, one: House) -> None:
        """G12: never two mails."""
        uid, raw = one.letter()
        one.item()
        one.practice.ok("approve", "m1")
        nameless: dict[str, str | None] = {"Message_ID": "<new@phone.example>", "X_Inboxtriage_Draft": None}
        if late == "sent":
            one.phone.send(raw, **nameless)
        elif late == "edited":
            one.phone.client.append("Drafts", changed(raw, "Dear Jane, hm."), [b"\\Draft"])
        one.phone.delete(uid)
        sent = one.practice.run("send", "--json").json
        assert (sent["sent"], sent["recalled"]) == (0, 1)
        assert one.smtp.connections == 0
        words = {"sent": "sent from your Drafts folder", "edited": "being edited", "deleted": "gone from your Drafts"}
        assert words[late] in sent["problems"][0]
        item = one.item()
        assert item["state"] == ("answered" if late == "sent" else "waiting")
        one.poll(5)
        one.poll(5)
        assert one.item()["state"] == {"sent": "answered", "edited": "waiting", "deleted": "rejected"}[late]

    def test_what_the_pass_finds_withdraws_the_approval(self, one: House) -> None:
        uid, raw = one.letter()
        one.item()
        one.practice.ok("approve", "m1")
        one.phone.send(raw)
        one.phone.delete(uid)
        one.poll()
        assert [mail_["state"] for mail_ in one.practice.ok("outbox", "--json").json] == ["cancelled"]
        one.practice.ok("send")
        assert one.smtp.connections == 0

    def test_no_mail_leaves_while_the_copy_may_lie_there(self, one: House) -> None:
        """The mailbox cannot be reached: a pass a minute ago would do, were there no copy."""
        one.item()
        one.practice.ok("approve", "m1")
        text = one.practice.config.read_text()
        one.practice.config.write_text(text.replace(f"port = {one.box.server.tls_port}", "port = 9"))
        one.practice.run("send")
        assert one.smtp.connections == 0
        one.practice.config.write_text(text)
        one.practice.ok("send")
        assert len(one.smtp.taken) == 1
        assert one.letters() == {}

    def test_a_refused_mail_brings_its_letter_back(self, one: House) -> None:
        one.smtp.misbehave["rcpt"] = Misbehaviour(answer="550 no such person")
        one.item()
        assert one.practice.run("approve", "m1", "--now").code == 1
        one.poll()
        assert one.item()["state"] == "waiting"
        assert len(one.letters()) == 1


class TestOthersMail:
    def test_only_what_we_wrote_is_ever_touched(self, one: House) -> None:
        """LESSONS 10: another's draft keeps bytes and flags through everything that we do there."""
        one.phone.client.append("Drafts", OWN_DRAFT, [b"\\Draft", b"\\Flagged"])
        in_thread = changed(OWN_DRAFT, Subject="Re: Therapy", In_Reply_To="<another@example.org>")
        one.phone.client.append("Drafts", in_thread, [b"\\Draft"])
        one.phone.client.append("Drafts", OWN_DRAFT.replace(b"Dinner", b"Old"), [b"\\Draft", b"\\Deleted"])
        ours, _ = one.letter()
        theirs = {uid: kept for uid, kept in one.phone.drafts().items() if uid != ours}
        assert len(theirs) == 3
        one.practice.ok("edit", "m1", "--body", "-", stdin="Dear Jane, we have room. Maya")
        one.poll()
        one.practice.queue()
        one.practice.ok("approve", "m1", "--now")
        one.poll()
        assert one.phone.drafts() == theirs

    def test_a_star_makes_it_no_other_letter(self, one: House) -> None:
        uid, _ = one.letter()
        one.phone.client.select_folder("Drafts")
        one.phone.client.add_flags([uid], [b"\\Flagged", b"later"])
        one.poll()
        assert one.blocked() == ""
        one.practice.ok("approve", "m1", "--now")
        assert one.phone.drafts() == {}

    def test_what_is_no_draft_any_more_is_not_ours(self, one: House) -> None:
        uid, _ = one.letter()
        one.phone.client.select_folder("Drafts")
        one.phone.client.remove_flags([uid], [b"\\Draft"])
        before = one.phone.drafts()
        one.poll()
        assert "being edited" in one.blocked()
        one.practice.ok("reject", "m1")
        one.poll()
        assert one.phone.drafts() == before
