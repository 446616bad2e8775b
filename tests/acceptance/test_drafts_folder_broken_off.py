"""The Drafts folder when a process dies in the middle, and on servers that can do less (G1, G12)."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.dovecot import Mailbox as Box
from tests.peers.meddler import Meddler, meddling
from tests.peers.smtp import SmtpPeer
from tests.practice import ADDRESS, ASKS_INSURANCE, Practice, mail

OWN_DRAFT = b"From: hello@harbor.example\r\nTo: friend@example.net\r\nSubject: Dinner\r\n\r\nOn Friday?\r\n"


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.mailbox()


@pytest.fixture
def smtp() -> Iterator[SmtpPeer]:
    with SmtpPeer() as peer:
        yield peer


@pytest.fixture
def between(dovecot: Dovecot) -> Iterator[Meddler]:
    with meddling(dovecot.plain_port) as meddler:
        yield meddler


@pytest.fixture
def practice(box: Box, smtp: SmtpPeer, between: Meddler, tmp_path: Path) -> Practice:
    """A practice whose mailbox is reached through the meddler."""
    box.deliver(mail(ASKS_INSURANCE))
    made = Practice.on_servers(tmp_path, box, smtp, imap_security="none")
    text = made.config.read_text()
    made.config.write_text(text.replace(f"port = {box.server.plain_port}", f"port = {between.port}"))
    return made


def killed(practice: Practice, between: Meddler, at: bytes, *words: str) -> None:
    """A run that is killed when this passes."""
    running: list[Popen[str]] = []
    between.victim = lambda: running[0].pid
    between.kill_at = at
    running.append(practice.start(*words))
    running[0].communicate(timeout=60)
    assert running[0].returncode == -9


@pytest.mark.parametrize("at", [b"APPEND ", b"[APPENDUID"])
def test_a_letter_lies_there_once_wherever_the_pass_died(
    at: bytes, practice: Practice, between: Meddler, box: Box
) -> None:
    killed(practice, between, at, "poll")
    practice.ok("poll")
    (lies,) = box.messages("Drafts")
    practice.ok("poll")
    assert box.messages("Drafts") == [lies]
    practice.queue()
    practice.ok("approve", "m1", "--now")
    assert box.messages("Drafts") == []


@pytest.mark.parametrize("at", [b"Drafts", b"UID STORE", b"EXPUNGE", b"Expunge completed"])
def test_a_sender_that_dies_while_it_takes_a_letter_away_sends_it_once(
    at: bytes, practice: Practice, between: Meddler, box: Box, smtp: SmtpPeer
) -> None:
    """G1: what we took away ourselves was not deleted by the owner; the mail leaves at the next start, once."""
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1")
    killed(practice, between, at, "send")
    assert smtp.connections == 0
    practice.ok("send")
    practice.ok("send")
    assert len(smtp.taken) == 1
    practice.ok("poll")
    assert [flags for flags in box.flags("Drafts").values() if b"\\Deleted" not in flags] == []
    assert practice.ok("show", "m1", "--json").json["how"] == "mail"


def test_an_answer_that_the_owner_knows_of_is_not_taken_for_the_letter(
    practice: Practice, between: Meddler, box: Box, smtp: SmtpPeer
) -> None:
    """They answered before, wrote this letter all the same, and the sender died after it had taken it away."""
    practice.ok("poll")
    theirs = practice.ok("show", "m1", "--json").json["message_id"]
    box.deliver(mail("See below.", sender=ADDRESS, to="jane@example.org", In_Reply_To=theirs), folder="Sent")
    practice.ok("poll")
    practice.ok("edit", "m1", "--note", "One thing more.")
    practice.ok("poll")
    practice.ok("show", "m1")
    practice.ok("approve", "m1")
    killed(practice, between, b"Expunge completed", "send")
    practice.ok("send")
    assert len(smtp.taken) == 1


def test_a_server_that_tells_no_uids_and_marks_no_folder(
    practice: Practice, between: Meddler, box: Box, smtp: SmtpPeer
) -> None:
    """Without UIDPLUS nothing is expunged: a bare EXPUNGE would take away what others have marked (LESSONS 10)."""
    between.rewrites = {
        b"UIDPLUS": b"XIDPLUS",
        b"MULTIAPPEND": b"XULTIAPPEND",
        b"APPENDUID": b"XPPENDUID",
        b"\\Drafts": b"\\Xrafts",
    }
    for n in range(3):
        box.deliver(mail(ASKS_INSURANCE, sender=f"n{n}@example.org"))
    box.deliver(OWN_DRAFT, folder="Drafts", flags=(b"\\Draft", b"\\Deleted"))
    practice.ok("poll")
    assert len(box.messages("Drafts")) == 5
    before = [raw for raw in box.messages("Drafts") if b"jane@example.org" not in raw]
    practice.queue()
    practice.ok("approve", "m1", "--now")
    assert len(smtp.taken) == 1
    gone = [uid for uid, flags in box.flags("Drafts").items() if b"\\Deleted" in flags]
    assert len(gone) == 2, "ours is marked beside the one that was marked before"
    assert [raw for raw in box.messages("Drafts") if b"jane@example.org" not in raw] == before
    practice.ok("poll")
    assert len(box.messages("Drafts")) == 5


def test_many_letters_are_put_there_in_few_commands(practice: Practice, between: Meddler, box: Box) -> None:
    for n in range(40):
        box.deliver(mail(ASKS_INSURANCE, sender=f"n{n}@example.org"))
    practice.ok("poll")
    assert len(box.messages("Drafts")) == 41
    assert sum(b" APPEND " in said for said in between.seen) == 1
    between.seen.clear()
    practice.ok("poll")
    about_drafts = [said for said in between.seen if b"Drafts" in said or (b"UID FETCH" in said and b"FLAGS" in said)]
    assert len(about_drafts) == 2, "an idle pass opens the folder and looks at the marks"
