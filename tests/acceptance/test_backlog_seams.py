"""The backlog where it meets everything else: others who write, decide, forget and send while somebody goes through it."""

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inboxtriage.service import approvals, deciding, intake, queue, sending, writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import acting, reading, walk
from inboxtriage.service.queue import Entry
from inboxtriage.service.status import status
from inboxtriage.service.stop import Stop
from inboxtriage.service.upkeep import forgetting
from inboxtriage.store import messages
from tests.practice import ADDRESS, ASKS_ROOM, Practice, mail
from tests.terminal import Talk, talking
from tests.unit.test_interleavings import PEOPLE, World

CALL_ME = "Please do not write to this address, my husband reads it. Call me at 555-010-0123."
MINE = "Dear Jane, here is a letter of my own, which took me a while."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A practice with one letter that waits."""
    made = World(tmp_path)
    made.write(PEOPLE[0])
    made.poll()
    yield made
    made.a.close()


def looked_at(world: World, item: str = "m1") -> Entry:
    """A message as it is read now, by somebody who will write for a while."""
    found = queue.one(world.a, item).entry
    world.clock.ahead += timedelta(seconds=1)
    return found


def blocked(world: World, item: str = "m1") -> tuple[str, ...]:
    draft = queue.one(world.a, item).entry.draft
    assert draft is not None
    return draft.blocked


def answered_on_the_phone(world: World) -> None:
    """The owner answers the first mail from another mail client, and that is seen."""
    theirs = str(messages.get(world.a.db, 1).message_id)
    raw = mail("Yes, we do.", sender=f"Maya <{ADDRESS}>", to=PEOPLE[0], In_Reply_To=theirs, References=theirs)
    (world.practice.home / "sent" / "cur" / "1.test:2,S").write_bytes(raw)
    world.poll()


class TestWhileOneWrites:
    """A letter is typed for minutes; what happens meanwhile was not known to whoever typed it (G12, G13)."""

    def test_mail_that_comes_meanwhile_blocks_what_was_written(self, world: World) -> None:
        entry = looked_at(world)
        world.write(PEOPLE[0], CALL_ME)
        world.poll()
        made = acting.edit(world.a, entry, MINE)
        assert "they wrote again: read m2" in made.said
        assert "they wrote again" in blocked(world)[0]
        acting.edit(world.a, looked_at(world), f"{MINE} And I shall call.")
        assert blocked(world) == ()  # this time they had read it

    def test_an_answer_from_the_phone_meanwhile_blocks_what_was_written(self, world: World) -> None:
        entry = looked_at(world)
        answered_on_the_phone(world)
        world.clock.ahead += timedelta(seconds=1)
        assert "answered elsewhere" in acting.edit(world.a, entry, MINE).said
        world.clock.ahead += timedelta(seconds=1)
        acting.edit(world.a, looked_at(world), MINE)
        assert blocked(world) == ()

    def test_what_was_written_goes_to_the_letter_that_answers_both(self, world: World) -> None:
        entry = looked_at(world)
        world.write(PEOPLE[0], ASKS_ROOM)
        world.poll()
        assert messages.get(world.a.db, 1).head == "m2"
        made = acting.edit(world.a, entry, MINE)
        assert (made.failed, "m2" in made.said) == (False, True)
        draft = queue.one(world.a, "m2").entry.draft
        assert draft is not None
        assert (draft.draft.body, draft.edited, draft.blocked) == (MINE, True, ())
        again = acting.edit(world.a, entry, "Another letter.")
        assert (again.failed, "by hand" in again.said) == (True, True)
        assert queue.one(world.a, "m2").entry.draft == draft

    def test_an_editor_shows_what_could_not_be_kept(self, world: World) -> None:
        home = world.practice.home
        editor = home / "editor"
        editor.write_text(
            f'#!/bin/sh\nprintf "%s" "{MINE}" > "$1"\ntouch "{home}/writes"\n'
            f'while [ ! -e "{home}/go" ]; do sleep 0.1; done\n'
        )
        editor.chmod(0o700)
        world.practice.environment["EDITOR"] = str(editor)
        with talking(world.practice, "edit", "m1") as talk:
            while not (home / "writes").exists():
                assert talk.process.poll() is None
            world.practice.ok("reject", "m1")
            (home / "go").touch()
            assert talk.ended() == 1
        assert MINE in " ".join(talk.shown.split())
        assert "m1 is rejected" in talk.shown

    def test_a_letter_written_anew_does_not_forget_that_they_were_answered(self, world: World) -> None:
        deciding.edit(world.a, "m1", note="Lovely to hear from you.")
        world.clock.ahead += timedelta(minutes=1)
        answered_on_the_phone(world)
        assert "answered elsewhere" in blocked(world)[0]
        config = world.practice.config
        config.write_text(config.read_text().replace("$160", "$170"))
        world.clock.ahead += timedelta(minutes=1)
        world.again()
        assert writing.refresh(world.a) == 1
        assert "answered elsewhere" in blocked(world)[0]


class TestErasedMeanwhile:
    @pytest.fixture
    def three(self, practice: Practice) -> Practice:
        for n in range(3):
            practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>"))
        practice.ok("poll")
        return practice

    def test_the_others_of_a_group_go_on(self, three: Practice) -> None:
        a = three.assembly()
        (group,) = walk.steps(a)
        assert group.kind == "group"
        forgetting.forget(three.assembly(), "ann1@example.org", lambda _line: None)
        found = reading.read(a, group)
        assert found.gone == {"m2": "erased"}
        assert found.step is not None
        assert [entry.item.id for entry in found.step.entries] == ["m1", "m3"]
        assert found.step.card is not None

    def test_a_mail_that_a_letter_answers_too(self, world: World) -> None:
        world.write(PEOPLE[0], ASKS_ROOM)
        world.poll()
        (step,) = walk.steps(world.a)
        forgetting.forget(world.opened(), PEOPLE[0], lambda _line: None)
        found = reading.read(world.a, step)
        assert (found.step, found.gone) == (None, {"m2": "erased"})

    def test_the_screen_says_so_and_goes_on(self, three: Practice) -> None:
        with talking(three, "review") as talk:
            talk.until("What all of them say")
            three.ok("forget", "ann1@example.org", "--yes")
            until_approved(talk)
            talk.until("m2 waits no more: erased meanwhile")
            talk.press("q")
            talk.until("no daemon runs")
            talk.press("q")
            assert talk.ended() == 0
        assert sorted(one["queue_id"] for one in three.ok("outbox", "--json").json) == ["m1", "m3"]


class TestUndo:
    def test_only_what_was_done_in_this_sitting_is_taken_back(self, world: World) -> None:
        acting.relabel(world.a, "m1", ["availability"])
        (made,) = acting.approve(world.a, [("m1", str(queue.whole(world.a, "m1").entry.draft.sha256))])  # type: ignore[union-attr]
        assert not made.failed
        world.write(PEOPLE[0], CALL_ME)
        world.poll()
        sending.send(world.a)  # the last look voids the approval
        undone = acting.undo(world.a, made)
        assert (undone.failed, "relabel" in undone.said) == (True, True)
        assert messages.get(world.a.db, 1).verdict.labels == ("availability",)

    def test_what_another_terminal_did_since_stays(self, world: World) -> None:
        (made,) = acting.done(world.a, ["m1"], "phone")
        b: Assembly = world.opened()
        deciding.undo(b, "m1")
        deciding.reject(b, "m1", "changed my mind")
        assert acting.undo(world.a, made).failed
        assert messages.get(world.a.db, 1).state == "rejected"
        b.close()


class TestSnoozed:
    def test_status_counts_what_comes_back_at_that_moment(self, world: World) -> None:
        acting.snooze(world.a, "m1", world.clock.now() + timedelta(days=1))
        assert status(world.a).states == {"snoozed": 1}
        world.clock.ahead += timedelta(days=2)
        found = status(world.a)
        assert found.states == {"waiting": 1}
        assert any("1 message(s) waiting" in need for need in found.needs)

    @pytest.mark.parametrize("day", ["9999-12-31T23:59", "9999-12-31T23:59:59-12:00", "soon"])
    def test_a_day_that_is_none_is_said(self, day: str, world: World) -> None:
        done = world.practice.run("snooze", "m1", day)
        assert (done.code, done.err.count("\n"), "is no date" in done.err) == (2, 1, True)


class TestWordsChangedMeanwhile:
    """A daemon, or a review that is open, knows the responses and facts with which it began."""

    def test_what_began_earlier_does_not_take_newer_words_back(self, world: World) -> None:
        config = world.practice.config
        config.write_text(config.read_text().replace("$160", "$170"))
        world.clock.ahead += timedelta(minutes=1)
        newer = world.opened()
        (entry,) = queue.entries(newer)
        assert entry.draft is not None
        assert "$170" in entry.draft.draft.body
        queue.show_all(newer, [entry])
        world.clock.ahead += timedelta(minutes=1)
        for _ in range(2):  # a pass of what began before, and the review that is open
            intake.pass_over(world.a.again(), Stop())
            (found,) = queue.entries(world.a)
            assert found.draft is not None
            assert found.draft.sha256 == entry.draft.sha256
        approvals.approve(newer, "m1")
        newer.close()

    def test_what_began_later_writes_them_anew(self, world: World) -> None:
        world.clock.ahead += timedelta(minutes=1)
        world.write(PEOPLE[1])
        intake.pass_over(world.a, Stop())
        config = world.practice.config
        config.write_text(config.read_text().replace("$160", "$170"))
        newer = world.opened()
        bodies = [entry.draft.draft.body for entry in queue.entries(newer) if entry.draft is not None]
        assert ["$170" in body for body in bodies] == [True, True]
        newer.close()

    def test_a_letter_is_still_written_anew_when_it_is_late(self, world: World) -> None:
        before = queue.one(world.a, "m1").entry.draft
        world.clock.ahead += timedelta(days=9)
        (entry,) = queue.entries(world.a)
        assert before is not None
        assert entry.draft is not None
        assert entry.draft.sha256 != before.sha256


def until_approved(talk: Talk) -> None:
    """Read on and approve, as often as it takes until all of it was on the screen."""
    deadline = time.monotonic() + 60
    while "approved" not in talk.shown:
        assert time.monotonic() < deadline, talk.shown[-3000:]
        talk.press(" a")
        talk.listen(0.5)


class TestTheScreenIsTakenAway:
    @pytest.fixture
    def two(self, practice: Practice) -> Practice:
        practice.receive(mail(ASKS_ROOM, sender="Bo <bo@example.org>"))
        practice.receive(mail(ASKS_ROOM, sender="Cy <cy@example.org>"), days_ago=1)
        practice.ok("poll")
        return practice

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, None], ids=["ended", "hung up", "closed"])
    def test_what_was_decided_is_done(self, how: signal.Signals | None, two: Practice) -> None:
        a = two.assembly()
        with talking(two, "review") as talk:
            talk.until("What all of them say")
            with a.db.writing():  # for as long as this takes, no decision can be stored
                until_approved(talk)
                if how is None:
                    talk.hang_up()
                else:
                    talk.process.send_signal(how)
                    talk.until("\x1b[?1049l")  # the terminal is given back at once
            assert talk.process.wait(60) is not None
        assert {one["queue_id"]: one["state"] for one in two.ok("outbox", "--json").json} == {
            "m1": "queued",
            "m2": "queued",
        }

    def test_who_leaves_at_once_hears_what_could_not_be_done(self, two: Practice) -> None:
        a = two.assembly()
        with talking(two, "review") as talk:
            talk.until("What all of them say")
            with a.db.writing():
                until_approved(talk)
                talk.press("q")
                talk.until("finishing")
                a.db.run("UPDATE draft SET body = 'Another letter.' WHERE message = 2")
            talk.until("no daemon runs")
            talk.press("q")
            assert talk.ended() == 0
        assert "Not done: m2 has changed" in talk.shown.rpartition("\x1b[?1049l")[2]  # behind the screen
        assert [one["queue_id"] for one in two.ok("outbox", "--json").json] == ["m1"]

    def test_a_response_that_was_broken_meanwhile_is_said(self, tmp_path: Path) -> None:
        own = tmp_path / "own"
        own.mkdir()
        practice = Practice.in_folders(tmp_path, '\n[responses]\npath = "own"\n')
        practice.receive(mail(ASKS_ROOM, sender="Bo <bo@example.org>"))
        practice.ok("poll")
        (own / "insurance.md").write_text("+++\nnot toml at all\n+++\nwords")
        with talking(practice, "review") as talk:
            talk.until("Bo")
            talk.until("answer due")
            talk.press("l")
            talk.until("insurance.md")
            talk.press("d")
            talk.until("How was Bo dealt with (m1)?")
            talk.press("\x03")
            talk.until("approve")  # the mail is back
            talk.press("q")
            assert talk.ended() == 0
