"""Everybody who wrote is answered, or settled by the owner, or listed without an answer: never two of it, never none.

Whatever is decided, in whatever order, on a real store; the mail server is that of the interleavings.
"""

import os
import re
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from inboxtriage.errors import InboxTriageError
from inboxtriage.service import deciding, pinning, reckoning, resolving, sending
from inboxtriage.service.unanswered import Unanswered, unanswered
from inboxtriage.store import messages
from inboxtriage.store.messages import Item
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.unit.test_interleavings import PEOPLE, WAYS, AnyDay, World, runs, world

UNREADABLE = "\n".join(f"X-{n}: x" for n in range(1_100)).encode() + b"\n\nwords"
ADS = "Dear sir, buy our SEO services and marketing, best price. Book a demo of our services today."
DANGER = "I want to kill myself tonight."
OWED_NOTHING = {"vendor", "spam", "automated"}


class Forgotten(AnyDay):
    """Two people, a seller, a machine and bytes that nobody can read; and everything that a person can do about them."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.world.practice.receive(UNREADABLE)  # first, so that its number is also that of somebody's lead
        for who, body in zip(PEOPLE, (ASKS_INSURANCE, ASKS_ROOM), strict=True):
            self.world.write(who, body)
        self.world.write("Ads <ads@ads.example>", ADS)
        self.world.practice.receive(mail("News", sender="news@list.example", List_Id="<a.b>", Auto_Submitted="auto"))
        self.world.poll()

    def mails(self) -> list[Item]:
        return [item for item in messages.everything(self.world.a.db) if not item.is_letter]

    def some(self, n: int) -> str:
        mails = self.mails()
        return mails[n % len(mails)].id if mails else "m1"

    @rule(who=st.sampled_from([*PEOPLE, "new@example.com"]), body=st.sampled_from([ASKS_ROOM, DANGER, "Thank you!"]))
    def they_write(self, who: str, body: str) -> None:
        self.world.write(who, body)
        self.world.poll()

    @rule(n=st.integers(0, 9))
    def approve(self, n: int) -> None:
        with suppress(InboxTriageError):
            self.world.approve(self.some(n))

    @rule(n=st.integers(0, 9), what=st.sampled_from(["undo", "reject", "edit", "phone", "none", "snooze"]))
    def decide(self, n: int, what: str) -> None:
        a, item = self.world.a, self.some(n)
        with suppress(InboxTriageError):
            match what:
                case "undo":
                    deciding.undo(a, item)
                case "reject":
                    deciding.reject(a, item, None)
                case "edit":
                    deciding.edit(a, item, body=f"A letter of my own, {os.urandom(4).hex()}.")
                case "snooze":
                    deciding.snooze(a, item, self.world.clock.now() + timedelta(days=1))
                case how:
                    deciding.done(a, item, how, None)

    @rule(
        n=st.integers(0, 9), value=st.sampled_from(["insurance", "none", "vendor", "automated", "urgent", "not-urgent"])
    )
    def relabel(self, n: int, value: str) -> None:
        with suppress(InboxTriageError):
            deciding.relabel(self.world.a, self.some(n), [value])

    @rule(who=st.sampled_from(PEOPLE), rule=st.sampled_from(["ignore", "read"]))
    def pin(self, who: str, rule: str) -> None:
        pinning.pin(self.world.a, who, rule)

    @rule(n=st.integers(0, 9))
    def answer_elsewhere(self, n: int) -> None:
        with suppress(InboxTriageError):
            self.world.answer_elsewhere(self.some(n))
            self.world.poll()

    @rule(ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
    def send(self, ways: list[str]) -> None:
        self.world.server.ways = list(ways)
        self.world.send()

    @rule(n=st.integers(0, 9))
    def answer(self, n: int) -> None:
        """The way that most go."""
        self.approve(n)
        self.send(["taken"])

    @rule(sent=st.booleans())
    def resolve(self, sent: bool) -> None:
        for one in self.world.outbox():
            if one.state == "unknown":
                with suppress(InboxTriageError):
                    resolving.resolve(self.world.a, one.id, sent=sent, resend=not sent)

    @invariant()
    def everybody_is_in_exactly_one_place(self) -> None:
        if not hasattr(self, "world"):
            return
        a = self.world.a
        owed = [item for item in self.mails() if item.verdict.kind not in OWED_NOTHING]
        of = {item.number: item for item in self.mails()}
        waits = {item.id for item in owed if self.is_open(item, of)}
        stands = reckoning.standings(a.db)
        assert {f"m{number}" for number in stands} == {item.id for item in owed}
        assert {f"m{number}" for number, how in stands.items() if how == "unanswered"} == waits

        found, everybody = unanswered(a), {self.who(item) for item in owed}
        assert [one.since for one in found] == sorted(one.since for one in found)
        assert sorted(one.address or one.queue_id for one in found) == sorted(
            {self.who(item) for item in owed if item.id in waits}
        ), "each once, and nobody else"
        counted = reckoning.people(a)
        assert counted.wrote == len(everybody)
        assert counted.wrote == counted.answered + counted.settled + counted.waiting
        assert counted.waiting == len(found)
        for one in found:
            self.says_why(one)

    def who(self, item: Item) -> str:
        return item.answer_to or item.sender or item.id

    def is_open(self, item: Item, of: dict[int, Item]) -> bool:
        return (of[item.folded_into] if item.folded_into is not None else item).state in messages.OPEN

    def says_why(self, one: Unanswered) -> None:
        item = messages.find(self.world.a.db, one.queue_id)
        assert item.state in messages.OPEN
        sent = [mail for mail in self.world.outbox() if mail.item == item.id]
        if sent and sent[-1].state == "unknown":
            assert f"resolve {sent[-1].id}" in one.why
        elif sent and sent[-1].state == "failed":
            assert "sending failed" in one.why
        elif item.state == "approved":
            assert "approved" in one.why
        elif item.state == "snoozed" and item.snoozed_until and item.snoozed_until > self.world.clock.now():
            assert "snoozed until" in one.why
        else:
            assert any(said in one.why for said in ("draft", "you are to read it", "elsewhere")), one.why


TestForgotten = Forgotten.TestCase
TestForgotten.settings = runs(25)


def test_who_is_answered_by_one_letter_to_two_mails_waits_no_more() -> None:
    with world() as w:
        w.write(PEOPLE[0], ASKS_ROOM)
        w.poll()
        assert [item.state for item in messages.everything(w.a.db)] == ["folded", "waiting"]
        assert [one.queue_id for one in unanswered(w.a)] == ["m2"]
        w.approve("m2")
        sending.send(w.a)
        assert unanswered(w.a) == []
        assert reckoning.people(w.a) == reckoning.People(messages.get(w.a.db, 1).received_at, 1, 1, 0, 0)


def test_mail_of_nobody_known_is_not_taken_for_that_of_a_lead_of_the_same_number(tmp_path: Path) -> None:
    w = World(tmp_path)
    w.practice.receive(UNREADABLE, name="0.first")
    w.poll()
    w.write(PEOPLE[0])
    w.poll()
    first, second = messages.everything(w.a.db)
    assert (first.lead, second.lead) == (None, first.number)
    assert [one.queue_id for one in unanswered(w.a)] == ["m1", "m2"]
    w.a.close()


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("refused", "sending failed (550 nobody of that name): look at it again, `inboxtriage show m1`"),
        ("lost", "sending is unknown (lost): `inboxtriage resolve o1`"),
        ("no server", "approved, but nothing is sent (unreachable: nobody there): `inboxtriage check`"),
        ("put off", "approved, put off by the server (451 later); tried again at "),
    ],
)
def test_an_approved_letter_that_did_not_arrive_answers_nobody(way: str, why: str) -> None:
    with world() as w:
        w.approve("m1")
        assert re.match(r"approved, (?:leaves|was due to leave) at .*; no daemon runs: ", unanswered(w.a)[0].why)
        w.server.ways = [way]
        w.send()
        (one,) = unanswered(w.a)
        assert one.why.startswith(why)
        assert reckoning.people(w.a).waiting == 1


def test_what_is_listed_says_why(practice: Practice) -> None:
    practice.receive(mail(DANGER, sender="a@example.org"), days_ago=3)
    practice.receive(mail("Hi, it was lovely to see you at the wedding! Love, Kim", sender="k@example.org"), days_ago=2)
    practice.receive(mail(ASKS_INSURANCE, sender="X <j@example.org>", Reply_To="other@example.net"), days_ago=1)
    practice.receive(mail(ASKS_ROOM, sender="r@example.org"))
    practice.ok("poll")
    said = [one["why"] for one in practice.ok("unanswered", "--json").json]
    assert said[0].startswith("urgent, you are to read it now: ")
    assert said[1].startswith("you are to read it: ")
    assert said[2].startswith("its draft is blocked: ")
    assert said[3] == "a draft waits for your approval"
    shown = practice.ok("unanswered").out
    assert "4 people wrote since " in shown
    assert "0 answered, 0 settled by you, 4 wait." in shown
    assert "INBOX: 4 in the mailbox: 4 read; all accounted for" in shown
    practice.ok("snooze", "m4", "2999-01-01")
    assert "snoozed until Tue 1 Jan 2999 00:00" in practice.ok("unanswered").out
    practice.ok("reject", "m1")
    practice.ok("done", "m2", "--how", "phone")
    assert "0 answered, 2 settled by you, 2 wait." in practice.ok("unanswered").out
    assert "4 people wrote since" in practice.ok("digest").out
    assert practice.ok("digest", "--json").json["people"]["settled"] == 2


def test_what_is_not_accounted_for_is_said(practice: Practice) -> None:
    assert "practice: not read yet: `inboxtriage poll`" in practice.ok("unanswered").out
    practice.receive(mail())
    practice.ok("poll")
    a = practice.assembly()
    with a.db.writing():
        a.db.run("UPDATE tally SET in_mailbox = 3")
    a.close()
    assert "INBOX: 3 in the mailbox: 1 read; 2 not accounted for: `inboxtriage poll`" in practice.ok("unanswered").out
