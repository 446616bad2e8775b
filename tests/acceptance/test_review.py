"""Going through the whole list in a terminal; letting somebody go as a planned step; people on record twice."""

import codecs
import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.practice import Practice, mail

TRANSITION = '+++\ntitle = "Handing over"\nsubject = "Where you can go on"\n+++\nI have to end our work. {{ said.colleague }} can go on with you.\n'


def with_letter(home: Path) -> Practice:
    """A practice with a letter of its own for handing over, so that the test does not hang on the shipped words."""
    letters = home / "own" / "letters"
    letters.mkdir(parents=True)
    (letters / "transition.md").write_text(TRANSITION)
    (letters / "check-in.md").write_text('+++\ntitle = "Check in"\nsubject = "How are you?"\n+++\nHow does it go?\n')
    return Practice.in_folders(home, '\n[responses]\npath = "own"\n')


class Terminal:
    """The program in a terminal of its own, and what it shows."""

    def __init__(self, practice: Practice, *words: str, columns: int = 100) -> None:
        self._terminal, theirs = pty.openpty()
        environment = {**practice.env(), "TERM": "xterm", "COLUMNS": str(columns)}
        self.process = subprocess.Popen(
            practice.command(*words), stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True
        )
        os.close(theirs)
        self.text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a letter may come in two pieces

    def until(self, words: str, seconds: float = 60) -> str:
        """What was shown up to these words."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < deadline, (words, self.text)
            if select.select([self._terminal], [], [], 0.5)[0]:
                try:
                    self.text += self._decoder.decode(os.read(self._terminal, 65_536))
                except OSError:  # it has ended
                    assert words in self.text, (words, self.text)
        shown, _, self.text = self.text.partition(words)
        return shown + words

    def press(self, key: str) -> None:
        """One key, when the program listens for keys: what is typed before that is dropped with the line's buffer."""
        deadline = time.monotonic() + 60
        while termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            assert time.monotonic() < deadline, self.text
            time.sleep(0.01)
        os.write(self._terminal, key.encode())

    def answer(self, words: str) -> None:
        """A whole line."""
        os.write(self._terminal, f"{words}\r".encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)
        os.close(self._terminal)


@contextmanager
def terminal(practice: Practice, *words: str) -> Iterator[Terminal]:
    opened = Terminal(practice, *words)
    try:
        yield opened
    finally:
        opened.close()


def shown(practice: Practice, who: str) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("lead", "show", who, "--json").json
    return found


