"""In a window of eighty columns and fewer: ids and addresses whole, and no word broken in two."""

import re

import pytest

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.terminal import Talk

LONG = "Lorraine Petty-Featherstone <lorraine.petty.featherstone@example.net>"


@pytest.fixture
def two(practice: Practice) -> Practice:
    practice.receive(mail(ASKS_INSURANCE, sender=LONG, subject="A question about therapy and about insurance, please"))
    practice.receive(mail(ASKS_ROOM, sender="Bo <bo@example.org>", subject="Room"))
    practice.ok("poll")
    return practice


def shown(practice: Practice, *words: str, columns: int) -> list[str]:
    talk = Talk(practice, *words, columns=columns)
    talk.ended()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", talk.shown)
    return [line.rstrip() for line in re.split(r"[\r\n]+", text)]


@pytest.mark.parametrize("columns", [80, 72])
def test_the_queue(two: Practice, columns: int) -> None:
    lines = shown(two, "queue", columns=columns)
    assert all(len(line) <= columns for line in lines)
    (header,) = [line for line in lines if line.lstrip().startswith("id ")]
    assert {"id", "what", "from"} <= set(header.split())
    assert not re.search(r"\b\w{1,4}…", header)
    text = "".join(lines)
    assert "m1" in text
    assert "m2" in text
    assert "reply" in text
    assert "lorraine.petty.featherstone@example.net" in re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "words", [["queue"], ["unanswered"], ["check"], ["show", "m99"], ["approve", "m99", "--group", "x"]]
)
def test_no_word_is_broken(two: Practice, words: list[str]) -> None:
    """What a window of 60 columns says is what one of 400 says, folded between words; but a path is longer than that."""
    narrow = [line for line in shown(two, *words, columns=60) if not re.match(r" |A wider|.*received, ", line)]
    assert all(len(line) <= 60 for line in narrow)
    known = set(" ".join(shown(two, *words, columns=400)).split())
    words_of = {word for line in narrow for word in line.split() if len(word) < 30 and "…" not in word}
    assert {word for word in words_of if not word.startswith("/")} <= {*known, "too."}


def test_a_pipe_gets_whole_lines(two: Practice) -> None:
    said = two.ok("unanswered").out
    assert "1 person" in said or "people" in said
    assert all(not line or len(line.split()) > 1 for line in said.splitlines())
