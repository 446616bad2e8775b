"""People who cannot wait stand first, their answer is due now, and nobody believes a letter gone that is not."""

import re
from pathlib import Path

import pytest

from inboxtriage.store.lock import RUN, hold
from tests.ear import hearing
from tests.practice import ASKS_INSURANCE, Practice, mail

DANGER = "I want to die. I have the pills here. I cannot go on any more."
SAFETY = '[practice.urgent]\ntext = "Please call 988 now, day or night."\n'


@pytest.fixture
def three(tmp_path: Path) -> Practice:
    """Two who ask, and after them somebody in danger; approved letters may be taken back for ten minutes."""
    made = Practice.in_folders(tmp_path, SAFETY)
    made.config.write_text(made.config.read_text().replace("undo_seconds = 0", "undo_seconds = 600"))
    made.receive(mail(ASKS_INSURANCE, sender="Ann <ann@example.org>"), days_ago=9)
    made.receive(mail(ASKS_INSURANCE, sender="Bo <bo@example.org>"), days_ago=8)
    made.receive(mail(DANGER, sender="Kyle <kyle@example.org>"), days_ago=1)
    made.ok("poll")
    return made


def due_lines(text: str) -> list[str]:
    return re.findall(r"due (?!now)\w.*", text)


class TestDueNow:
    def test_wherever_it_is_shown(self, three: Practice) -> None:
        for words in (["show", "m3"], ["queue"], ["backlog"]):
            assert "answer due now" in three.ok(*words).out, words
        assert not due_lines(three.ok("show", "m3").out)
        assert due_lines(three.ok("show", "m1").out), "calm mail keeps its deadline"
        assert three.ok("show", "m3", "--json").json["due_at"], "which the standards are measured by"

    def test_in_the_review_in_words(self, three: Practice) -> None:
        with hearing(three) as ear:
            said = ear.hear()
            ear.press("q")
            ear.hear()
        assert "Kyle (kyle@example.org)" in said
        assert "answer due now" in said
        assert not due_lines(said)

    def test_nor_is_it_said_of_what_is_settled(self, three: Practice) -> None:
        three.ok("done", "m3", "--how", "phone")
        assert "due now" not in three.ok("show", "m3").out
        assert "URGENT" not in three.ok("queue", "--all").out
        assert "URGENT" not in three.ok("unanswered").out


class TestUnanswered:
    def test_who_is_in_danger_is_named_first_and_marked(self, three: Practice) -> None:
        lines = three.ok("unanswered").out.splitlines()
        assert lines[0].startswith("URGENT")
        assert "kyle@example.org" in lines[1]
        names = [line for line in lines if "@example.org" in line and not line.startswith(" ")]
        assert [re.search(r"\((.*)@", line)[1] for line in names] == ["kyle", "ann", "bo"]  # type: ignore[index]
        found = three.ok("unanswered", "--json").json
        assert [(one["address"], one["urgent"]) for one in found] == [
            ("ann@example.org", False),
            ("bo@example.org", False),
            ("kyle@example.org", True),
        ], "scripts get the oldest first"
        assert re.search(r"URGENT: since .*Kyle", three.ok("digest").out)