class TestReview:
    def test_the_whole_list_once_and_on_where_it_stopped(self, tmp_path: Path) -> None:  # noqa: PLR0915 - one walk
        practice = with_letter(tmp_path)
        for name in ("ann", "bo", "cy", "dee"):
            practice.ok("lead", "add", f"{name}@example.org", "--name", name.title(), "--stage", "engage")
        practice.ok("lead", "referred", "p2", "--by", "p1")
        with terminal(practice, "lead", "review", "--plain") as screen:
            first = screen.until("> ")
            assert "1 of 4" in first
            assert "p1 Ann" in first
            assert "speaks for C" in first
            assert "1 person came by their word" in first
            screen.press("x")  # no such key
            screen.until("> ")
            screen.press("t")  # the tier that is suggested
            assert "tier      C" in screen.until("> ")
            screen.press("a")
            assert "2 of 4" in screen.until("> ")
            screen.press("p")
            assert "tier      A" in screen.until("> ")
            screen.press("k")
            screen.until("> ")
            screen.press("n")
            screen.until("note")
            screen.answer("likes tea")
            assert "2 of 4" in screen.until("> ")
            screen.press("w")
            screen.until("which")
            screen.answer("check-in")
            screen.until("any key")
            screen.press(" ")
            assert "check-in" in screen.until("> ")
            screen.press("k")
            assert "3 of 4" in screen.until("> ")
            screen.press("s")
            assert "4 of 4" in screen.until("> ")
            screen.press("q")
            screen.until("goes on here")
        assert shown(practice, "p1")["tier"] == "A"
        assert [(one["kind"], one["note"]) for one in shown(practice, "p2")["events"]][2:3] == [("noted", "likes tea")]
        assert [item["draft"]["to"] for item in practice.queue()] == ["bo@example.org"]
        with terminal(practice, "lead", "review", "--plain") as screen:
            assert "3 of 4" in screen.until("> ")  # the one who was skipped
            screen.press("g")
            screen.until("[y/N]")
            screen.answer("y")
            screen.until("colleague")
            screen.answer("Dr. Lee")
            screen.until("any key")
            screen.press(" ")
            assert "4 of 4" in screen.until("> ")
            screen.press("c")
            screen.until("That was everybody")
        with terminal(practice, "lead", "review") as screen:
            screen.until("Nobody is left in this round: all 4 people were seen")
        with terminal(practice, "lead", "review", "--again") as screen:
            assert "1 of 4" in screen.until("> ")
            screen.press("\x03")
            screen.until("4 left")

    def test_proposals_are_taken_or_dismissed(self, practice: Practice) -> None:
        from inboxtriage.store import leads

        for name, what, value in (("ann", "stage", "intake"), ("bo", "outcome", "withdrawn"), ("cy", "tier", "A")):
            practice.ok("lead", "add", f"{name}@example.org")
            a = practice.assembly()
            with a.db.writing():
                number = leads.find(a.db, address=f"{name}@example.org", phone=None) or 0
                at = a.clock.now()
                leads.happened(a.db, number, "proposed", at=at, cause="m9", note="why not", what=what, value=value)
        with terminal(practice, "lead", "review", "--plain") as screen:
            for key in "tkdktk":
                if key == "k":
                    screen.until("> ")
                else:
                    assert "why not (m9)" in screen.until("> ")
                screen.press(key)
            screen.until("That was everybody")
        assert (shown(practice, "p1")["stage"], shown(practice, "p1")["events"][1]["cause"]) == ("intake", "m9")
        assert shown(practice, "p2")["outcome"] == "open"
        assert shown(practice, "p3")["tier"] == "A"

    def test_without_a_terminal_it_names_the_other_commands(self, practice: Practice) -> None:
        done = practice.run("lead", "review")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "lead tiers" in done.err

    def test_an_empty_list_is_said(self, practice: Practice) -> None:
        with terminal(practice, "lead", "review") as screen:
            screen.until("there are no leads yet")


