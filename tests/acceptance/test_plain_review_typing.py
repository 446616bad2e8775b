"""`review --plain`: whole words and an Enter behind a key, leaving from a question, folds between words."""

import pytest

from inboxtriage.cli.reviewing.keys import meant
from tests.acceptance.test_backlog import DANGER, SELLS
from tests.acceptance.test_plain_review import outbox, receive
from tests.ear import PROMPT, hearing
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice


@pytest.fixture
def two(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    made = Practice.in_folders(tmp_path_factory.mktemp("two"), '\n[practice.urgent]\ntext = "Call 911."\n')
    receive(made, ("Ann", ASKS_INSURANCE), ("Cy", DANGER))
    return made


def test_whole_words_and_enter(two: Practice) -> None:
    with hearing(two) as ear:
        assert "Cy" in ear.hear()
        assert "m1" in ear.key("next\r")
        for said in (ear.key("\r"), ear.key("\n"), ear.key("\r\n")):
            assert said.strip() == "", "Enter alone says nothing and does nothing"
        assert "One key" not in ear.key("help\r")
        assert "m1 approved as o1." in ear.key("approve\r")
        assert "m1: approve undone." in ear.key("undo")
        assert "Nothing is to be done with that key here." in ear.key("aa"), "no word, and nothing twice"
        assert "2 mails of 2 people are left" in ear.key("quit\r")
        assert ear.has_ended
    assert ear.process.wait(60) == 0
    assert outbox(two) == []


def test_enter_behind_a_key_that_acts_at_once(two: Practice) -> None:
    with hearing(two) as ear:
        ear.hear()
        ear.key("n")
        assert "m1 approved as o1." in ear.key("a")
        assert "Nothing is to be done" not in ear.key("\r")
        ear.key("q")


def test_q_leaves_from_a_question_too(two: Practice) -> None:
    for key, question in (("a", "Look twice."), ("d", "How was "), ("r", "r again: Cy")):
        with hearing(two) as ear:
            ear.hear()
            assert question in ear.key(key)
            assert "2 mails of 2 people are left" in ear.key("q")
            assert ear.has_ended
        assert ear.process.wait(60) == 0
    assert outbox(two) == []
    assert len(two.queue()) == 2


def test_no_answer_to_a_question_takes_the_key_twice(practice: Practice) -> None:
    receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM), ("Ads", SELLS))
    with hearing(practice) as ear:
        assert "r no answer" in ear.hear()
        assert "r again: Ann (ann@example.org) gets no answer; any other key does not." in ear.key("r")
        assert "Nothing was changed." in ear.key("y")
        assert len(practice.queue()) == 3
        ear.key("r")
        assert "m1 rejected." in ear.asked("r", ("Why", ""))
        ear.key("n")
        assert "m3 rejected." in ear.key("r"), "what sells takes one"
        ear.key("q")


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_no_word_is_broken_at_the_edge(columns: int, practice: Practice) -> None:
    words = "Do you take Aetna? I am writing on behalf of somebody else who would rather not be called at all. " * 3
    receive(practice, ("Ann", words), ("Bo", ASKS_ROOM))
    with hearing(practice, columns) as ear:
        said = ear.hear() + ear.key("?") + ear.key("j") + ear.key("o") + ear.key("r")
        ear.key("q")
    assert PROMPT not in said
    wide = [row for row in said.split("\n") if len(row) > columns]
    assert all(len(row.replace("~", "").split()) == 1 for row in wide), "but for a word that is wider than that"
    assert "Keys: a approve, e edit, E edit in $EDITOR, + personal line" in " ".join(said.split())


@pytest.mark.parametrize(
    ("typed", "key"), [("quit", "q"), ("Approve", "a"), ("HELP", "?"), ("undo", "u"), ("reject", "r"), ("a", "a"), ("D", "D"), ("ab", "ab"), ("h", "?")]
)  # fmt: skip
def test_what_a_word_means(typed: str, key: str) -> None:
    assert meant(typed) == key
