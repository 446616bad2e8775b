"""`review --plain` in a terminal: the demo's backlog cleared by its keys alone; what is typed wrong; undo; leaving."""

import os
import re
from pathlib import Path

import pytest

from tests.acceptance.test_backlog import DANGER, demo, reconciles
from tests.ear import FILLED, LEFT, STEP, Ear, hearing, letter_in, letters_in
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail


class Person:
    """Somebody who clears a backlog by ear, each of the rarer ways once."""

    def __init__(self, ear: Ear) -> None:
        self.ear = ear
        self.left = {"strike", "spare", "relabel", "phone", "fill in", "snooze", "note", "undo", "skip"}
        self.letters: dict[str, tuple[str, str]] = {}
        self.snoozed: list[str] = []
        self.order: list[str] = []
        self.item = ""

    def once(self, what: str) -> bool:
        is_left = what in self.left
        self.left -= {what}
        return is_left

    def clear(self) -> str:
        """Until nothing is left; what is said at the end."""
        said, people = self.ear.hear(), 1_000
        for _ in range(300):
            if self.ear.has_ended:
                return said
            for found in LEFT.findall(said):
                assert int(found) <= people + 1, "what is left shrinks, but for one who is taken back"
                people = int(found)
            title = STEP.findall(said)[-1] if STEP.search(said) else ""
            said = self.decide(title, said)
        pytest.fail(f"it does not end: {said}")

    def decide(self, title: str, said: str) -> str:
        """One step, by what it says it is."""
        if title.startswith("Group "):
            return self.group(said)
        if title.startswith("Sells"):
            if self.once("spare"):
                assert "Out, to be decided singly: 1 " in self.ear.asked("x", ("Which numbers", "1"))
            return self.ear.key("r")
        if title.startswith("Settled"):
            return self.ear.key("d")
        return self.single(title, said)

    def group(self, said: str) -> str:
        found, out = letters_in(said), ""
        if len(found) > 2 and self.once("strike"):
            out = list(found)[-1]
            assert f"Out, to be decided singly: {len(found)} " in self.ear.asked(
                "x", ("Which numbers", f"{len(found)}")
            )
        self.letters |= {item: letter for item, letter in found.items() if item != out}
        said = self.ear.key("a")
        if "Look twice." in said:
            said = self.ear.key("y")
        assert all(f"{item} approved" in said for item in found if item != out)
        return said

    def single(self, title: str, said: str) -> str:
        item = re.findall(r"^.*?, (m\d+), ", said, re.MULTILINE)[0] if title else self.item
        self.order += [item] if item not in self.order else []
        self.item = item
        if "There is no letter." in said:
            if "no address" in said and self.once("relabel"):
                return self.ear.asked("l", ("What is it really", "insurance"))
            if self.once("phone"):
                self.ear.press("d")
                self.ear.hear()
                return self.ear.asked("p", ("What was said", "called her back"))
            self.ear.press("d")
            self.ear.hear()
            return self.ear.asked("n", ("What was said", ""))
        if "\nagainst   " in said:
            self.once("fill in")
            assert "it is blocked" in self.ear.key("a")
            return self.ear.asked("e", ("which has a gap", ""), ("ends it", FILLED), (FILLED, "."))
        if title.startswith("Asks") and self.once("snooze"):
            self.snoozed.append(item)
            return self.ear.asked("z", ("For how many days", "7"))
        if title.startswith("Asks") and self.once("note"):
            return self.ear.asked("+", ("Personal line", "See you soon!"))
        if title.startswith("Asks") and self.once("skip"):
            self.order.remove(item)
            return self.ear.key("s")
        self.letters[item] = letter_in(said)
        said = self.ear.key("a")
        if "Look twice." in said:
            said = self.ear.key("y")
        else:
            assert not title.startswith(("Cannot", "Look"))
        assert f"{item} approved as o" in said
        if self.once("undo"):
            undone = self.ear.key("u")
            assert f"{item}: approve undone" in undone
            assert letter_in(undone) == self.letters[item], "back there"
            said = self.ear.key("a")
            said = self.ear.key("y") if "Look twice." in said else said
        return said


@pytest.fixture
def morning(tmp_path: Path) -> Practice:
    return demo(tmp_path)


def test_sixty_mails_cleared_by_keys_alone(morning: Practice) -> None:
    with hearing(morning) as ear:
        person = Person(ear)
        end = person.clear()
    assert ear.process.wait(60) == 0
    assert person.left == set(), "each of the rarer ways was gone"
    assert person.order[:2] == ["m52", "m60"], "who cannot wait comes first"
    assert f"{len(person.letters)} approved.\n{len(person.letters)} wait to be sent (now): no daemon runs" in end
    assert end.endswith("Nothing is left.\n")
    assert len(person.letters) > 25
    reconciles(morning, person.letters, waiting=person.snoozed)