class TestNotSentYet:
    def test_an_approval_says_whether_anything_sends_it(self, three: Practice) -> None:
        three.ok("show", "m3")
        said = three.ok("approve", "m3").out
        assert re.search(
            r"m3 approved as o1; NOT sent yet: no daemon runs, `inboxtriage send` sends it, in \d+ s", said
        )
        sent = three.ok("send").out
        assert "0 sent" in sent
        assert re.search(r"1 NOT sent yet, the first leaves in \d+ s at the earliest: `inboxtriage send` again", sent)
        assert "no daemon runs: `inboxtriage send`" in three.ok("unanswered").out
        three.ok("undo", "m3")
        a = three.assembly()
        with hold(a.folder, RUN):
            three.ok("show", "m3")
            said = three.ok("approve", "m3").out
            assert re.search(r"m3 approved as o2; leaves in \d+ s, by the daemon that runs", said)
            assert "no daemon" not in three.ok("unanswered").out

    def test_nor_is_a_calm_letter_said_to_leave_where_nothing_sends_it(self, three: Practice) -> None:
        three.ok("show", "m1")
        assert "not sent yet: no daemon runs" in three.ok("approve", "m1").out

    def test_in_the_review_in_words(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            ear.key("a")
            said = ear.key("y")
            ear.press("q")
            ear.hear()
        assert "m3: NOT sent yet: no daemon runs, `inboxtriage send` sends it" in said

    def test_no_departure_is_told_that_is_past(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, SAFETY)
        practice.receive(mail(DANGER))
        practice.ok("poll")
        practice.ok("show", "m1")
        assert "`inboxtriage send` sends it;" in practice.ok("approve", "m1").out
        for words in (["unanswered"], ["show", "m1"]):
            said = " ".join(practice.ok(*words).out.split())
            assert re.search(r"was due to leave .*; no daemon runs: `inboxtriage send`", said), words
        assert "leaves at" not in practice.ok("unanswered").out
        said = practice.ok("outbox").out
        assert "was due today" in said
        assert "1 not sent yet, and no daemon runs: `inboxtriage send`" in said
        with hold(practice.assembly().folder, RUN):
            assert "approved, leaves now" in practice.ok("unanswered").out
            assert "no daemon" not in practice.ok("outbox").out
        practice.ok("send")
        assert "no daemon" not in practice.ok("outbox").out


class TestRemarks:
    def test_no_call_is_promised_unremarked(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, SAFETY.replace("day or night.", "day or night. I will call you."))
        practice.receive(mail(f"{DANGER} Please don't call, he checks my phone. I'm 15."))
        practice.ok("poll")
        shown = practice.ok("show", "m1").out
        for words in ("they ask not to be phoned", "somebody else may read or hear", "they are 15"):
            assert re.search(rf"^remark +.*{words}", shown, re.MULTILINE), words
        assert shown.index("remark") < shown.index("I will call you"), "above the text"
        found = practice.ok("show", "m1", "--json").json["draft"]
        assert len(found["remarks"]) == 3
        practice.ok("edit", "m1", "--note", "I have read what you wrote.")
        assert practice.ok("show", "m1", "--json").json["draft"]["remarks"] == found["remarks"]

    def test_nor_in_a_letter_of_ones_own(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        practice.receive(mail(f"{DANGER} Please don't call."))
        practice.ok("poll")
        practice.ok("edit", "m1", "--body", "-", stdin="I will call you at once.")
        assert "not to be phoned" in practice.ok("show", "m1").out

    def test_what_an_older_mail_said_counts_for_the_letter_that_answers_both(self, practice: Practice) -> None:
        practice.receive(mail(f"{ASKS_INSURANCE} Please do not call me at work."), days_ago=2)
        practice.ok("poll")
        practice.receive(mail(ASKS_INSURANCE), days_ago=1)
        practice.ok("poll")
        (entry,) = practice.queue()
        assert entry["folds"]
        assert "not to be phoned" in entry["draft"]["remarks"][0]


class TestDated:
    def test_a_fine_in_a_few_days_comes_before_who_names_no_day(self, practice: Practice) -> None:
        for n, words in enumerate((ASKS_INSURANCE, f"{ASKS_INSURANCE} hoa says must cut in 7 day or they fine me")):
            practice.receive(mail(words, sender=f"Pat <pat{n}@example.org>"))
        practice.ok("poll")
        steps = practice.ok("backlog", "--json").json["steps"]
        assert [(step["kind"], step["people"][0]["from"]) for step in steps] == [
            ("dated", "pat1@example.org"),
            ("single", "pat0@example.org"),
        ]


class TestPlainWords:
    def test_check_and_poll_say_what_a_layman_understands(self, practice: Practice) -> None:
        practice.receive(mail())
        assert "Next: inboxtriage review" in practice.ok("poll").out
        said = practice.ok("check").out
        assert not re.search(r"mark outside|put back|none is unknown|account\(s\)|intact|touches", said)
        assert "of each letter it is known whether it left" in said

    def test_the_question_names_the_person(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            assert "How was Kyle dealt with" in ear.key("d")
            ear.key("x")
            ear.press("q")
            ear.hear()
