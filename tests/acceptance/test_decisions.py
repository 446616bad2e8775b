"""What a person decides, command by command, and how each is taken back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail


def one(practice: Practice, body: str = ASKS_INSURANCE, **more: str) -> dict[str, Any]:
    """One message that waits, as the queue shows it."""
    practice.receive(mail(body, **more))
    practice.ok("poll")
    return practice.queue()[-1]


def entry(practice: Practice, message: str) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("show", message, "--json").json
    return found


class TestApprove:
    def test_an_unshown_draft_is_refused(self, practice: Practice) -> None:
        practice.receive(mail())
        practice.ok("poll")
        done = practice.run("approve", "m1")
        assert done.code == 1
        assert "inboxtriage show m1" in done.err
        assert practice.ok("outbox", "--json").json == []

    def test_show_makes_it_approvable(self, practice: Practice) -> None:
        practice.receive(mail())
        practice.ok("poll")
        practice.ok("show", "m1")
        practice.ok("approve", "m1")

    def test_the_right_digest_needs_no_showing(self, practice: Practice) -> None:
        item = one(practice)
        digest = item["draft"]["sha256"]
        assert practice.run("approve", "m1", "--sha256", "0" * 64).code == 1
        practice.ok("approve", "m1", "--sha256", digest)
        (out,) = practice.ok("outbox", "--json").json
        assert out["sha256"] == digest

    def test_a_second_approval_queues_nothing(self, practice: Practice) -> None:
        one(practice)
        practice.ok("approve", "m1")
        done = practice.run("approve", "m1")
        assert done.code == 1
        assert "already approved" in done.err
        assert len(practice.ok("outbox", "--json").json) == 1

    def test_an_approval_says_that_it_was_sorted_rightly(self, practice: Practice) -> None:
        one(practice)
        practice.ok("approve", "m1")
        a = practice.assembly()
        taught = a.db.all("SELECT labels, how FROM correction")
        assert [(row["labels"], row["how"]) for row in taught] == [('["insurance"]', "approval")]
        practice.ok("undo", "m1")
        assert a.db.all("SELECT * FROM correction") == []
        practice.ok("relabel", "m1", "fit")
        practice.ok("show", "m1")
        practice.ok("approve", "m1")
        assert [row["how"] for row in a.db.all("SELECT how FROM correction")] == ["relabel"], (
            "what was said outright stays"
        )
        a.close()

    def test_ids_are_independent(self, practice: Practice) -> None:
        one(practice, sender="a@example.org")
        one(practice, sender="b@example.org")
        done = practice.run("approve", "m1", "m9", "m2", "nonsense")
        assert done.code == 1
        assert len(practice.ok("outbox", "--json").json) == 2
        assert done.err.count("\n") == 2

    def test_a_changed_draft_must_be_seen_again(self, practice: Practice) -> None:
        one(practice)
        practice.ok("edit", "m1", "--body", "-", stdin="Another letter.")
        assert practice.run("approve", "m1").code == 1
        practice.ok("show", "m1")
        practice.ok("approve", "m1", "--now")
        assert b"Another letter." in practice.outgoing()[0]

    def test_a_group_is_approved_but_for_those_struck_out(self, practice: Practice) -> None:
        for n in range(3):
            practice.receive(mail(ASKS_INSURANCE, sender=f"Ann{n} <p{n}@example.org>"))
        practice.ok("poll")
        queue = practice.queue()
        (group,) = {item["group"] for item in queue}
        assert group
        assert practice.run("approve", "--group", "g0000").code == 1
        practice.ok("approve", "--group", group, "--except", queue[1]["id"])
        assert {out["queue_id"] for out in practice.ok("outbox", "--json").json} == {queue[0]["id"], queue[2]["id"]}
        assert practice.run("approve", "--group", group).code == 1, "the group is no more"
        assert practice.queue()[0]["group"] is None, "one alone is no group"

    @pytest.mark.parametrize(
        "words", [[], ["m1", "--group", "g"], ["m1", "m2", "--sha256", "x"], ["m1", "--except", "m2"]]
    )
    def test_wrong_use_says_so(self, words: list[str], practice: Practice) -> None:
        done = practice.run("approve", *words)
        assert done.code == 2
        assert "Traceback" not in done.err


class TestEdit:
    def test_a_filled_gap_no_longer_blocks(self, practice: Practice) -> None:
        practice.config.write_text(practice.config.read_text().replace('fee = "$160 for 50 minutes"', ""))
        item = one(
            practice, "Hello, I am looking for a therapist. What is your fee per session, and do you take Humana?"
        )
        assert "practice.insurance.fee" in "; ".join(item["draft"]["blocked"])
        assert "[to fill in: practice.insurance.fee]" in item["draft"]["body"]
        refused = practice.run("approve", "m1")
        assert refused.code == 1
        assert "practice.insurance.fee" in refused.err
        filled = item["draft"]["body"].replace("[to fill in: practice.insurance.fee]", "$160")
        practice.ok("edit", "m1", "--body", "-", stdin=filled)
        assert entry(practice, "m1")["draft"]["blocked"] == []
        practice.ok("approve", "m1", "--now")

    def test_a_note_is_added_to_the_letter(self, practice: Practice) -> None:
        one(practice)
        practice.ok("edit", "m1", "--note", "It was good to meet you at the library.")
        body = entry(practice, "m1")["draft"]["body"]
        assert body.count("It was good to meet you at the library.") == 1
        assert "Aetna" in body

    def test_a_note_stands_below_the_salutation_of_a_letter_by_hand(self, practice: Practice) -> None:
        one(practice)
        practice.ok("edit", "m1", "--body", "-", stdin="Dear Ann,\n\nBy hand.\n\nMaya")
        practice.ok("edit", "m1", "--note", "Yes, I can do that. Yes, I can do that.")
        assert entry(practice, "m1")["draft"]["body"] == (
            "Dear Ann,\n\nYes, I can do that. Yes, I can do that.\n\nBy hand.\n\nMaya"
        )

    def test_notes_add_up_also_to_a_letter_by_hand(self, practice: Practice) -> None:
        one(practice)
        practice.ok("edit", "m1", "--note", "First line.")
        practice.ok("edit", "m1", "--note", "Second line.")
        assert "First line. Second line." in entry(practice, "m1")["draft"]["body"]
        practice.ok("edit", "m1", "--body", "-", "--note", "On top.", stdin="By hand.")
        assert entry(practice, "m1")["draft"]["body"] == "On top.\n\nBy hand."

    def test_what_is_no_text_does_not_become_a_letter(self, practice: Practice, tmp_path: Path) -> None:
        before = one(practice)["draft"]["body"]
        latin = tmp_path / "latin.txt"
        latin.write_bytes(b"caf\xe9")
        refused = practice.run("edit", "m1", "--body", str(latin))
        assert (refused.code, len(refused.err.splitlines())) == (2, 1)
        assert entry(practice, "m1")["draft"]["body"] == before

    def test_what_still_blocks_is_said(self, practice: Practice) -> None:
        one(practice)
        assert "blocked still" in practice.ok("edit", "m1", "--body", "-", stdin="").err

    def test_a_letter_can_be_started_where_there_is_none(self, practice: Practice) -> None:
        item = one(practice, "No need to answer, just saying hello. See you on Thursday.", subject="hello")
        assert item["draft"] is None
        practice.ok("edit", item["id"], "--body", "-", stdin="Hello to you too.")
        practice.ok("show", item["id"])
        practice.ok("approve", item["id"], "--now")
        assert b"Hello to you too." in practice.outgoing()[0]

    @pytest.mark.parametrize("address", ["nobody", "a@b@c", "x\ny@z.example", "Ann <a@b.example>", "ü@example.org"])
    def test_only_a_plain_address_can_be_chosen(self, address: str, practice: Practice) -> None:
        one(practice)
        done = practice.run("edit", "m1", "--to", address)
        assert done.code == 2
        assert entry(practice, "m1")["draft"]["to"] == "jane@example.org"

    def test_without_an_option_and_a_terminal_it_asks_nothing(self, practice: Practice) -> None:
        one(practice)
        done = practice.run("edit", "m1")
        assert done.code == 2
        assert "--body" in done.err


class TestSettle:
    def test_reject_and_undo(self, practice: Practice) -> None:
        item = one(practice)
        practice.ok("reject", "m1", "--reason", "answered by phone")
        assert practice.queue() == []
        assert entry(practice, "m1")["state"] == "rejected"
        practice.ok("undo", "m1")
        assert practice.queue()[0]["draft"]["sha256"] == item["draft"]["sha256"]
        assert practice.run("undo", "m1").code == 1, "there is nothing left to undo"

    def test_snooze_hides_until_the_day(self, practice: Practice) -> None:
        one(practice)
        assert practice.run("snooze", "m1", "2001-01-01").code == 2
        assert practice.run("snooze", "m1", "someday").code == 2
        practice.ok("snooze", "m1", (datetime.now(UTC) + timedelta(days=3)).date().isoformat())
        assert practice.queue() == []
        a = practice.assembly()
        with a.db.writing():
            a.db.run("UPDATE item SET snoozed_until = '2020-01-01T00:00:00.000000+00:00'")
        a.close()
        assert len(practice.queue()) == 1
        practice.ok("snooze", "m1", "2999-01-01")
        practice.ok("undo", "m1")
        assert len(practice.queue()) == 1

    def test_undo_takes_an_approval_back_until_it_left(self, practice: Practice) -> None:
        one(practice)
        practice.ok("approve", "m1")
        practice.ok("undo", "m1")
        assert [out["state"] for out in practice.ok("outbox", "--json").json] == ["cancelled"]
        assert practice.ok("send", "--json").json["sent"] == 0
        practice.ok("approve", "m1", "--now")
        done = practice.run("undo", "m1")
        assert done.code == 1
        assert len(practice.outgoing()) == 1
        kinds = [event["kind"] for event in entry(practice, "m1")["events"]]
        assert kinds == ["asked", "draft approved", "approval undone", "draft approved", "reply sent"]

    @pytest.mark.parametrize("how", ["phone", "elsewhere", "none"])
    def test_done_logs_the_contact(self, how: str, practice: Practice) -> None:
        one(practice)
        practice.ok("done", "m1", "--how", how, "--note", "she will call back")
        assert practice.queue() == []
        kinds = [event["kind"] for event in entry(practice, "m1")["events"]]
        assert ("contact" in kinds) == (how != "none")
        assert practice.run("done", "m1", "--how", how).code == 1
        assert practice.run("approve", "m1").code == 1
        practice.ok("undo", "m1")
        assert [item["id"] for item in practice.queue()] == ["m1"]
        practice.ok("show", "m1")
        practice.ok("approve", "m1")


class TestRelabel:
    def test_it_redoes_the_draft_and_becomes_an_example(self, practice: Practice) -> None:
        one(practice)
        practice.ok("relabel", "m1", "availability", "scheduling")
        item = entry(practice, "m1")
        assert item["labels"] == ["availability", "scheduling"]
        assert "taking new clients" in item["draft"]["body"]
        assert "Aetna" not in item["draft"]["body"]
        a = practice.assembly()
        (row,) = a.db.all("SELECT labels, kind, urgent FROM correction")
        a.close()
        assert (json.loads(row["labels"]), row["kind"], row["urgent"]) == (["availability", "scheduling"], "inquiry", 0)
        practice.ok("undo", "m1")
        assert entry(practice, "m1")["labels"] == ["insurance"]

    def test_the_plan_that_was_named_is_answered_and_the_writer_becomes_a_lead(self, practice: Practice) -> None:
        one(practice, "Hi, do you take Aetna?", subject="x")
        practice.ok("relabel", "m1", "vendor")
        practice.ok("relabel", "m1", "Insurance")
        item = entry(practice, "m1")
        assert "in network with Aetna" in item["draft"]["body"]
        assert item["lead"]["stage"] == "inquire"

    def test_none_and_a_label_contradict_each_other(self, practice: Practice) -> None:
        one(practice)
        assert practice.run("relabel", "m1", "none", "fit").code == 2

    @pytest.mark.parametrize(
        ("values", "disposition", "draft"),
        [
            (["none"], "read", False),
            (["urgent"], "urgent", False),
            (["automated"], "ignore", False),
            (["vendor"], "read", False),
            (["spam"], "read", False),
            (["client"], "reply", True),
            (["fit", "not-urgent"], "reply", True),
            (["person"], "reply", True),
        ],
    )
    def test_every_value(self, values: list[str], disposition: str, draft: bool, practice: Practice) -> None:
        one(practice)
        practice.ok("relabel", "m1", *values)
        item = entry(practice, "m1")
        assert item["disposition"] == disposition
        assert (item["draft"] is not None) == draft
        assert sum(i["id"] == "m1" for i in practice.ok("queue", "--all", "--json").json) == 1

    def test_a_value_that_is_none_names_those_that_are(self, practice: Practice) -> None:
        one(practice)
        done = practice.run("relabel", "m1", "payment")
        assert done.code == 2
        assert "insurance" in done.err
        assert "not-urgent" in done.err


class TestLeads:
    def test_a_person_who_inquires_becomes_a_lead(self, practice: Practice) -> None:
        one(practice, ASKS_ROOM, sender="Ann Lee <ann@example.org>")
        one(practice, "Here is my phone number: 555-0100. Thanks.", sender="Ann Lee <Ann@Example.org>")
        (lead,) = practice.ok("lead", "list", "--json").json
        assert (lead["address"], lead["name"], lead["stage"], lead["outcome"]) == (
            "ann@example.org",
            "Ann Lee",
            "inquire",
            "open",
        )
        events = practice.ok("lead", "show", lead["id"], "--json").json["events"]
        assert [event["kind"] for event in events] == ["asked", "wrote"]
        assert "availability" in events[0]["note"]

    def test_own_addresses_never_become_one(self, practice: Practice) -> None:
        for address in ("hello@harbor.example", "MAYA@harbor.example", "maya+tag@harbor.example"):
            practice.receive(mail(ASKS_INSURANCE, sender=f"Maya <{address}>"))
        practice.ok("poll")
        assert practice.ok("lead", "list", "--json").json == []
        assert practice.queue() == []
        assert practice.run("lead", "add", "hello@harbor.example").code == 1

    def test_by_hand(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-0100", "--name", "Bo")
        practice.ok("lead", "add", "ann@example.org", "--stage", "engage", "--source", "referral")
        assert practice.run("lead", "add", "Ann@example.org").code == 1
        assert practice.run("lead", "add", "x@example.org", "--stage", "limbo").code == 2
        assert practice.run("lead", "add").code == 2
        practice.ok("lead", "move", "p1", "intake", "--note", "came in")
        practice.ok("lead", "note", "ann@example.org", "prefers mornings")
        assert [lead["stage"] for lead in practice.ok("lead", "list", "--json").json] == ["intake", "engage"]
        shown = practice.ok("lead", "show", "ann@example.org", "--json").json
        assert shown["events"][-1]["note"] == "prefers mornings"
        assert {event["stage"] for event in shown["events"]} == {"engage"}
        assert practice.run("lead", "show", "p99").code == 1

    def test_an_inquiry_moves_a_known_person_from_encounter_only(self, practice: Practice) -> None:
        practice.ok("lead", "add", "jane@example.org")
        practice.ok("lead", "add", "bo@example.org", "--stage", "engage")
        one(practice, sender="jane@example.org")
        one(practice, sender="bo@example.org")
        stages = {lead["address"]: lead["stage"] for lead in practice.ok("lead", "list", "--json").json}
        assert stages == {"jane@example.org": "inquire", "bo@example.org": "engage"}
