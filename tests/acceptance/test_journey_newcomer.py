"""What somebody meets who uses every command of the journey by hand for the first time."""

import re
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.cli import console
from tests.practice import Practice
from tests.story import LIBRARIES, Story

FACTS_OF_A_COLLEAGUE = """
[[practice.fit.referrals]]
name = "Dr. Lee, psychologist"
contact = "lee@example.org"
for = ["adults"]
"""


def events(practice: Practice, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = practice.ok("lead", "show", who, "--json").json["events"]
    return found


def words(practice: Practice, *command: str) -> str:
    """What a command says, its blanks drawn together."""
    return " ".join(practice.ok(*command).out.split())


class TestFigures:
    @pytest.mark.parametrize(
        ("figure", "kept"), [("1,5", "1.5"), ("0,25", "0.25"), ("1,500", "1500"), ("$1,200.50", "1200.50")]
    )
    def test_a_comma_is_never_just_dropped(self, figure: str, kept: str, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        assert f": {kept}\n" in practice.ok("lead", "log", "p1", "hours", figure).out

    @pytest.mark.parametrize("figure", ["1,2345", "1.500,50", "1,5,5", "1,50.5"])
    def test_what_could_be_two_numbers_is_refused(self, figure: str, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        refused = practice.run("lead", "log", "p1", "hours", figure)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert [one["kind"] for one in events(practice, "p1")] == ["added"]


class TestReferrals:
    def test_who_was_named_by_mistake_is_not_due(self, practice: Practice) -> None:
        for who in ("ann@example.org", "bo@example.org", "cy@example.org"):
            practice.ok("lead", "add", who)
        practice.ok("lead", "referred", "p3", "--by", "p1")
        practice.ok("lead", "referred", "p3", "--by", "p2")
        assert [one["lead"] for one in practice.ok("due", "--days", "9", "--json").json] == ["p2"]
        practice.ok("lead", "referred", "p3", "--by", "none")
        assert practice.ok("due", "--days", "9", "--json").json == []

    def test_the_report_counts_what_was_said_last(self, practice: Practice) -> None:
        for who in ("ann@example.org", "bo@example.org", "cy@example.org"):
            practice.ok("lead", "add", who, "--tier", "A")
        practice.ok("lead", "referred", "p3", "--by", "p1")
        practice.ok("lead", "referred", "p3", "--by", "p2")
        report = practice.ok("report", "--json").json
        assert (report["referrals"]["received"], report["tiers"][0]["referrals"]) == (1, 1)
        practice.ok("lead", "referred", "p3", "--by", "none")
        report = practice.ok("report", "--json").json
        assert (report["referrals"]["received"], report["tiers"][0]["referrals"]) == (0, 0)

    @pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed: nothing comes due")
    def test_a_letter_of_thanks_goes_with_the_mistake(self, practice: Practice) -> None:
        story = Story.begins(practice, "2026-11-24 10:00", "A mistake")
        for who in ("ann@example.org", "bo@example.org"):
            story.ok("lead", "add", who)
        story.ok("lead", "referred", "p2", "--by", "p1")
        story.ok("due", "--draft")
        assert [one["id"] for one in practice.queue()] == ["m1"]
        story.ok("lead", "referred", "p2", "--by", "none")
        story.ok("due", "--draft")
        assert practice.queue() == []


class TestLettingGo:
    def test_giving_it_up_puts_the_letter_away(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "engage")
        practice.ok("lead", "let-go", "p1")
        assert practice.ok("lead", "let-go", "p1", "--cancel").out == "the plan for p1 is given up; m1 is put away\n"
        assert practice.queue() == []
        practice.ok("lead", "let-go", "p1")
        assert [one["id"] for one in practice.queue()] == ["m2"]

    def test_the_plan_is_seen_with_the_person_until_it_is_given_up(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "engage")
        practice.ok("lead", "let-go", "p1", "--on", "2999-01-01")
        practice.ok("lead", "let-go", "p1", "--done", "records")
        said = words(practice, "lead", "show", "p1")
        assert "To be let go, from 2999-01-01" in said
        assert "[x] records" in said
        assert "inboxtriage lead let-go p1 --done invoice" in said
        practice.ok("lead", "let-go", "p1", "--cancel")
        assert "To be let go" not in words(practice, "lead", "show", "p1")

    def test_an_approved_letter_is_taken_back(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, FACTS_OF_A_COLLEAGUE)
        practice.ok("lead", "add", "ann@example.org", "--stage", "engage")
        practice.ok("lead", "let-go", "p1", "--to", "Dr. Lee")
        practice.queue()
        practice.ok("approve", "m1")
        practice.ok("lead", "let-go", "p1", "--cancel")
        practice.ok("send")
        assert practice.outgoing() == []


class TestWords:
    def test_nothing_to_come_says_where_to_look(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        refused = practice.run("due", "done", "p1", "call")
        assert (refused.code, refused.err.count("\n")) == (1, 1)
        assert "`inboxtriage lead show p1`" in refused.err

    def test_history_is_told_in_words(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        practice.ok("lead", "letter", "p1", "warm")
        practice.ok("lead", "move", "p1", "inquire")
        assert practice.ok("lead", "undo", "p1").out == "undone: moved to inquire; p1 is at encounter\n"
        practice.ok("lead", "log", "p1", "call")
        practice.ok("lead", "tier", "p1", "a")
        practice.ok("lead", "tier", "p1", "none")
        practice.ok("lead", "contact", "p1", "no", "--note", "by phone")
        told = [line[12:] for line in practice.ok("lead", "show", "p1").out.splitlines() if line.startswith("today")]
        assert told == [
            "added (by hand): by hand",
            "letter written: warm (m1): you asked for it",
            "moved to inquire (by hand)",
            "taken back: moved to inquire (by hand)",
            "spoke on the phone (by hand)",
            "tier A (by hand)",
            "tier none (by hand)",
            "may not be written to (by hand): by phone",
        ]
        assert "may not be written to (by hand): by phone" in practice.ok("show", "m1").out

    def test_an_end_has_its_own_day(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "intake")
        practice.ok("lead", "close", "p1", "declined", "--note", "too far")
        said = words(practice, "lead", "show", "p1")
        assert "intake (declined)" in said
        assert re.search(r"ended today \d\d:\d\d: too far", said)
        practice.ok("lead", "reopen", "p1")
        assert "ended" not in words(practice, "lead", "show", "p1").split(" added ")[0]

    def test_a_letter_that_may_not_go_is_not_to_be_filled_in(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        practice.ok("lead", "letter", "p1", "warm", "--say", "line=It was good to see you.")
        practice.ok("lead", "contact", "p1", "no")
        said = words(practice, "show", "m1")
        assert "lead contact p1 yes" in said
        assert "next inboxtriage reject m1" in said
        assert "--say" not in said

    def test_what_there_is_nothing_of_says_what_to_do(self, practice: Practice) -> None:
        assert practice.ok("due").out == "Nothing is due. Ahead: inboxtriage due --days 30\n"
        assert practice.ok("due", "--draft").out.splitlines()[0] == "0 letter(s) written."
        assert "`inboxtriage poll` reads it" in practice.ok("digest").out

    def test_a_line_of_several_things_is_never_broken_inside_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "20")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        told: list[str] = []
        monkeypatch.setattr("click.echo", told.append)
        console.items(["[k] keep as it is", "[q] quit", "[n] note"], between="  ")
        assert told == ["[k] keep as it is", "[q] quit  [n] note"]

    def test_what_is_to_be_decided_names_its_command(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "wrap_up")
        practice.ok("lead", "done", "p1", "summary", "final_payment", "filed")
        assert "To decide: `inboxtriage lead take ID`" in practice.ok("due").out