def receive(practice: Practice, *people: tuple[str, str]) -> None:
    for name, body in people:
        sender = f"{name} <{name.lower()}@example.org>"
        practice.receive(mail(body, sender=sender, subject=f"Asked by {name}"))
    practice.ok("poll")


@pytest.fixture
def three(practice: Practice) -> Practice:
    """Two who ask what one letter each answers, and one whom nothing puts off."""
    receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM), ("Cy", DANGER))
    return practice


@pytest.fixture
def group(practice: Practice) -> Practice:
    receive(practice, *((name, ASKS_INSURANCE) for name in ("Ann", "Bo", "Cy")))
    return practice


def outbox(practice: Practice) -> list[str]:
    return [out["queue_id"] for out in practice.ok("outbox", "--json").json if out["state"] != "cancelled"]


class TestWhatIsTypedWrong:
    def test_nothing_of_it_changes_anything(self, three: Practice) -> None:
        before = three.queue()
        with hearing(three) as ear:
            assert "m3" in ear.hear()
            ear.key("n")
            for key in ("Y", "y", "u", "\t", "1"):
                assert "Nothing is to be done with that key here." in ear.key(key), key
            for key, *answers in (
                ("z", ("For how many days", "yesterday")),
                ("z", ("For how many days", "2020-01-01")),
                ("z", ("For how many days", "0")),
                ("l", ("What is it really", "nonsense")),
                ("m", ("To which address", "nobody at all")),
                ("/", ("Search", "no such words anywhere")),
                ("e", ("Which paragraph", "77")),
                ("e", ("Which paragraph", "all"), ("ends it", "\x04")),
            ):
                said = ear.asked(key, *answers)
                assert "Not done: " in said or "Nothing was changed." in said, (key, said)
            for key, question in (("z", "For how many days"), ("+", "Personal line"), ("l", "What is it really")):
                assert "Nothing was changed." in ear.asked(key, (question, "")), key
            assert "Nothing was changed." in self.how(ear, "d", "x")
            ear.press("q")
            ear.hear()
        assert outbox(three) == []
        assert [(one["id"], one["draft"]) for one in three.queue()] == [(one["id"], one["draft"]) for one in before]

    @staticmethod
    def how(ear: Ear, *keys: str) -> str:
        return [ear.key(key) for key in keys][-1]

    def test_numbers_that_are_none(self, group: Practice) -> None:
        with hearing(group) as ear:
            assert "Group " in ear.hear()
            for answer in ("99", "0", "x", "1 2 99"):
                assert "is no number from 1 to 3" in ear.asked("x", ("Which numbers", answer)), answer
            assert "is no number" in ear.asked("v", ("Which", "4"))
            assert "Out, to be decided singly: 1 Ann, 2 Bo, 3 Cy" in ear.asked("x", ("Which numbers", "1, 2;3"))
            assert "everybody is struck out" in ear.key("a")
            assert "In: 1 Ann, 2 Bo, 3 Cy." in ear.asked("x", ("Which numbers", "1 2 3"))
            assert "Left: " not in ear.key(".")
            ear.press("q")
            ear.hear()
        assert outbox(group) == []

    def test_bytes_that_are_no_text(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            assert "m1" in ear.key("n")
            for key, question in (("/", "Search"), ("m", "To which address"), ("e", "Which paragraph")):
                ear.press(key)
                ear.until(question)
                os.write(ear._terminal, b"\xff\xfe\r")
                assert "Step" not in ear.hear(), "still there"
            ear.press("q")
            ear.hear()
        assert outbox(three) == []

    def test_without_a_terminal(self, three: Practice) -> None:
        done = three.run("review", "--plain")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "needs a terminal" in done.err

    def test_nothing_waits(self, practice: Practice) -> None:
        with hearing(practice) as ear:
            assert ear.hear() == "Nothing waits for you.\n"


class TestDeciding:
    def test_danger_needs_a_second_and_different_key(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, '\n[practice.urgent]\ntext = "Call 911."\n')
        receive(practice, ("Ann", ASKS_INSURANCE), ("Cy", DANGER))
        with hearing(practice) as ear:
            said = ear.hear()
            assert "m2" in said
            assert letter_in(said)[0] == "cy@example.org"
            for key in "an":
                asked = ear.key("a")
                assert "their words read as danger" in asked
                assert "Nothing was changed." in ear.key(key), "the same key again is no yes"
                assert outbox(practice) == []
            ear.key("a")
            assert "m2 approved as o1." in ear.key("y")
            ear.press("q")
            ear.hear()
        assert outbox(practice) == ["m2"]

    def test_who_is_struck_out_comes_singly_and_nobody_is_approved_with_the_others(self, group: Practice) -> None:
        with hearing(group) as ear:
            ear.hear()
            ear.asked("x", ("Which numbers", "2"))
            said = ear.key("a")
            assert "m1 approved as o1.\nm3 approved as o2.\n" in said
            assert "Left: 1 person, about 1 minute." in said
            assert "Bo (bo@example.org), m2" in said
            ear.key("r")
            assert "m2 rejected." in ear.asked("r", ("Why", "a friend"))
        assert outbox(group) == ["m1", "m3"]

    def test_undo_goes_back_step_by_step(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            assert "m3 done." in self.done(ear)
            assert "m1 approved as o1." in ear.key("a")
            assert "m2 approved as o2." in ear.key("a") or ear.has_ended
        assert ear.has_ended
        assert outbox(three) == ["m1", "m2"]
        for item in ("m1", "m2", "m3"):
            three.ok("undo", item)
        with hearing(three) as ear:
            ear.hear()
            self.done(ear)
            ear.key("a")
            said = ear.key("u")
            assert "m1: approve undone." in said
            assert "Ann (ann@example.org), m1" in said
            said = ear.key("u")
            assert "m3: done undone." in said
            assert "Cy (cy@example.org), m3" in said
            assert "Nothing is to be done with that key here." in ear.key("u")
            assert "3 mails of 3 people are left" in ear.key("q")
        assert outbox(three) == []
        assert len(three.queue()) == 3

    @staticmethod
    def done(ear: Ear) -> str:
        ear.key("d")
        return ear.asked("p", ("What was said", "we spoke"))

    def test_a_letter_that_changed_meanwhile_is_not_approved_and_stays(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            assert "m1" in ear.key("n")
            three.ok("edit", "m1", "--body", "-", stdin="Something else altogether.")
            said = ear.key("a")
            assert "Not done: " in said
            assert "Something else altogether." in said, "read out again, as it is now"
            assert outbox(three) == []
            assert "m1 approved as o1." in ear.key("a")
            ear.key("q")
        (letter,) = [one["draft"]["body"] for one in three.queue_all() if one["id"] == "m1"]
        assert letter == "Something else altogether."

    def test_who_cannot_wait_and_writes_meanwhile_is_next(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM), ("Dee", "Can we talk about parking?"))
        with hearing(practice) as ear:
            ear.hear()
            receive(practice, ("Cy", DANGER))
            said = ear.key("a")
            assert "1 new." in said
            assert "Cannot wait" in said
            assert "m4" in said
            ear.key("q")

    def test_search_and_back(self, three: Practice) -> None:
        with hearing(three) as ear:
            assert "m3" in ear.hear()
            assert "Bo (bo@example.org), m2" in ear.asked("/", ("Search", "how soon"))
            assert "Cy (cy@example.org), m3" in ear.key("b")
            assert "there is nothing before this" in ear.key("b")
            assert "Ann (ann@example.org), m1" in ear.asked("/", ("Search", "ann@"))
            ear.key("q")


class TestLeaving:
    @pytest.mark.parametrize("key", ["q", "\x03", "\x04"], ids=["q", "ctrl-c", "ctrl-d"])
    def test_what_was_decided_stays_and_is_told(self, key: str, three: Practice) -> None:
        three.config.write_text(three.config.read_text().replace("undo_seconds = 0", "undo_seconds = 600"))
        with hearing(three) as ear:
            ear.hear()
            ear.key("n")
            ear.key("a")
            said = ear.key(key)
            assert ear.has_ended
        assert ear.process.wait(60) == 0
        assert re.search(
            r"1 approved\.\n1 waits to be sent \(by today \d\d:\d\d\): no daemon runs, so `inboxtriage send` sends it\. "
            r"`inboxtriage undo ID` takes one back until then\.\n2 mails of 2 people are left, about \d minutes\.\n$",
            said,
        )
        assert outbox(three) == ["m1"]
        assert {one["id"] for one in three.queue()} == {"m2", "m3"}

    def test_ctrl_c_in_a_question_gives_up_the_question_alone(self, three: Practice) -> None:
        with hearing(three) as ear:
            ear.hear()
            for key, question in (("z", "For how many days"), ("/", "Search"), ("+", "Personal line")):
                ear.press(key)
                ear.until(question)
                ear.until(": ")
                ear.interrupt()
                assert "Nothing was changed." in ear.hear(), key
            ear.key("q")
        assert len(three.queue()) == 3

    def test_the_last_step_ends_it(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE))
        with hearing(practice) as ear:
            ear.hear()
            assert ear.key("a").endswith(
                "m1 approved as o1.\n1 approved.\n1 waits to be sent (now): no daemon runs, so `inboxtriage send` "
                "sends it.\nNothing is left.\n"
            )
            assert ear.has_ended
