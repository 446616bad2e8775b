"""The review in a terminal of its own: that it opens, answers, gives the terminal back, and prints no colour unasked."""

import re
import sqlite3
import sys
import termios
from pathlib import Path

import pytest

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.terminal import talking

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[25])(?:;\d+)*m")
SCREEN, GIVEN_BACK = "\x1b[?1049h", "\x1b[?1049l"


@pytest.fixture
def two(practice: Practice) -> Practice:
    practice.receive(mail(ASKS_INSURANCE, sender="Ann <ann@example.org>"))
    practice.receive(mail(ASKS_ROOM, sender="Bo <bo@example.org>"))
    practice.ok("poll")
    return practice


def settled(practice: Practice) -> list[str]:
    return [one["state"] for one in practice.queue_all()]


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "screen", "linux"])
def test_opened_worked_with_and_left(two: Practice, term: str) -> None:
    two.environment["TERM"] = term
    with talking(two, "review", rows=60) as talk:
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        talk.press("rr")
        talk.until("1 of 2 people left")
        talk.press("q")
        assert talk.ended() == 0
    assert talk.shown.index(SCREEN) < talk.shown.index(GIVEN_BACK)
    assert "1 mail of 1 person is left, about 1 minute." in talk.shown.partition(GIVEN_BACK)[2]
    assert sorted(settled(two)) == ["rejected", "waiting"]


def test_ctrl_c_leaves_as_q_does_and_loses_nothing(two: Practice) -> None:
    with talking(two, "review", rows=60) as talk:
        before = termios.tcgetattr(talk.terminal)
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        assert termios.tcgetattr(talk.terminal) != before
        talk.press("a\x03")
        talk.until("S sends now")
        talk.press("\x03")
        talk.process.wait(60)
        assert termios.tcgetattr(talk.terminal) == before
        assert talk.ended() == 0
    assert "1 approved." in talk.shown
    assert (
        "1 waits to be sent (now): no daemon runs, so `inboxtriage send` sends it"
        in talk.shown.partition(GIVEN_BACK)[2]
    )
    assert [out["state"] for out in two.ok("outbox", "--json").json] == ["queued"]


def test_the_letter_is_changed_in_an_editor_of_ones_own(two: Practice, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = tmp_path / "editor.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "letter = pathlib.Path(sys.argv[-1])\n"
        f"pathlib.Path({str(seen)!r}).write_text(f'{{letter}} {{letter.parent.stat().st_mode & 0o777:o}}')\n"
        "letter.write_text(letter.read_text().replace('Warm regards', 'See you soon'))\n"
    )
    two.environment |= {"VISUAL": f"{sys.executable} {script}", "EDITOR": "false"}
    with talking(two, "review", rows=80) as talk:
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        talk.press("E")
        talk.until("See you soon")
        talk.press("q")
        assert talk.ended() == 0
    assert "See you soon" in two.ok("show", "m1", "--json").json["draft"]["body"]
    file, mode = seen.read_text().split()
    assert mode == "700"
    assert not Path(file).exists()


def test_an_editor_that_fails_changes_nothing(two: Practice) -> None:
    two.environment |= {"VISUAL": "", "EDITOR": "false"}
    with talking(two, "review", rows=60) as talk:
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        talk.press("E")
        talk.until("the editor ended with 1")
        talk.press("q")
        assert talk.ended() == 0
    assert not two.ok("show", "m1", "--json").json["draft"]["edited"]


@pytest.mark.parametrize(("no_colour", "is_coloured"), [("1", False), ("", True)], ids=["NO_COLOR", "with colour"])
def test_without_colour_there_is_none(two: Practice, no_colour: str, is_coloured: bool) -> None:
    two.environment |= {"NO_COLOR": no_colour} if no_colour else {}
    with talking(two, "review", rows=60) as talk:
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        talk.press("q")
        assert talk.ended() == 0
    assert bool(COLOUR.search(talk.shown)) is is_coloured


def test_a_fault_gives_the_terminal_back_and_says_one_line(two: Practice) -> None:
    with talking(two, "review", rows=60) as talk:
        talk.until("2 mails, 2 people")
        talk.until("Warm regards")
        (store,) = (two.home / "store").glob("*.sqlite3")
        with sqlite3.connect(store) as db:
            db.execute("DROP TABLE event")
        talk.press("R")
        assert talk.ended() != 0
    said = talk.shown.partition(GIVEN_BACK)[2]
    assert "Traceback" not in talk.shown
    assert "inboxtriage: " in said


def test_without_a_terminal_it_says_what_to_do_instead(two: Practice) -> None:
    refused = two.run("review")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "inboxtriage queue" in refused.err
