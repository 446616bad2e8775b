"""Clauses as lines, and phrases with gaps: found as quickly written lists find them, and no others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.triage.asks.clauses import ClausePhrases, clauses, longest, put_in
from inboxtriage.triage.phrases import Phrases, table

WORDS = {"you": ["you", "u"], "they": ["he", "{you} all"]}


def test_a_clause_is_a_line_without_the_marks_at_its_ends() -> None:
    said = clauses(["¿Cuánto  cuesta?", "1) Do you\ntake Aetna?", "Thanks!"])
    assert said.text == "cuanto cuesta\ndo you take aetna\nthanks"
    assert said.questions == {0, 1}
    assert [said.of(n) for n in range(3)] == ["cuanto cuesta", "do you take aetna", "thanks"]
    assert said.at(said.text.index("aetna")) == 1


def test_words_are_put_into_phrases() -> None:
    assert put_in("do {they} go{1,2}", WORDS) == "do (?:he|(?:you|u) all) go{1,2}"


def test_a_gap_does_not_leave_its_clause() -> None:
    gapped = ClausePhrases({"pay": ["do {you} .*cards"]}, WORDS)
    assert gapped.spans("do you ever take cards") == {"pay": {(0, 22)}}
    assert gapped.spans("do you\ntake cards") == {}
    assert gapped.standing("do u want cards") == {"pay"}


def test_of_two_in_one_place_the_longer_counts() -> None:
    spans = {"fee": {(0, 8)}, "copay": {(0, 20)}, "room": {(25, 30)}}
    assert longest(spans) == [(0, 20, "copay"), (25, 30, "room")]


HEARD = st.sampled_from(
    ["how much", "do you", "what happens", "if i miss one", "licensed", "in ohio", "can i pay", "before i", "home visits",
     "is there", "parking", "?", ",", "the wait", "how long is", "a session", "cuanto", "dura", "come to", "our house"]
)  # fmt: skip
TEXT = st.lists(HEARD | st.text(alphabet="ab \n'1", max_size=4), max_size=9).map(" ".join)


@pytest.mark.parametrize("part", ["asked", "named", "asking", "waived"])
@settings(deadline=None, max_examples=40)
@given(text=TEXT)
def test_gapped_phrases_are_found_where_all_are_looked_for_at_once(part: str, text: str) -> None:
    data = table("topics")
    words = {**data["words"], "region": ["ohio", "oregon"]}
    every = Phrases({name: [put_in(p, words) for p in patterns] for name, patterns in data[part].items()})
    assert ClausePhrases(data[part], words).spans(text) == every.spans(text)
