"""People as the owner knows them: met in person, sent by others, couples and families, tiers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail


def shown(practice: Practice, who: str) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("lead", "show", who, "--json").json
    return found


def kinds(practice: Practice, who: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["note"]) for one in shown(practice, who)["events"]]


class TestAdding:
    def test_somebody_met_in_person(self, practice: Practice) -> None:
        out = practice.ok("lead", "add", "ann@example.org", "--met", "Book fair, 12 Nov", "--name", "Ann", "--tier", "b", "--note", "has a dog").out  # fmt: skip
        assert out.splitlines() == ["p1 added at encounter", "Next: inboxtriage lead letter p1 after-meeting"]
        ann = shown(practice, "p1")
        assert (ann["source"], ann["tier"], ann["stage"]) == ("met in person", "B", "encounter")
        assert kinds(practice, "p1")[1:] == [("contact", "Book fair, 12 Nov"), ("tier", ""), ("noted", "has a dog")]
        assert ann["last_contact_at"] is not None

    def test_the_day_of_the_meeting_can_be_told(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123", "--met", "the fair", "--on", "2025-11-12")
        assert shown(practice, "p1")["last_contact_at"] == "2025-11-12T12:00:00-05:00"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["--on", "2025-11-12"], "--met"),
            (["--met", "x", "--on", "soon"], "YYYY-MM-DD"),
            (["--met", "x", "--on", "2999-01-01"], "still to come"),
            (["--tier", "D"], "no tier 'D'"),
            (["--referred-by", " "], "nobody is named"),
            (["--referred-by", "p77"], "no lead p77"),
            (["--stage", "limbo"], "no stage"),
            (["--phone", "soon"], "no phone number"),
        ],
    )
    def test_what_is_wrong_is_one_line_and_adds_nobody(self, words: list[str], says: str, practice: Practice) -> None:
        done = practice.run("lead", "add", "ann@example.org", *words)
        assert done.code in {1, 2}
        assert done.err.count("\n") == 1
        assert says in done.err
        assert practice.ok("lead", "list", "--json").json == []

    def test_a_caller_whom_a_client_sent(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--name", "Ann Lee")
        out = practice.ok("lead", "add", "--phone", "555-010-0123", "--referred-by", "ann lee").out
        assert "lead script p2" in out
        assert shown(practice, "p2")["referred_by"] == "p1"
        assert shown(practice, "p2")["source"] == "referral"
        assert shown(practice, "p1")["referred"] == ["p2"]
        assert "came by   p1 Ann Lee" in practice.ok("lead", "show", "p2").out
        assert "sent us   p2 5550100123" in practice.ok("lead", "show", "p1").out


class TestReferred:
    def test_by_a_lead_by_words_and_taken_back(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        practice.ok("lead", "add", "bo@example.org")
        practice.ok("lead", "referred", "bo@example.org", "--by", "ANN@example.org")
        assert shown(practice, "p1")["referred"] == ["p2"]
        practice.ok("lead", "referred", "p2", "--by", "Dr. Lee")
        assert (shown(practice, "p2")["referred_by"], shown(practice, "p1")["referred"]) == ("Dr. Lee", [])
        practice.ok("lead", "referred", "p2", "--by", "none")
        assert shown(practice, "p2")["referred_by"] is None

    def test_nobody_sends_themselves_and_a_name_of_two_is_asked_about(self, practice: Practice) -> None:
        for address in ("ann@example.org", "bo@example.org"):
            practice.ok("lead", "add", address, "--name", "Lee Moss")
        practice.ok("lead", "add", "cy@example.org")
        assert "own word" in practice.run("lead", "referred", "p1", "--by", "p1").err
        assert "p1, p2" in practice.run("lead", "referred", "p3", "--by", "lee moss").err
        assert shown(practice, "p3")["referred_by"] is None


class TestLinks:
    def test_both_have_it_on_record(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--name", "Ann")
        practice.ok("lead", "add", "bo@example.org", "--name", "Bo")
        practice.ok("lead", "link", "p1", "bo@example.org", "--as", "couple")
        assert shown(practice, "p1")["links"] == [{"id": "p2", "as": "couple"}]
        assert shown(practice, "p2")["links"] == [{"id": "p1", "as": "couple"}]
        assert "couple    p2 Bo" in practice.ok("lead", "show", "p1").out
        assert practice.run("lead", "link", "p2", "p1", "--as", "couple").code == 1
        practice.ok("lead", "unlink", "p2", "p1")
        assert shown(practice, "p1")["links"] == shown(practice, "p2")["links"] == []
        for words in (["unlink", "p1", "p2"], ["link", "p1", "p1", "--as", "couple"], ["link", "p1", "p9", "--as", "other"]):  # fmt: skip
            done = practice.run("lead", *words)
            assert (done.code, done.err.count("\n")) == (1, 1)
        assert practice.run("lead", "link", "p1", "p2", "--as", "enemies").code == 2

    def test_mail_of_one_is_answered_to_them_alone(self, practice: Practice) -> None:
        practice.ok("lead", "add", "bo@example.org", "--name", "Bo")
        practice.receive(mail(ASKS_INSURANCE))
        practice.ok("poll")
        practice.ok("lead", "link", "p1", "p2", "--as", "couple")
        (item,) = practice.queue()
        assert item["draft"]["to"] == "jane@example.org"

    def test_forgetting_one_leaves_no_trace_in_the_others_record(self, practice: Practice) -> None:
        practice.ok("lead", "add", "quillon@example.org", "--name", "Zebra Quillon")
        practice.ok("lead", "add", "bo@example.org")
        practice.ok("lead", "link", "p1", "p2", "--as", "couple")
        practice.ok("lead", "referred", "p2", "--by", "p1")
        practice.ok("lead", "add", "cy@example.org")
        practice.ok("lead", "referred", "p3", "--by", "Zebra Quillon")
        practice.ok("forget", "quillon@example.org")
        assert (shown(practice, "p2")["links"], shown(practice, "p2")["referred_by"]) == ([], None)
        assert [kind for kind, _ in kinds(practice, "p2")] == ["added"]
        assert shown(practice, "p3")["referred_by"] is None
        db = practice.assembly().db
        rows = [tuple(row) for row in db.all("SELECT * FROM event")]
        assert not [row for row in rows if "p1" in row or "quillon" in str(row).lower()]

    def test_words_that_happen_to_name_a_forgotten_person_as_referrer_go_too(self, practice: Practice) -> None:
        practice.ok("lead", "add", "bo@example.org")
        practice.ok("lead", "referred", "p1", "--by", "zebra quillon")
        practice.ok("lead", "add", "quillon@example.org", "--name", "Zebra Quillon")
        practice.ok("forget", "p2")
        assert shown(practice, "p1")["referred_by"] is None


class TestTier:
    def test_by_hand(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        assert shown(practice, "p1")["tier"] is None
        assert practice.ok("lead", "tier", "p1", "a").out == "p1 is in tier A\n"
        assert practice.ok("lead", "list", "--json").json[0]["tier"] == "A"
        practice.ok("lead", "tier", "ann@example.org", "none")
        assert shown(practice, "p1")["tier"] is None
        assert practice.run("lead", "tier", "p1", "D").code == 2
        assert "too little is known" in practice.run("lead", "tier", "p1", "suggested").err

    def test_suggested_with_its_reasons(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "engage")
        practice.ok("lead", "add", "bo@example.org", "--referred-by", "p1")
        practice.ok("lead", "add", "cy@example.org", "--referred-by", "p1", "--tier", "C")
        first, *_ = practice.ok("lead", "tiers", "--json").json
        assert first == {"id": "p1", "tier": None, "suggested": "B", "points": 6.0, "reasons": ["2 people came by their word (+6)"], "referrals": 2}  # fmt: skip
        assert [one["id"] for one in practice.ok("lead", "tiers", "--differing", "--json").json] == ["p1"]
        practice.ok("lead", "tier", "p1", "suggested")
        assert kinds(practice, "p1")[-1] == ("tier", "2 people came by their word (+6)")
        assert "Nobody's record" in practice.ok("lead", "tiers", "--differing").out

    def test_a_tiers_own_target_brings_answers_nearer_and_never_puts_one_off(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, "\n[standards.tiers]\nA = 2\nC = 400\n")
        for n, who in enumerate(("ann", "bo", "cy")):
            practice.ok("lead", "add", f"{who}@example.org", "--stage", "engage")
            practice.ok("lead", "tier", f"p{n + 1}", "ABC"[n])
        for who in ("ann", "bo", "cy", "new"):
            practice.receive(mail(ASKS_ROOM, sender=f"{who}@example.org"))
        practice.ok("poll")
        due = {item["from"].partition("@")[0]: datetime.fromisoformat(item["due_at"]) for item in practice.queue()}
        tiers = {item["from"].partition("@")[0]: item["lead"]["tier"] for item in practice.queue()}
        assert due["ann"] < due["new"]
        assert due["cy"] - due["new"] < timedelta(seconds=5)
        assert due["bo"] - due["new"] < timedelta(seconds=5)
        assert tiers == {"ann": "A", "bo": "B", "cy": "C", "new": None}
        assert practice.ok("lead", "tier", "ann@example.org", "B").out == "p1 is in tier B; the date of 1 open answer(s) is another now\n"  # fmt: skip
        again = {item["from"].partition("@")[0]: datetime.fromisoformat(item["due_at"]) for item in practice.queue()}
        assert again["ann"] > due["ann"]
        assert {who: again[who] for who in ("bo", "cy", "new")} == {who: due[who] for who in ("bo", "cy", "new")}
        practice.ok("relabel", next(i["id"] for i in practice.queue() if i["from"] == "bo@example.org"), "insurance")
        practice.ok("lead", "tier", "bo@example.org", "A")
        nearer = {item["from"].partition("@")[0]: datetime.fromisoformat(item["due_at"]) for item in practice.queue()}
        assert nearer["bo"] < again["bo"]
        assert all(time > datetime.now(UTC) for time in nearer.values())

    @pytest.mark.parametrize(
        ("came", "order"),
        [
            (["new", "cy", "ann"], ["new", "ann", "cy"]),
            (["cy", "new", "ann"], ["cy", "new", "ann"]),  # what is due after a first answer stays behind it
            (["cy", "ann", "new"], ["ann", "cy", "new"]),
        ],
    )
    def test_the_queue_puts_a_before_c_and_nobody_before_a_first_answer(
        self, came: list[str], order: list[str], practice: Practice
    ) -> None:
        for who, tier in (("cy", "C"), ("ann", "A")):
            practice.ok("lead", "add", f"{who}@example.org", "--met", "the fair", "--tier", tier)
        for n, who in enumerate(came):
            practice.receive(mail(ASKS_ROOM, sender=f"{who}@example.org"), name=f"{n}.test", days_ago=1 - n / 80_000)
        practice.ok("poll")
        assert [item["from"].partition("@")[0] for item in practice.queue()] == order
