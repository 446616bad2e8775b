"""`lead merge` and `lead split`: one person with two addresses, or a caller who wrote; and `lead list` by what is asked."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from inboxtriage.store.database import Database
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

HOME, WORK = "jane@example.org", "j.doe@work.example"
DANGER = "I do not want to live any more. I am going to kill myself tonight."


def writes(practice: Practice, address: str, body: str = ASKS_INSURANCE) -> str:
    """A mail from there; its item."""
    practice.receive(mail(body, sender=f"Jane Doe <{address}>"))
    practice.ok("poll")
    mine: list[str] = [item["id"] for item in practice.ok("queue", "--all", "--json").json if item["from"] == address]
    return max(mine, key=lambda item: int(item[1:]))


def show(practice: Practice, who: str) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("lead", "show", who, "--json").json
    return found


@pytest.fixture
def two(practice: Practice) -> Practice:
    """A practice that Jane wrote to from home and from work, where she is a client."""
    writes(practice, HOME)
    writes(practice, WORK, ASKS_ROOM)
    practice.ok("lead", "move", "p2", "engage")
    return practice


class TestMerge:
    def test_one_person_found_by_every_address_and_number(self, two: Practice) -> None:
        two.ok("lead", "add", "--phone", "(555) 010-0123", "--name", "Jane")
        two.ok("lead", "merge", HOME, WORK, "--note", "she said so")
        two.ok("lead", "merge", "p1", "555-010-0123")
        (one,) = two.ok("lead", "list", "--json").json
        assert (one["id"], one["address"], one["phone"], one["stage"]) == ("p1", HOME, "5550100123", "engage")
        found = [show(two, who) for who in ("p1", "p2", "p3", HOME, WORK, "+1 555 010 0123")]
        assert all(other == found[0] for other in found)
        assert [other["id"] for other in found[0]["merged"]] == ["p2", "p3"]
        said = two.ok("lead", "show", "p2").out
        assert "p2 was merged: it is p1" in said
        assert WORK in said

    def test_a_split_gives_back_what_there_was(self, two: Practice) -> None:
        before = show(two, "p1"), show(two, "p2")
        two.ok("lead", "merge", "p1", "p2")
        two.ok("lead", "note", WORK, "prefers mornings")
        writes(two, WORK)
        said = two.ok("lead", "split", WORK).out
        assert "1 entry by hand since the merge stayed with p1" in said
        after = show(two, "p1"), show(two, "p2")
        for old, new in zip(before, after, strict=True):
            assert new["events"][: len(old["events"])] == old["events"]
            assert {key: new[key] for key in old if key not in {"events", "last_contact_at"}} == {
                key: old[key] for key in old if key not in {"events", "last_contact_at"}
            }
        assert [e["kind"] for e in after[0]["events"]] == ["asked", "merged", "noted", "split"]
        assert [e["kind"] for e in after[1]["events"]] == ["asked", "moved", "merged", "asked", "split"]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("merge", "p1", "p1"), "one person already"),
            (("merge", "p1", "p2"), "p2 is a part of p1 already"),
            (("merge", "p2", "p1"), "p2 is a part of p1 already"),
            (("merge", "p3", WORK), "p2 is a part of p1 already"),
            (("merge", WORK, "p3"), "p2 is a part of p1 already"),
            (("merge", "p1", "p9"), "there is no lead p9"),
            (("split", "p1"), "not merged into anybody"),
            (("split", "p3"), "not merged into anybody"),
            (("split", "nobody@example.org"), "there is no lead"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_line(self, words: tuple[str, ...], said: str, two: Practice) -> None:
        two.ok("lead", "add", "third@example.org")
        two.ok("lead", "merge", "p1", "p2")
        before = show(two, "p1")
        done = two.run("lead", *words)
        assert done.code == 1
        assert said in done.err
        assert done.err.count("\n") == 1
        assert show(two, "p1") == before

    def test_a_number_that_several_people_have_names_nobody(self, practice: Practice) -> None:
        practice.ok("lead", "import", "-", stdin="email,phone\na@example.org,5550100123\nb@example.org,5550100123\n")
        done = practice.run("lead", "show", "555 010 0123")
        assert (done.code, "p1, p2" in done.err) == (1, True)


class TestMail:
    def test_g13_who_writes_from_the_other_address_voids_the_approval(self, two: Practice) -> None:
        """The letter to one address does not know of the mail from the other."""
        two.ok("lead", "merge", "p1", "p2")
        assert "m2" in next(one for one in two.queue() if one["id"] == "m1")["draft"]["blocked"][0]
        two.ok("done", "m2", "--how", "none")
        two.queue()
        two.ok("approve", "m1")
        last = writes(two, WORK)
        (item,) = [one for one in two.queue() if one["id"] == "m1"]
        assert item["state"] == "waiting"
        assert two.ok("outbox", "--json").json[0]["state"] == "cancelled"
        assert last != "m1"

    def test_two_who_are_not_merged_do_not(self, two: Practice) -> None:
        two.queue()
        two.ok("approve", "m1")
        writes(two, WORK)
        assert two.ok("outbox", "--json").json[0]["state"] == "queued"

    def test_danger_from_one_address_stops_the_letter_to_the_other(self, two: Practice) -> None:
        two.ok("lead", "merge", "p1", "p2")
        two.ok("done", "m2", "--how", "none")
        assert not next(one for one in two.queue() if one["id"] == "m1")["draft"]["blocked"]
        last = writes(two, WORK, DANGER)
        item = next(one for one in two.queue() if one["id"] == "m1")
        assert any(last in why for why in item["draft"]["blocked"])

    def test_a_client_who_writes_from_elsewhere_is_met_as_one(self, two: Practice) -> None:
        two.ok("lead", "merge", "p1", "p2")
        item = writes(two, HOME, ASKS_ROOM)
        found = next(one for one in two.queue() if one["id"] == item)
        assert (found["kind"], found["lead"]) == ("client", {"id": "p1", "stage": "engage", "tier": None})


class TestForget:
    def test_g53_every_address_of_the_person_goes(self, two: Practice) -> None:
        two.ok("lead", "add", "--phone", "555-010-9977", "--name", "Janequill")
        writes(two, "other@example.net")
        two.ok("lead", "merge", "p2", "p1")
        two.ok("lead", "merge", "p2", "p3")
        two.ok("pin", "add", WORK, "read")
        done = two.ok("forget", HOME, "--yes", "--json").json
        assert done["leads"] == ["p1", "p2", "p3"]
        assert done["messages"] == ["m1", "m2"]
        for path in (two.home / "store").rglob("*"):
            if path.is_file():
                data = path.read_bytes().lower()
                assert not [word for word in (HOME, WORK, "5550109977", "janequill") if word.encode() in data], path
        assert [lead["address"] for lead in two.ok("lead", "list", "--json").json] == ["other@example.net"]

    def test_it_says_before_whom_it_erases(self, two: Practice) -> None:
        two.ok("lead", "merge", "p1", "p2")
        asked = at_a_terminal(two, "forget", HOME)
        assert WORK in asked
        assert "2 lead(s)" in asked
        assert len(two.ok("queue", "--all", "--json").json) == 2


def at_a_terminal(practice: Practice, *words: str) -> str:
    """What the program asks a person who then says no."""
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    command = [sys.executable, "-m", "inboxtriage", "--config", str(practice.config), *words]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert done.returncode != 0
    return done.stdout + done.stderr


class TestList:
    @pytest.fixture
    def many(self, practice: Practice) -> Iterator[Practice]:
        people = "email,name,phone,stage,source\na@example.org,Ann Lee,,engage,Dr. Lee\nb@example.org,Bo,5550100123,intake,fair\n"
        practice.ok("lead", "import", "-", stdin=f"{people}c@example.org,Cy Lee,,inquire,fair\n")
        db = Database(practice.home / "store")
        with db.writing():
            at = "2026-11-16T12:00:00.000000+00:00"
            for lead, kind, value in ((1, "tier", "A"), (3, "closed", "no_answer")):
                row = {"lead": lead, "kind": kind, "value": value, "at": at, "cause": "by hand", "note": ""}
                db.insert("event", row)
        yield practice
        db.close()

    @pytest.mark.parametrize(
        ("words", "who"),
        [
            (("--stage", "Intake"), "b"),
            (("--outcome", "no-answer"), "c"),
            (("--outcome", "open", "--source", "FAIR"), "b"),
            (("--tier", "a"), "a"),
            (("--tier", "none"), "bc"),
            (("--search", "lee"), "ac"),
            (("--search", "LEE an"), "a"),
            (("--search", "010-0123"), "b"),
            (("--search", "b@example"), "b"),
            (("--search", "zz"), ""),
            (("--stage", "engage", "--tier", "B"), ""),
        ],
    )
    def test_only_those_who_are_asked_for(self, words: tuple[str, ...], who: str, many: Practice) -> None:
        found = many.ok("lead", "list", *words, "--json").json
        assert "".join(lead["address"][0] for lead in found) == who
        said = many.ok("lead", "list", *words).out
        assert len(said.splitlines()) == len(who) + 1

    @pytest.mark.parametrize("words", [("--stage", "limbo"), ("--tier", "D"), ("--outcome", "won")])
    def test_what_there_is_not_is_told(self, words: tuple[str, ...], many: Practice) -> None:
        done = many.run("lead", "list", *words)
        assert (done.code, "choose from" in done.err) == (2, True)

    def test_words_are_found_in_whoever_was_merged(self, many: Practice) -> None:
        many.ok("lead", "merge", "p1", "p2")
        assert [one["id"] for one in many.ok("lead", "list", "--search", "bo", "--json").json] == ["p1"]