class TestLettingGo:
    def test_planned_written_stepped_and_proposed(self, tmp_path: Path) -> None:
        practice = with_letter(tmp_path)
        practice.ok("lead", "add", "ann@example.org", "--name", "Ann", "--stage", "engage")
        day = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
        out = practice.ok("lead", "let-go", "p1", "--to", "Dr. Lee", "--on", day).out
        assert f"p1 is to be let go to Dr. Lee, from {day}" in out
        assert "[ ] records:" in out
        (item,) = practice.queue()
        assert "Dr. Lee can go on with you" in item["draft"]["body"]
        assert item["due_at"][:10] >= day
        again = practice.run("lead", "let-go", "p1")
        assert (again.code, "planned already" in again.err) == (1, True)
        wrong = practice.run("lead", "let-go", "p1", "--done", "dance")
        assert (wrong.code, "records" in wrong.err) == (2, True)
        steps = [line.split("] ")[1].split(":")[0] for line in out.splitlines() if "[ ]" in line]
        words = [word for step in steps for word in ("--done", step)]
        assert "is proposed" not in practice.ok("lead", "let-go", "p1", *words).out  # the letter waits still
        assert shown(practice, "p1")["outcome"] == "open"
        practice.ok("approve", item["id"], "--now")
        proposed = shown(practice, "p1")["events"][-1]
        assert (proposed["kind"], proposed["note"]) == ("proposed", "handed over to Dr. Lee")
        assert shown(practice, "p1")["outcome"] == "open"  # nothing is closed by itself

    def test_a_letter_to_one_of_a_couple_never_goes_to_the_other(self, tmp_path: Path) -> None:
        practice = with_letter(tmp_path)
        practice.ok("lead", "add", "ann@example.org", "--name", "Ann", "--stage", "engage")
        practice.ok("lead", "add", "bo@example.org", "--name", "Bo", "--phone", "555-010-0123", "--stage", "engage")
        practice.ok("lead", "link", "p1", "p2", "--as", "couple")
        practice.ok("lead", "let-go", "p1", "--to", "Dr. Lee")
        (item,) = practice.queue()
        assert item["draft"]["to"] == "ann@example.org"
        refused = practice.run("edit", item["id"], "--to", "bo@example.org")
        assert (refused.code, "bo@example.org is p2, and this letter is for p1" in refused.err) == (1, True)
        assert practice.queue()[0]["draft"]["to"] == "ann@example.org"
        practice.ok("approve", item["id"], "--now")
        (sent,) = practice.outgoing()
        assert b"To: Ann <ann@example.org>" in sent or b"To: ann@example.org" in sent
        assert b"bo@example.org" not in sent
        kinds = [one["kind"] for one in shown(practice, "p2")["events"]]
        assert kinds == ["added", "linked"]

    def test_who_is_called_needs_no_letter(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123", "--stage", "engage")
        out = practice.ok("lead", "let-go", "p1").out
        assert "lead script p1 --for goodbye" in out
        steps = [line.split("] ")[1].split(":")[0] for line in out.splitlines() if "[ ]" in line]
        for step in steps[:-1]:
            practice.ok("lead", "let-go", "p1", "--done", step)
        practice.ok("lead", "let-go", "p1", "--not-done", steps[0])
        assert "is proposed" not in practice.ok("lead", "let-go", "p1", "--done", steps[-1]).out
        assert "ended is proposed" in practice.ok("lead", "let-go", "p1", "--done", steps[0]).out

    def test_it_can_be_given_up(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123")
        practice.ok("lead", "let-go", "p1")
        practice.ok("lead", "let-go", "p1", "--cancel")
        assert "nothing is planned" in practice.run("lead", "let-go", "p1", "--done", "records").err
        practice.ok("lead", "let-go", "p1")

    @pytest.mark.parametrize("words", [["--on", "soon"], ["--on", "2020-01-01"], ["--on", "2999-01-01", "--cancel"]])
    def test_what_is_wrong_changes_nothing(self, words: list[str], practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123")
        done = practice.run("lead", "let-go", "p1", *words)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert [one["kind"] for one in shown(practice, "p1")["events"]] == ["added"]


class TestDuplicates:
    def test_who_may_be_one_person_and_why(self, practice: Practice) -> None:
        rows = """email,name,phone
jane.doe@example.org,Jane Doe,555-010-0123
janedoe+x@example.org,Dr Jane Doe,
jane@work.example,"Doe, Jane",
kathryn.miller@example.org,Kathryn Miller,
kathrin.miller@example.org,Kathrin Miller,
bo@example.org,Bo Stone,555-010-0177
cy@example.org,Cy Stone,555-010-0188
amy@example.org,Amy Moss,
zoe@example.org,Zoe Moss,
"""
        practice.ok("lead", "import", "-", stdin=rows)
        found = practice.ok("lead", "duplicates", "--json").json
        assert {(one["one"], one["other"]): one["why"] for one in found} == {
            ("p1", "p2"): ["addresses that differ in dots or a tag alone"],
            ("p1", "p3"): ["the same name"],
            ("p4", "p5"): ["names a slip apart, at one domain"],
        }
        assert "lead merge p1 p2" in practice.ok("lead", "duplicates").out

    def test_a_caller_and_a_couple(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--name", "Ann Lee", "--phone", "555-010-0123")
        a = practice.assembly()
        from inboxtriage.store import leads

        with a.db.writing():
            for name in ("A. Lee", "Bob Moss"):
                leads.add(a.db, address=None, name=name, phone="+1 555 010 0123", source="voicemail", at=a.clock.now())
        (pair,) = practice.ok("lead", "duplicates", "--json").json
        assert pair == {"one": "p1", "other": "p2", "why": ["the same phone number"]}
        practice.ok("lead", "link", "p1", "p2", "--as", "family")
        assert practice.ok("lead", "duplicates", "--json").json == []
        assert "Nobody seems" in practice.ok("lead", "duplicates").out

    def test_mail_from_elsewhere_is_no_reason(self, practice: Practice) -> None:
        practice.receive(mail(sender="Jane Doe <jane@example.org>"))
        practice.receive(mail(sender="Bo <bo@example.org>"))
        practice.ok("poll")
        assert practice.ok("lead", "duplicates", "--json").json == []
