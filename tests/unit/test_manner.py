"""How sentences speak: each mark on words that show it, and any text at all."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.manner import PLACED, SPOKEN, manner
from inboxtriage.triage.reading import Reading, Sentence


def marks(text: str, **more: bool) -> set[str]:
    row = manner(Reading((Sentence(text, **more),), ()))[0]
    return {name for name, value in zip(SPOKEN, row, strict=False) if value}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do you take Aetna?", {"question", "opening", "you"}),
        ("and how much is it", {"opening"}),
        ("¿Cuánto cuesta?", {"question", "opening"}),
        ("I’m not asking about cost", {"me", "denial"}),
        ("She used to see somebody", {"others", "past"}),
        ("We moved here", {"me", "past"}),
        ("Saturday", set()),
        ("need", set()),
    ],
)
def test_marks(text: str, expected: set[str]) -> None:
    assert marks(text) == expected


def test_where_a_sentence_stands() -> None:
    assert marks("Saturday", topic=True) == {"topic"}
    assert marks("Saturday", quoted=True) == {"quoted"}
    rows = manner(Reading((Sentence("HELP ME"), Sentence("one two three")), ()))
    placed = [dict(zip(PLACED, row[len(SPOKEN) :], strict=True)) for row in rows]
    assert [one["shouted"] for one in placed] == [True, False]
    assert [one["before"] for one in placed] == [0.0, math.log1p(1)]
    assert [one["after"] for one in placed] == [math.log1p(1), 0.0]
    assert placed[1]["words"] == math.log1p(3)


@given(st.lists(st.text(), max_size=5))
def test_any_text_has_its_numbers(texts: list[str]) -> None:
    rows = manner(Reading(tuple(Sentence(text) for text in texts), ()))
    assert [len(row) for row in rows] == [len(SPOKEN) + len(PLACED)] * len(texts)
    assert all(math.isfinite(number) for row in rows for number in row)
