"""The review on a whole screen: finding one's way, and any terminal and any words."""

from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from inboxtriage.ui.keys import KEYS
from tests.acceptance.test_backlog import DANGER
from tests.acceptance.test_review_app_keys import one, outbox, receive
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.sitting import Sitting, sitting


@pytest.fixture
def two(practice: Practice) -> Practice:
    receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
    return practice


@pytest.fixture
def seat(two: Practice) -> Iterator[Sitting]:
    with sitting(two) as made:
        yield made


class TestGoing:
    def test_search_goes_to_what_says_it(self, seat: Sitting) -> None:
        seat.press("/")
        seat.type("bo@example")
        seat.press("enter")
        assert seat.items == ["m2"]
        seat.press("/")
        seat.type("accepting clients")
        seat.press("enter")
        assert seat.items == ["m2"]
        seat.press("/")
        seat.type("zebra [/]")
        assert "nothing that is left says 'zebra [/]'" in seat.press("enter")

    def test_where_several_say_it_one_chooses(self, seat: Sitting) -> None:
        seat.press("/")
        seat.type("hello")
        assert "2 say 'hello'" in seat.press("enter")
        seat.press("down", "enter")
        assert seat.items == ["m2"]

    def test_the_list_leads_anywhere(self, seat: Sitting) -> None:
        assert "2 steps" in seat.press("tab")
        seat.press("end", "enter")
        assert seat.items == ["m2"]

    def test_skipped_comes_again_at_the_end(self, seat: Sitting) -> None:
        seat.press("s")
        assert seat.items == ["m2"]
        seat.press("r", "r")
        assert seat.items == ["m1"]
        assert "(skipped)" in seat.screen
        assert "only one left" in seat.press("s")

    def test_back_and_on(self, seat: Sitting) -> None:
        assert "first step" in seat.press("b")
        seat.press("right")
        assert seat.items == ["m2"]
        assert "last step" in seat.press("right")
        seat.press("b")
        assert seat.items == ["m1"]

    def test_new_mail_is_seen_while_it_is_open(self, two: Practice, seat: Sitting) -> None:
        receive(two, ("Cy", DANGER))
        seat.press("R")
        assert "1 new" in seat.screen
        assert seat.items == ["m1"], "nobody is pushed away from what they read"
        assert "/3" in seat.screen

    def test_every_key_stands_in_the_help(self, seat: Sitting) -> None:
        seen = seat.press("?")
        for _ in range(5):
            seen += seat.press("space")
        said = one(seen)
        for key in KEYS:
            assert key.says[:40] in said, key
        seat.press("x")
        assert seat.items == ["m1"]

    def test_nothing_waits(self, practice: Practice) -> None:
        with sitting(practice) as seat:
            assert "That was everybody" in seat.screen
            for key in KEYS:
                if key.key not in {"q", "?", "tab", "/"}:
                    seat.press({"enter": "enter"}.get(key.key, key.key))
            seat.press("q")
            assert seat.said == ["Nothing is left."]

    def test_one_is_one(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE))
        with sitting(practice) as seat:
            assert "1 mail, 1 person, about 1 minute." in seat.screen
            seat.press("ctrl+c")
            assert seat.said == ["1 mail of 1 person is left, about 1 minute."]


class TestSizes:
    HOSTILE = (
        "Hello [bold]you[/bold], do you take Aetna? [/] \\[red] [link=x]here[/link] {markup} \x1b[2J\x1b]0;title\x07\n"
        "\u202eevil\u202c \u2066x\u2069 \u200bzero 漢字を読みます。 שלום עולם 👩‍👩‍👧 e\u0301 \x08\x7f\tdone.\n"
        "What is your fee per session? Thank you. " + "w" * 300 + " 字" * 90
    )

    @pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15), (40, 10), (200, 60)], ids=str)
    def test_hostile_words_stand_there_as_they_are(self, size: tuple[int, int], practice: Practice) -> None:
        subject = "[bold]Subject[/] \\[ {x}"
        practice.receive(mail(self.HOSTILE, sender='"[red]Ann[/] (x)" <ann@example.org>', subject=subject))
        practice.receive(mail(ASKS_ROOM, sender="Bo <bo@example.org>"))
        practice.ok("poll")
        with sitting(practice, *size) as seat:
            seat.press("/")
            seat.type("漢字")
            seat.press("enter")
            seat.read_on()
            page = "\n".join(seat.page)
            said = one(page)
            for literal in ("[bold]you[/bold],", "[/]", "\\[red]", "[link=x]here[/link]", "{markup}", "[red]Ann[/]"):
                assert literal in said
            assert not {"\x1b", "\u202e", "\u2066", "\x08", "\x07", "\x7f"} & set(page)
            for key in ("tab", "escape", "?", "escape", "e", "escape"):
                shown = seat.press(key)
                assert max(map(cell_len, shown.split("\n"))) <= size[0]
                assert not {"\x1b", "\u202e", "\x07"} & set(shown)

    def test_too_small_says_so_and_approves_nothing(self, two: Practice) -> None:
        with sitting(two, 30, 6) as seat:
            assert "Too small" in seat.screen
            seat.press("a", "space", "a", "y")
            seat.press("q")
            assert seat.has_ended
        assert outbox(two) == []

    @pytest.mark.parametrize("size", [(80, 24), (60, 15), (140, 40)], ids=str)
    def test_the_keys_of_now_stand_below(self, size: tuple[int, int], two: Practice) -> None:
        with sitting(two, *size) as seat:
            last = seat.screen.rstrip("\n").split("\n")[-1]
            for word in ("a approve", "? keys", "q quit"):
                assert word in last


def test_at_the_end_it_looks_by_itself(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inboxtriage.ui.app._LOOK_AGAIN", 0.1)
    with sitting(practice) as seat:
        assert "That was everybody" in seat.screen
        receive(practice, ("Ann", ASKS_INSURANCE))
        for _ in range(200):
            if seat.items:
                break
            seat.wait(0.05)
        assert seat.items == ["m1"]
        assert "1 new" in seat.screen
        assert "Dear Ann" in seat.screen or "Their words" in seat.screen
