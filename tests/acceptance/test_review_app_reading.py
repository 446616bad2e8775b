"""The review on a whole screen: what one reads before one decides, and keys that mean what one sees."""

from collections.abc import Iterator

import pytest
from textual.widgets import TextArea

from inboxtriage.ui.keys import GROUP, LIST, MAIL
from tests.acceptance.test_backlog import DANGER, SELLS
from tests.acceptance.test_review_app_keys import one, outbox, receive
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.sitting import Sitting, sitting

CALLS = "Please do not call me at work, only write to me."


@pytest.fixture
def group(practice: Practice) -> Practice:
    for n in range(6):
        practice.receive(mail(f"{ASKS_INSURANCE} {CALLS}", sender=f"Ann{n} <ann{n}@example.org>"))
    practice.ok("poll")
    return practice


@pytest.fixture
def seat(group: Practice) -> Iterator[Sitting]:
    with sitting(group) as made:
        yield made


def pointed_at(seat: Sitting) -> str:
    """The row of the person at whom the cursor stands, if that is on the screen."""
    return next((row for row in seat.screen.split("\n") if row[2:] and row[0] == ">"), "")[2:10]


class TestReading:
    def test_what_was_jumped_over_is_gone_to_upwards(self, group: Practice, seat: Sitting) -> None:
        seat.press("end")
        assert "more lines above, not seen yet" in seat.screen
        shown = seat.press("a")
        assert "read on above" in one(shown)
        assert seat.app.panes[0].top == 0 or "▲" not in shown
        assert outbox(group) == []
        for _ in range(20):
            if seat.app.view != GROUP:
                break
            assert seat.items
            seat.press("a")
        assert len(outbox(group)) == 6, "each press brings what is missing, until nothing is"

    def test_the_word_goes_when_all_was_seen(self, seat: Sitting) -> None:
        assert "read on below" in one(seat.press("a"))
        seat.read_on()
        for _ in range(100):  # it goes with the next frame
            if "read on" not in one(seat.screen):
                break
            seat.wait(0.05)
        assert "read on" not in one(seat.screen)
        assert "▲" not in seat.screen

    def test_what_else_they_say_has_to_be_seen(self, group: Practice) -> None:
        with sitting(group, 80, 24) as seat:
            seat.read_on()
            rows = [row for row in seat.app.panes[0]._rows if "do not call me" in one(row.text)]
            assert len(rows) == 6
            assert all(row.must for row in rows)

    def test_the_sources_are_folded_away_for_the_whole_sitting(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
        with sitting(practice) as seat:
            seat.read_on()
            assert "    ~ " in "\n".join(seat.page)
            seat.press("o")
            assert seat.app.panes[0].unseen() is None, "nothing that was read has to be read again"
            assert "    ~ " not in seat.app.panes[0].text
            seat.press("a")
            assert seat.items == ["m2"]
            assert "    ~ " not in seat.app.panes[0].text
            seat.press("o")
            assert "    ~ " in seat.app.panes[0].text
        assert outbox(practice) == ["m1"]

    @pytest.mark.parametrize("size", [(80, 24), (60, 12), (140, 30)], ids=str)
    def test_scrolling_takes_the_cursor_along(self, size: tuple[int, int], group: Practice) -> None:
        with sitting(group, *size) as seat:
            for key in ("space", "space", "space", "end", "pageup", "down", "space", "home", "end", "up"):
                seat.press(key)
                if seat.app.panes[0].member_on_screen() is not None and "Ann" in seat.screen:
                    before = seat.app.struck
                    row = pointed_at(seat)
                    seat.press("x")
                    if seat.app.struck != before:
                        assert row == pointed_at(seat) != "", "it is who stood there"
                        seat.press("x")

    def test_who_is_not_on_the_screen_is_not_struck_out(self, seat: Sitting) -> None:
        assert pointed_at(seat) == ""
        assert "was not on the screen: press x again" in one(seat.press("x"))
        assert seat.app.struck == set()
        assert "Ann0" in pointed_at(seat)
        assert "STRUCK OUT" in seat.press("x")

    def test_first_words_end_with_a_word(self, practice: Practice) -> None:
        receive(practice, ("Ads", f"{SELLS} {'Nevertheless ' * 40}"))
        with sitting(practice, 80, 40) as seat:
            assert seat.app.view == LIST
            assert "1 that sells" in seat.screen
            assert one(" ".join(seat.page)).endswith(" Nevertheless …")


class TestDeciding:
    def test_nobody_urgent_is_passed(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Cy", DANGER), ("Dee", f"{DANGER} Tonight."))
        with sitting(practice) as seat:
            first = seat.items
            seat.press("n")
            assert "URGENT" in seat.screen
            assert seat.items != first
            seat.press("n")
            assert seat.items == ["m1"]

    def test_no_answer_to_a_question_takes_the_key_twice(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
        with sitting(practice) as seat:
            assert "r no answer" in seat.screen
            for other in ("y", "right", "escape"):
                assert "r again: Ann gets no answer" in seat.press("r")
                seat.press(other)
                if other == "right":
                    assert "r again: Bo gets no answer" in seat.press("r")
                    seat.press("left")
            assert len(practice.queue()) == 2
            seat.press("r", "r")
            assert seat.items == ["m2"]
        assert [item["state"] for item in practice.queue_all() if item["id"] == "m1"] == ["rejected"]

    def test_in_danger_too(self, practice: Practice) -> None:
        receive(practice, ("Cy", DANGER))
        with sitting(practice) as seat:
            assert "r again: Cy gets no answer" in seat.press("r")
            seat.press("y", "right")
        assert len(practice.queue()) == 1

    def test_what_sells_and_what_asks_nothing_takes_one(self, practice: Practice) -> None:
        receive(practice, ("Ads", SELLS), ("Tom", "Hello Maya, the parcel is at the desk downstairs. Regards, Tom"))
        with sitting(practice) as seat:
            for _ in range(2):
                seat.read_on()
                seat.press("r")
        assert {one["state"] for one in practice.queue_all()} == {"rejected"}


class TestGaps:
    def test_a_gap_is_replaced_by_what_is_typed_and_tab_goes_to_the_next(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE))
        with sitting(practice, 80, 40) as seat:
            seat.press("e", "ctrl+a")
            seat.app.screen.query_one(
                "#letter", TextArea
            ).text = "Dear Ann,\n\nI am free on [to fill in: day] at [to fill in: time].\n\n[to fill in: more]"
            seat.press("ctrl+s")
            assert "blocked" in seat.press("a")
            shown = seat.press("e")
            assert "Tab next gap (3 to fill in" in shown
            seat.type("Monday")
            seat.press("tab")
            seat.type("ten")
            assert "Tab next gap (1 to fill in" in seat.screen
            seat.press("ctrl+n")
            seat.type("Bye.")
            assert "nothing is left to fill in" in seat.press("tab")
            assert seat.letter_in_hand == "Dear Ann,\n\nI am free on Monday at ten.\n\nBye."
            seat.press("ctrl+s")
            seat.read_on()
            assert seat.letters()["m1"].body == "Dear Ann, I am free on Monday at ten. Bye."

    def test_after_the_last_comes_the_first(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE))
        with sitting(practice, 80, 40) as seat:
            seat.press("e")
            area = seat.app.screen.query_one("#letter", TextArea)
            area.text = "[to fill in: a] and [to fill in: b"
            found = []
            for _ in range(3):
                seat.press("tab")
                found.append(area.selected_text)
            assert sorted(found[:2]) == ["[to fill in: a]", "[to fill in: b"]
            assert found[2] == found[0]


class TestEarlyKeys:
    def test_a_key_that_asks_waits_until_the_step_is_read(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
        with sitting(practice) as seat:
            seat.app.desk.readings.clear()
            seat.app.draw()
            seat.press("a", "e", settle=False)
            assert not seat.is_asked()
            assert "one moment" in seat.screen
            seat.app.desk.look()
            seat.settle()
            assert seat.is_asked()
            assert "Dear Ann" in seat.letter_in_hand
            seat.press("escape")
            assert (seat.items, seat.app.view) == (["m1"], MAIL)
        assert outbox(practice) == [], "a key that decides was refused"

    def test_who_goes_on_gives_it_up(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
        with sitting(practice) as seat:
            seat.app.desk.readings.clear()
            seat.press("e", settle=False)
            seat.press("right")
            assert not seat.is_asked()
            seat.press("left")
            assert (seat.is_asked(), seat.items) == (False, ["m1"])
