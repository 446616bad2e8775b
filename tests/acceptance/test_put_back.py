"""A store that was put back by hand, copied or moved sends nothing on its own (G31)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inboxtriage.service import marking, sending
from inboxtriage.store.mark import MarkUnusable
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail


def without_traces(practice: Practice) -> Practice:
    """A provider that keeps no copies of sent mail: only the mark outside the store can tell."""
    practice.config.write_text(practice.config.read_text().replace('since = "all"', 'since = "all"\nsave_sent = "no"'))
    return practice


def approved(practice: Practice, *people: str) -> None:
    for person in people:
        practice.receive(mail(ASKS_INSURANCE, sender=f"{person}@example.org"))
    practice.ok("poll")
    practice.ok("approve", *[item["id"] for item in practice.queue()])


def states(practice: Practice) -> list[str]:
    return [out["state"] for out in practice.ok("outbox", "--json").json]


def snapshot(practice: Practice) -> Callable[[], None]:
    """The store's folder as it lies now; called, it puts it back."""
    kept = practice.home / "kept"
    shutil.copytree(practice.home / "store", kept)

    def put_back() -> None:
        shutil.rmtree(practice.home / "store")
        shutil.copytree(kept, practice.home / "store")

    return put_back


def unmarked(practice: Practice) -> None:
    """Take away the mark "answered" from every original."""
    for file in (practice.home / "inbox" / "cur").iterdir():
        file.rename(file.with_name(file.name.replace("R", "")))


def test_a_store_put_back_by_hand_asks_again(practice: Practice) -> None:
    """G31: by any copying tool, without a word to the program."""
    approved(without_traces(practice), "a", "b")
    put_back = snapshot(practice)
    assert practice.ok("send", "--json").json["sent"] == 2
    put_back()
    unmarked(practice)
    told = practice.run("check")
    assert told.code == 1
    assert "put back or copied" in told.out
    done = practice.run("send", "--json")
    assert done.code == 1
    assert done.json["recalled"] == 2
    assert "put back or copied" in done.err
    assert states(practice) == ["cancelled"] * 2
    assert len(practice.outgoing()) == 2
    assert "approve again" in practice.ok("status").out
    practice.ok("send")
    approved(practice)
    practice.ok("send")
    assert len(practice.outgoing()) == 4, "approved anew by a person"


def test_a_store_put_back_from_the_middle_of_a_delivery(dovecot: Dovecot, tmp_path: Path) -> None:
    """G1, G31: its claim was alive in the copy; what became of it is unknown to the copy."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = without_traces(Practice.on_servers(tmp_path, box, smtp))
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", "m1")
        a = practice.assembly()
        with a.db.writing():
            a.db.run("UPDATE outgoing SET state = 'sending', attempts = 1")
        a.close()
        put_back = snapshot(practice)
        assert practice.ok("send", "--json").json["sent"] == 1
        put_back()
        client = box.client()
        client.select_folder("INBOX")
        client.remove_flags(client.search(), [b"\\Answered"])
        client.logout()
        for _ in range(2):
            practice.run("send")
        assert states(practice) == ["cancelled"]
        assert len(smtp.taken) == 1


def test_a_store_on_a_computer_that_does_not_know_it_asks_again(practice: Practice) -> None:
    """G31: two computers with the same store would both send what it had approved."""
    approved(without_traces(practice), "a")
    practice.ok("send")
    approved(practice, "b")
    shutil.rmtree(practice.home / "state")
    assert practice.run("send", "--json").json["recalled"] == 1
    assert len(practice.outgoing()) == 1
    assert practice.ok("send", "--json").json["recalled"] == 0


def test_what_was_approved_on_another_computer_and_never_sent_asks_again(practice: Practice) -> None:
    """G31: the other one may have sent it since."""
    approved(without_traces(practice), "a")
    practice.environment["XDG_STATE_HOME"] = str(practice.home / "another computer")
    sent = practice.run("send", "--json")
    assert (sent.code, practice.outgoing(), states(practice)) == (1, [], ["cancelled"])
    practice.queue()
    practice.ok("approve", "m1", "--now")
    assert len(practice.outgoing()) == 1


def test_two_copies_on_one_computer_void_each_other(practice: Practice) -> None:
    """G31: whichever goes on makes the other one old."""
    approved(without_traces(practice), "a")
    practice.ok("send")
    approved(practice, "b", "c")
    other = Practice(practice.home, practice.home / "other.toml", practice.environment)
    shutil.copytree(practice.home / "store", practice.home / "second")
    other.config.write_text(practice.config.read_text().replace('path = "store"', 'path = "second"'))
    assert practice.ok("send", "--json").json["sent"] == 2
    assert other.run("send", "--json").json == {
        **dict.fromkeys(("sent", "deferred", "failed", "unknown"), 0),
        "recalled": 2,
        "acknowledged": 0,
        "problems": [practice_word(2)],
    }
    approved(practice, "d")
    assert practice.run("send", "--json").json["recalled"] == 1, "the other copy went on"
    assert len(practice.outgoing()) == 3


def practice_word(count: int) -> str:
    return (
        f"this store was put back or copied: {count} approved mail(s) that did not leave are taken back, as they may "
        "have left from another copy; look at them again (`inboxtriage queue`)"
    )


def test_a_death_between_the_count_and_the_mark_is_no_copy(practice: Practice) -> None:
    """G1, G31: the store may be one ahead of its mark; what was approved besides still leaves by itself."""
    approved(without_traces(practice), "a")
    practice.ok("send")
    approved(practice, "b")
    (mark,) = (practice.home / "state" / "inboxtriage").iterdir()
    mark.write_text(f"{int(mark.read_text()) - 1}\n")
    assert practice.ok("send", "--json").json["sent"] == 1
    assert int(mark.read_text()) == 2


def test_without_a_place_for_the_mark_nothing_is_sent(practice: Practice) -> None:
    """G31: safety first, with one line that says what to do."""
    approved(practice, "a")
    (practice.home / "state").rename(practice.home / "kept")
    (practice.home / "state").write_text("a file where a folder belongs")
    for words in (["send"], ["send", "--json"], ["approve", "m1"]):
        done = practice.run(*words)
        assert done.code == 1
        assert "make it writable" in done.err
        assert done.err.count("\n") == 1
    assert practice.outgoing() == []
    assert states(practice) == ["queued"]
    (practice.home / "state").unlink()
    (practice.home / "kept").rename(practice.home / "state")
    assert practice.ok("send", "--json").json["sent"] == 1
    (mark,) = (practice.home / "state" / "inboxtriage").iterdir()
    assert (mark.stat().st_mode & 0o777, mark.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "example.org" not in mark.name + mark.read_text()


def test_a_mark_that_cannot_follow_stops_the_letter_before_its_first_byte(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G31: the disk fills up between claim and hand-over; nothing leaves, and it leaves later."""
    approved(practice, "a")
    a = practice.assembly()
    monkeypatch.setenv("XDG_STATE_HOME", str(practice.home / "state"))

    following = marking.remember

    def full(*_: object) -> None:
        (practice.home / "state").chmod(0o500)
        monkeypatch.setattr(marking, "remember", following)
        raise MarkUnusable("no space left", do="make room")

    monkeypatch.setattr(marking, "remember", full)
    report = sending.send(a)
    assert report.sent == 0
    assert "make room" in "".join(report.problems)
    (practice.home / "state").chmod(0o700)
    assert practice.outgoing() == []
    assert states(practice) == ["deferred"]
    assert sending.send(a).sent == 1
    a.close()
    assert len(practice.outgoing()) == 1


