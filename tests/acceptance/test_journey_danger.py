"""Safety of the client's journey: nothing to who asked for none, nothing to somebody else, nothing lost to a bad file."""

import os
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from inboxtriage.triage.score import score
from tests.acceptance.test_absence import DANGER, NOON, Owner
from tests.acceptance.test_due import LETTER, Life, life
from tests.practice import ASKS_ROOM, Practice, mail

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
# A Tuesday at ten in New York, far ahead.
CLOCK = {"LD_PRELOAD": str(next(iter(_LIBRARIES), "")), "FAKETIME": "@2026-12-08 15:00:00", "TZ": "UTC"}
STOP = "Please stop writing to me. Do not contact me again."


@pytest.fixture
def away(practice: Practice) -> Owner:
    made = Owner(practice, NOON - timedelta(hours=1))
    made.approve()
    made.clock.at = NOON
    return made


class TestWhoAsksForNoMoreMail:
    def test_gets_no_acknowledgement_of_an_absence_before_anybody_has_read_it(self, away: Owner) -> None:
        away.came()
        away.send()
        assert away.states() == ["sent"]
        away.came(mail(STOP, sender="Kim <kim@example.org>"))
        assert away.states() == ["sent"], "a stranger"

    def test_nor_one_that_waits_when_they_say_so(self, away: Owner) -> None:
        away.came()
        assert away.states() == ["queued"]
        away.came(mail(STOP))
        away.send()
        assert away.states() == ["cancelled"]
        assert away.letters() == []

    @pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
    def test_gets_no_letter_of_ours_before_that_is_decided(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-23T10:00").poll()
        days.writes(STOP)
        days.ok("done", "m3", "--how", "none")
        days.ok("lead", "letter", "p1", "free-offer")
        days.queue()
        for letter in ("m2", "m4"):
            done = days.run("approve", letter, "--now")
            assert done.code == 1
            assert "lead take p1 contact" in done.err
        assert len(days.practice.outgoing()) == 1
        days.ok("lead", "dismiss", "p1", "contact")
        assert not any("contact" in why for one in days.letters() for why in one["draft"]["blocked"])


@pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
def test_a_reminder_that_waits_by_hand_is_not_written_a_second_time_by_the_plan(tmp_path: Path) -> None:
    days = life(tmp_path)
    days.answered()
    days.at("2026-11-20T10:00").ok("lead", "letter", "p1", "nudge")
    days.at("2026-11-23T10:00").poll()
    assert [one["id"] for one in days.letters()] == ["m2"]
    days.ok("reject", "m2")
    days.poll()
    assert [one["id"] for one in days.letters()] == ["m3"], "it was not for this"


class TestWhoWasMergedAndSplit:
    @pytest.fixture
    def two(self, practice: Practice) -> Practice:
        """Ann, who has no address, was taken for Jane: a letter for Ann waits under Jane's address."""
        practice.ok("lead", "add", "--phone", "555-010-0123", "--name", "Ann Lee", "--stage", "engage")
        practice.ok("lead", "add", "jane@example.org", "--name", "Jane Doe", "--stage", "engage")
        practice.ok("lead", "merge", "p1", "p2")
        practice.ok("lead", "letter", "p1", "check-in")
        assert practice.ok("queue", "--json").json[0]["draft"]["to"] == "jane@example.org"
        return practice

    def test_a_letter_for_one_that_was_edited_is_not_approved_to_the_other(self, two: Practice) -> None:
        two.ok("edit", "m1", "--note", "It was good to hear you.")
        body = two.home / "body.txt"
        body.write_text("How are you, Ann?")
        two.ok("edit", "m1", "--body", str(body))
        two.ok("lead", "split", "p2")
        two.ok("show", "m1")
        done = two.run("approve", "m1", "--now")
        assert done.code == 1
        assert "p2" in done.err
        assert two.outgoing() == []

    def test_nor_does_one_leave_that_was_approved_before(self, two: Practice) -> None:
        two.ok("approve", "m1")
        two.ok("lead", "split", "p2")
        two.environment |= CLOCK
        two.ok("poll")
        two.run("send")
        assert two.outgoing() == []
        assert two.ok("outbox", "--json").json[0]["state"] == "cancelled"

    def test_what_came_from_their_other_address_is_seen_before_an_answer_leaves(self, practice: Practice) -> None:
        practice.receive(mail())
        practice.ok("poll")
        practice.ok("lead", "add", "j@work.example")
        practice.ok("lead", "merge", "p1", "p2")
        practice.ok("show", "m1")
        practice.ok("approve", "m1")
        practice.receive(mail(DANGER, sender="J <j@work.example>"))
        practice.run("send")
        assert practice.outgoing() == []
        assert practice.ok("outbox", "--json").json[0]["state"] == "cancelled"

    @pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
    def test_a_reminder_goes_where_the_conversation_was(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered("Jane <jane@work.example>")
        days.writes(sender="Jane <jane@home.example>")
        (answer,) = [one["id"] for one in days.queue() if one["draft"]]
        days.ok("lead", "merge", "p1", "p2")
        days.queue()
        days.ok("approve", answer, "--now")
        days.at("2026-11-23T10:00").poll()
        assert [one["draft"]["to"] for one in days.letters()] == ["jane@home.example"]
        days.practice.config.write_text(days.practice.config.read_text().replace("Harbor Counseling", "Harbor"))
        days.poll()
        (letter,) = days.letters()
        assert letter["draft"]["to"] == "jane@home.example", "and when it is written anew"

    @pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
    @pytest.mark.parametrize("first", ["m1", "m2"])
    def test_one_birthday_is_one_letter(self, first: str, tmp_path: Path) -> None:
        days = life(tmp_path, profile="general")
        for who in ("a@example.org", "b@example.org"):
            days.ok("lead", "add", who, "--stage", "engage")
            days.ok("lead", "date", who, "birthday", "11-16")
        days.poll()
        assert len(days.letters()) == 2
        days.ok("approve", first, "--now")
        days.ok("lead", "merge", "p1", "p2")
        days.poll()
        assert days.letters() == []

    @pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
    def test_both_approved_one_leaves(self, tmp_path: Path) -> None:
        days = life(tmp_path, profile="general")
        for who in ("a@example.org", "b@example.org"):
            days.ok("lead", "add", who, "--stage", "engage")
            days.ok("lead", "date", who, "birthday", "11-16")
        days.poll()
        days.letters()
        days.ok("approve", "m1", "m2")
        days.ok("lead", "merge", "p1", "p2")
        days.at("2026-11-16T11:00").run("send")
        assert len(days.practice.outgoing()) == 1

    def test_written_anew_it_has_no_recipient(self, two: Practice) -> None:
        two.ok("lead", "split", "p2")
        two.ok("poll")
        item = two.ok("show", "m1", "--json").json
        assert item["draft"]["to"] is None
        assert item["draft"]["blocked"]
        assert two.run("approve", "m1", "--now").code == 1
        assert two.outgoing() == []


@pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
class TestFilesThatCannotBeRead:
    @pytest.mark.parametrize("broken", [b"\xff\xfe+++", b"+++\ntitle =\n+++\nHello", b"+++\ntitle = 1\n+++\n"])
    def test_a_letter_stops_no_pass_and_waits_with_a_gap_until_it_is_mended(
        self, broken: bytes, tmp_path: Path
    ) -> None:
        days = life(tmp_path)
        days.answered()
        own = tmp_path / "mine" / "letters" / "nudge.md"
        own.write_bytes(broken)
        passed = days.at("2026-11-23T10:00").poll()
        assert passed["touches"]["written"] == 1
        assert "nudge.md" in " ".join(days.letters()[0]["draft"]["blocked"])
        days.due()
        days.ok("digest")
        own.write_text(LETTER.format(name="nudge"))
        days.poll()
        (letter,) = days.letters()
        assert letter["draft"]["blocked"] == []
        assert "The letter nudge." in letter["draft"]["body"]

    def test_a_plan_nested_without_end_costs_no_mail(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        (tmp_path / "mine" / "journey.toml").write_text("a = " + "[" * 5_000 + "]" * 5_000)
        days.writes(ASKS_ROOM)
        assert [one["disposition"] for one in days.queue()] == ["reply"]


@pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
class TestWhoAnswersFromAnotherAddress:
    def answers(self, days: Life, **headers: str) -> None:
        """The letter that left last is answered from the office."""
        (*_, left) = days.practice.outgoing()
        ours = message_from_bytes(left)["Message-ID"]
        words = "Thank you, that all sounds good. I will think about it."
        sender = "J. Doe <jd@work.example>"
        raw = mail(words, sender=sender, subject="Re: Therapy", In_Reply_To=ours, References=ours, **headers)
        os.utime(days.practice.receive(raw), (days.now.timestamp(),) * 2)
        days.poll()

    def test_is_not_reminded_as_if_they_had_not(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        self.answers(days.at("2026-11-17T10:00"))
        last = days.lead()["events"][-1]
        assert (last["kind"], last["cause"], last["note"]) == (
            "wrote",
            "m2",
            "from another address, to a letter of ours",
        )
        days.at("2026-11-23T10:00").poll()
        assert days.letters() == []

    def test_a_reminder_that_waits_or_is_approved_is_taken_back(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-23T09:01").poll()
        (nudge,) = days.letters()
        days.ok("approve", nudge["id"])
        self.answers(days)
        days.at("2026-11-23T10:00").ok("send")
        assert len(days.practice.outgoing()) == 1
        assert days.letters() == []

    def test_a_machine_there_answers_nothing(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        self.answers(days.at("2026-11-17T10:00"), Auto_Submitted="auto-replied")
        days.at("2026-11-23T10:00").poll()
        assert len(days.letters()) == 1


def test_who_is_forgotten_is_not_left_in_the_records_of_whom_they_sent_by_their_number(practice: Practice) -> None:
    practice.ok("lead", "add", "cy@example.org", "--referred-by", "555-010-7777")
    practice.ok("lead", "add", "--phone", "(555) 010 7777", "--name", "Jane Doe")
    practice.ok("forget", "p2", "--yes")
    assert all(one["kind"] != "referred by" for one in practice.ok("lead", "show", "p1", "--json").json["events"])
    assert b"010-7777" not in (practice.home / "store" / "inboxtriage.sqlite3").read_bytes()


def test_words_far_behind_a_number_are_for_a_person_to_read() -> None:
    given = score("9" + "\n" * 2_500 + "But please call me.", least=0, most=10)
    assert given is not None
    assert not given.bare


def test_a_letter_that_is_led_to_somebody_in_danger_waits_for_that(practice: Practice) -> None:
    practice.receive(mail())
    practice.ok("poll")
    practice.receive(mail(DANGER, sender="Kim <kim@example.org>"))
    practice.ok("poll")
    practice.ok("edit", "m1", "--to", "Kim@example.org")
    practice.ok("show", "m1")
    done = practice.run("approve", "m1", "--now")
    assert done.code == 1
    assert "danger" in done.err
    assert practice.outgoing() == []


@pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
def test_a_letter_that_was_dropped_by_itself_stands_in_no_undos_way(tmp_path: Path) -> None:
    days = life(tmp_path)
    days.ok("lead", "add", "jane@example.org", "--stage", "enroll")
    days.poll()
    days.ok("lead", "move", "p1", "engage")
    assert days.poll()["touches"]["dropped"] == 1
    days.ok("lead", "undo", "p1")
    assert days.lead()["stage"] == "enroll"
