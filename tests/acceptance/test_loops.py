"""Loops end, whoever says yes to everything; and no more leaves in a time than was set (G34)."""

import email
import os
import re
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from inboxtriage.clock import SystemClock
from inboxtriage.config.load import load
from inboxtriage.errors import InboxTriageError
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service import approvals, deciding, intake, outbox, queue, sending
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.queue import Entry
from tests.practice import ADDRESS, ALIAS, ASKS_INSURANCE, ASKS_ROOM, Practice, mail

ROUNDS = 9
MOST = 4  # [sending] per_person, as it is by default


class Hand:
    """The clock that a test moves by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """See Clock."""
        return SystemClock().now() + self.ahead


class YesToAll:
    """A practice whose owner approves everything that can be, and writes a line where there is no letter."""

    def __init__(self, practice: Practice, clock: Hand) -> None:
        os.environ.update(practice.environment)  # where the marks of sending lie
        self.practice, self.clock = practice, clock
        self.a = Assembly(load(practice.config), clock)
        self.refusals: list[str] = []
        self.fetched: set[str] = set()

    def entries(self) -> list[Entry]:
        return queue.entries(self.a)

    def approve_all(self, *, by_hand: bool = True) -> None:
        """`by_hand`: where there is no letter they write one."""
        intake.poll(self.a)
        for entry in self.entries():
            if not by_hand:
                break
            if entry.draft is None or any("fill in" in why for why in entry.draft.blocked):
                deciding.edit(self.a, entry.item.id, body="Thank you, I read this.")
        for entry in self.entries():
            if entry.draft is not None:
                try:
                    approvals.approve(self.a, entry.item.id, sha256=entry.draft.sha256)
                except InboxTriageError as refused:
                    self.refusals.append(str(refused))

    def letters(self) -> list[bytes]:
        """What left since the last look."""
        sending.send(self.a)
        folder = self.practice.home / "outgoing" / "new"
        new = [
            file for file in sorted(folder.iterdir(), key=lambda f: f.stat().st_mtime) if file.name not in self.fetched
        ]
        self.fetched |= {file.name for file in new}
        return [file.read_bytes() for file in new]

    def outbox(self) -> list[Outgoing]:
        return outbox.everything(self.a)


@pytest.fixture
def owner(practice: Practice) -> YesToAll:
    return YesToAll(practice, Hand())


@pytest.mark.parametrize("way", ["as it is", "stripped"])
def test_two_instances_facing_each_other(way: str, tmp_path: Path) -> None:
    """G34: each answers the other, each of their owners says yes; it ends, also where the way strips our headers."""
    clock, both = Hand(), []
    for name in ("one", "two"):
        home = tmp_path / name
        practice = Practice.in_folders(home)
        text = (
            practice.config.read_text().replace(ADDRESS, f"{name}@{name}.example").replace(ALIAS, f"x@{name}.example")
        )
        practice.config.write_text(text)
        both.append(YesToAll(practice, clock))
    both[0].practice.receive(mail(ASKS_INSURANCE, sender="two@two.example", to="one@one.example"))
    left = []
    for _ in range(ROUNDS):
        clock.ahead += timedelta(minutes=10)
        for here, there in (both, both[::-1]):
            here.approve_all(by_hand=way == "stripped")
            for letter in here.letters():
                there.practice.receive(letter if way == "as it is" else re.sub(rb"X-[^\r]*\r\n", b"", letter))
                left.append(letter)
    if way == "as it is":
        assert len(left) == 1, "ours asks for no automatic answer, which is a sign not to answer"
        (entry,) = both[1].entries()
        assert (entry.item.verdict.disposition, entry.draft) == ("read", None), (
            "a person wrote it, and it is not hidden"
        )
        return
    assert len(left) == 2 * MOST, "it went to and fro, and ended"
    assert any("is a machine answering?" in refusal for one in both for refusal in one.refusals)


@pytest.mark.parametrize("how", ["fresh tags", "fresh addresses in the thread"])
def test_an_echo_that_strips_every_header(how: str, owner: YesToAll) -> None:
    """G34: fresh Message-ID and address each time, no sign of a machine; the owner says yes to all."""
    asked, answer_to = [], ""
    for n in range(ROUNDS):
        owner.clock.ahead += timedelta(minutes=10)
        if how == "fresh tags":
            owner.practice.receive(mail(ASKS_INSURANCE, sender=f"Jane+{n}@Example.org"))
        else:
            owner.practice.receive(
                mail(ASKS_INSURANCE, sender=f"r{n}@x{n}.example", **({"In_Reply_To": answer_to} if answer_to else {}))
            )
        owner.approve_all()
        for letter in owner.letters():
            answer_to = str(email.message_from_bytes(letter, policy=policy.default)["Message-ID"])
            asked.append(answer_to)
    assert len(asked) == MOST
    assert any(f"{MOST} letters went to this person" in refusal for refusal in owner.refusals)
    blocked = [why for entry in owner.entries() if entry.draft for why in entry.draft.blocked]
    assert any("per_person" in why for why in blocked), "the queue says it too"
    owner.clock.ahead += timedelta(days=1)
    owner.approve_all()
    assert len(owner.letters()) >= 1, "a person is answered the next day"


def test_what_was_approved_before_is_held_back_too(owner: YesToAll) -> None:
    """G34: the rule holds at the last moment, not only at approval."""
    for n in range(3):
        owner.practice.receive(mail(ASKS_INSURANCE, sender=f"jane+{n}@example.org"))
    owner.approve_all()
    text = owner.practice.config.read_text()
    owner.practice.config.write_text(text + "\n[sending]\nper_person = 2\n")
    strict = Assembly(load(owner.practice.config), owner.clock)
    report = sending.send(strict)
    assert (report.sent, report.recalled) == (2, 1)
    assert "is a machine answering?" in report.problems[0]
    assert [mail_.state for mail_ in owner.outbox()] == ["sent", "sent", "cancelled"]


def test_the_hour_is_full(owner: YesToAll) -> None:
    """More approved mail than `per_hour` waits, says so, and leaves by itself."""
    for n in range(5):
        owner.practice.receive(mail(ASKS_INSURANCE, sender=f"person{n}@example.org"))
    owner.approve_all()
    owner.practice.config.write_text(owner.practice.config.read_text() + "\n[sending]\nper_hour = 2\n")
    owner.a = Assembly(load(owner.practice.config), owner.clock)
    report = sending.send(owner.a)
    assert report.sent == 2
    assert any("3 approved mail(s) wait" in problem for problem in report.problems)
    waiting = [mail_ for mail_ in owner.outbox() if mail_.state == "queued"]
    assert all("per_hour" in (mail_.last_reply or "") for mail_ in waiting)
    hours = [(mail_.not_before - owner.clock.now()) / timedelta(hours=1) for mail_ in waiting]
    assert [round(hour) for hour in hours] == [1, 1, 2]
    assert sending.send(owner.a).sent == 0
    owner.clock.ahead += timedelta(minutes=61)
    assert sending.send(owner.a).sent == 2
    owner.clock.ahead += timedelta(minutes=61)
    assert sending.send(owner.a).sent == 1


class TestOurOwnMail:
    """G34, G36: what we sent is never an inquiry, by whatever way it comes back."""

    @pytest.fixture
    def letter(self, owner: YesToAll) -> EmailMessage:
        owner.practice.receive(mail(ASKS_INSURANCE))
        owner.approve_all()
        (sent,) = owner.letters()
        read = email.message_from_bytes(sent, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @pytest.mark.parametrize("kept", ["Message-ID", "X-Loop"])
    def test_it_is_known_by_its_id_and_by_its_mark(self, kept: str, letter: EmailMessage, owner: YesToAll) -> None:
        """A list or a program sends it back from another address."""
        back = {kept.replace("-", "_"): str(letter[kept])} if kept == "X-Loop" else {}
        own_id = str(letter["Message-ID"]) if kept == "Message-ID" else None
        owner.practice.receive(mail(ASKS_ROOM, sender="list@elsewhere.example", message_id=own_id, **back))
        report = intake.poll(owner.a)
        assert report.dispositions["ignore"] == 1
        assert (report.drafts, report.leads_new) == (0, 0)
        (item,) = [entry.item for entry in queue.entries(owner.a, everything=True) if entry.item.state == "ignored"]
        assert item.verdict.automated == "our own mail came back"

    def test_an_answer_to_it_is_a_persons(self, letter: EmailMessage, owner: YesToAll) -> None:
        owner.practice.receive(mail(ASKS_ROOM, In_Reply_To=str(letter["Message-ID"])))
        assert intake.poll(owner.a).dispositions["ignore"] == 0

    def test_the_mark_of_another_installation_says_nothing(self, letter: EmailMessage, owner: YesToAll) -> None:
        owner.practice.receive(mail(ASKS_ROOM, sender="list@elsewhere.example", X_Loop="0" * 32))
        assert intake.poll(owner.a).dispositions["ignore"] == 0

    def test_it_bears_the_marks_of_an_approved_answer(self, letter: EmailMessage, owner: YesToAll) -> None:
        """G35: threaded, no `auto-replied`, asks for no automatic answer; its mark tells nothing of the practice."""
        (item,) = [entry.item for entry in queue.entries(owner.a, everything=True)]
        assert letter["In-Reply-To"] == item.message_id
        assert str(letter["References"]).split()[-1] == item.message_id
        assert letter["Auto-Submitted"] is None
        assert letter["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert len(letter.get_all("X-Loop", [])) == 1
        mark = str(letter["X-Loop"])
        assert len(mark) == 32
        assert set(mark) <= set("0123456789abcdef")