@pytest.mark.parametrize("threaded", [True, False])
@pytest.mark.parametrize("noticed_by", ["poll", "send"])
def test_our_own_letter_in_sent_is_an_answer(threaded: bool, noticed_by: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G31: a copy of the store on a new computer finds what the first one sent, also without In-Reply-To (a form)."""
    box = dovecot.mailbox()
    form = f"Name: Jane Doe\nEmail: jane@example.org\nMessage: {ASKS_INSURANCE}\n"
    asked = mail(ASKS_INSURANCE, sender="jane@example.org")
    by_form = mail(form, sender="wordpress@site.example", subject="New message from your website")
    box.deliver(asked if threaded else by_form)
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp, since='"all"\ndrafts_folder = false')
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", "m1")
        put_back = snapshot(practice)
        practice.ok("send")
        assert len(box.messages("Sent")) == 1
        assert (b"In-Reply-To" in box.messages("Sent")[0]) == threaded
        client = box.client()
        client.select_folder("INBOX")
        client.remove_flags(client.search(), [b"\\Answered"])
        client.logout()
        put_back()
        count = (practice.home / "state" / "inboxtriage").iterdir()
        next(count).write_text("0\n")  # as if the mark had been put back with it
        practice.run(noticed_by)
        practice.run("send")
        assert states(practice) == ["cancelled"]
        assert len(smtp.taken) == 1
        (item,) = practice.ok("queue", "--all", "--json").json
        blocked = "; ".join(item["draft"]["blocked"])
        assert item["state"] == "answered" or "answered elsewhere" in blocked, "nothing is left to approve"
        assert practice.run("approve", "m1").code == 1


@pytest.mark.parametrize("noticed_by", ["poll", "send"])
def test_the_same_where_letters_lie_in_the_drafts_folder(noticed_by: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G31: its copy is gone and Sent has it, so it counts as answered by the owner."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", "m1")
        put_back = snapshot(practice)
        practice.ok("send")
        put_back()
        (marked,) = (practice.home / "state" / "inboxtriage").iterdir()
        marked.write_text("0\n")
        practice.run(noticed_by)
        practice.run("send")
        practice.run("poll")
        assert states(practice) == ["cancelled"]
        assert len(smtp.taken) == 1


def test_a_second_installation_on_the_same_mailbox_finds_the_first_ones_letter(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    """G31: both approved the same inquiry; the second to send sees the first one's copy in Sent."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        both = [Practice.on_servers(tmp_path / name, box, smtp) for name in ("one", "two")]
        for practice in both:
            practice.ok("poll")
            practice.queue()
            practice.ok("approve", "m1")
        assert both[0].ok("send", "--json").json["sent"] == 1
        client = box.client()
        client.select_folder("INBOX")
        client.remove_flags(client.search(), [b"\\Answered"])
        client.logout()
        assert both[1].run("send", "--json").json["recalled"] == 1
        assert len(smtp.taken) == 1
