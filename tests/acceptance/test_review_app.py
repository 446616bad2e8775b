"""The review on a whole screen: a first morning cleared by keys alone, and what becomes of every letter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxtriage.ui.keys import END, GROUP, LIST
from tests.acceptance.test_backlog import demo, reconciles
from tests.practice import Practice
from tests.sitting import NOT_SEEN, Seen, Sitting, sitting

WRITTEN = "I will tell you when we speak."
ONCE = {"spare", "strike", "fill in", "snooze", "relabel", "undo", "note", "phone"}


class Person:
    """Clears a backlog by keys, with each of the rarer ways once; knows nothing but what the screen shows."""

    def __init__(self, seat: Sitting) -> None:
        self.seat = seat
        self.letters: dict[str, Seen] = {}
        self.approved: list[str] = []
        self.order: list[str] = []
        self.snoozed: list[str] = []
        self.left = set(ONCE)

    def once(self, what: str) -> bool:
        is_left = what in self.left
        self.left -= {what}
        return is_left

    def clear(self) -> None:
        for _ in range(200):
            if self.seat.app.view == END:
                return
            self.order += [item for item in self.seat.items if item not in self.order]
            if self.seat.app.view == GROUP:
                self.group()
            elif self.seat.app.view == LIST:
                self.sweep()
            else:
                self.single()
        pytest.fail(f"it does not end: {self.seat.screen}")

    def group(self) -> None:
        if len(self.seat.items) > 2 and self.once("strike"):
            self.seat.press(*["down"] * (len(self.seat.items) - 1), "x")
            assert "STRUCK OUT" in self.seat.screen
            self.approve(but=self.seat.items[-1:])
        else:
            self.approve()

    def sweep(self) -> None:
        self.seat.read_on()
        if self.once("spare"):
            self.seat.press("end", "down", "x")
        selling = "SELLING" in self.seat.screen
        before = self.seat.items
        self.seat.press("r" if selling else "d")
        assert self.seat.items != before, self.seat.screen

    def single(self) -> None:
        self.seat.read_on()
        said, item = "\n".join(self.seat.page), self.seat.item
        if "── No letter is written" in said:
            if self.once("relabel"):
                self.seat.press("l")
                self.seat.press(key_of(self.seat, "insurance"), "enter")
                return  # a letter was written, which is read like any other
            if self.once("phone"):
                self.seat.press("d", "p")
                self.seat.type("called her back")
                self.seat.press("enter")
            else:
                self.seat.press("d", "n")
        elif "  BLOCKED " in said:
            assert "blocked" in self.seat.press("a")
            self.once("fill in")
            self.fill_in()
            return
        elif "LOOK TWICE" not in said and "URGENT" not in self.seat.screen and self.once("snooze"):
            self.snoozed.append(item)
            self.seat.press("z", "7")
        elif self.once("note"):
            self.seat.press("+")
            self.seat.type("See you soon!")
            self.seat.press("enter")
            return
        else:
            self.approve()
        assert self.seat.items != [item], self.seat.screen

    def fill_in(self) -> None:
        self.seat.press("e")
        for _ in range(self.seat.letter_in_hand.count("[to fill in")):
            self.seat.type(WRITTEN)
            self.seat.press("tab")
        assert "[to fill in" not in self.seat.letter_in_hand
        self.seat.press("ctrl+s")

    def approve(self, but: list[str] | None = None) -> None:
        """Read to the end, approve; what was on the screen is what has to leave."""
        self.seat.read_on()
        found = {item: seen for item, seen in self.seat.letters().items() if item not in (but or [])}
        assert found
        assert NOT_SEEN not in str(found)
        is_danger = "URGENT" in self.seat.screen or "LOOK TWICE" in self.seat.screen
        shown = self.seat.press("a")
        if "y sends" in shown:
            self.seat.press("y")
        else:
            assert not is_danger, shown
        self.letters |= found
        self.approved += found
        assert not set(found) & set(self.seat.items), self.seat.screen
        if self.once("undo"):
            self.seat.press("u")
            assert set(found) == set(self.seat.items)
            self.approve(but)


def key_of(seat: Sitting, value: str) -> str:
    """The letter by which a chooser takes a value."""
    (row,) = [row for row in seat.screen.split("\n") if row.endswith(f"] {value}")]
    return row.split()[0]


@pytest.fixture
def morning(tmp_path: Path) -> Practice:
    return demo(tmp_path)


@pytest.fixture(params=[(80, 24), (140, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def seat(morning: Practice, request: pytest.FixtureRequest) -> Iterator[Sitting]:
    with sitting(morning, *request.param) as made:
        yield made


def test_sixty_mails_cleared_by_keys_alone(morning: Practice, seat: Sitting) -> None:
    assert "52 mails, 49 people, " in seat.screen
    assert "2 settled already, about" in seat.screen
    person = Person(seat)
    person.clear()
    assert person.left == set(), "each of the rarer ways was gone"
    assert person.order[:2] == ["m52", "m60"], "who cannot wait comes first"
    assert "That was everybody" in seat.screen
    seat.press("q")
    assert f"{len(person.letters)} wait to be sent" in seat.screen
    assert f"{len(person.letters)} sent" in seat.press("S")
    seat.press("q")
    assert seat.has_ended
    assert seat.said[0] == f"{len(person.letters)} approved, {len(person.letters)} of them sent."
    assert len(person.letters) > 25
    letters = {item: (seen.to, seen.body) for item, seen in person.letters.items()}
    reconciles(morning, letters, waiting=person.snoozed)
