"""Cases, groups and the way through a backlog, as far as they are pure."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.approval.group import Member, card, groups, paragraphs
from inboxtriage.service.backlog.cases import wanted_by
from inboxtriage.service.backlog.marked import marks
from inboxtriage.triage.verdict import Asks, Evidence, Timeframe, Verdict

LETTERS = st.lists(st.sampled_from(["Dear A,", "Dear B,", "Yes.", "No.", "- Mon\n- Tue", "Warm regards,"]), max_size=7)


def _member(item: str, body: str, **other: Any) -> Member:
    return replace(Member(item, f"sha-{item}-{body}", ("fit",), "en", body), **other)


LONG = "Thank you for writing to us, and for telling us a little about what you are looking for."


class TestCard:
    @given(st.lists(LETTERS, min_size=1, max_size=5))
    def test_nothing_of_any_letter_is_left_out(self, letters: list[list[str]]) -> None:
        bodies = ["\n\n".join(letter) for letter in letters]
        made = card(bodies)
        assert [made.letter(n) for n in range(len(bodies))] == bodies

    @given(LETTERS, st.integers(2, 5))
    def test_what_is_the_same_for_all_is_shared_once(self, letter: list[str], times: int) -> None:
        body = "\n\n".join(letter)
        made = card([body] * times)
        assert list(made.shared) == paragraphs(body)
        assert made.own == ((),) * times

    def test_each_keeps_its_own_lines_in_their_place(self) -> None:
        made = card(["Dear A,\n\nYes.\n\n- Mon\n\nMaya", "Dear B,\n\nYes.\n\nMaya"])
        assert made.shared == ("Yes.", "Maya")
        assert [[(own.before, own.paragraphs) for own in of] for of in made.own] == [
            [(0, ("Dear A,",)), (1, ("- Mon",))],
            [(0, ("Dear B,",))],
        ]


class TestGroups:
    def test_letters_that_differ_in_a_few_lines_are_one_group(self) -> None:
        found = groups([_member("m1", f"Dear A,\n\n{LONG}\n\nYes."), _member("m2", f"Dear B,\n\n{LONG}\n\nWe do.")])
        assert [[member.item for member in of] for of in found.values()] == [["m1", "m2"]]

    @pytest.mark.parametrize(
        "other",
        [
            {"labels": ("insurance",)},
            {"language": "es"},
            {"says": ("does_not_work_with",)},
            {"body": "Dear B,\n\nSomething else altogether, in words that nobody shares."},
        ],
    )
    def test_letters_that_say_something_else_are_none(self, other: dict[str, Any]) -> None:
        body = f"Dear A,\n\n{LONG}\n\nYes."
        assert groups([_member("m1", body), replace(_member("m2", body), **other)]) == {}

    def test_a_group_has_another_name_when_a_draft_of_it_changed(self) -> None:
        one, two = _member("m1", f"Dear A,\n\n{LONG}"), _member("m2", f"Dear B,\n\n{LONG}")
        changed = _member("m2", f"Dear B,\n\n{LONG}", sha256="another")
        assert set(groups([one, two])) != set(groups([one, changed]))
        assert set(groups([one, two])) == set(groups([two, one]))


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asks", "day"),
    [
        (Asks(days=("sat",)), None),
        (Asks(days=("2026-11-24", "2026-11-23")), date(2026, 11, 23)),
        (Asks(days=("2026-11-20",)), None),
        (Asks(timeframe=Timeframe("2026-11-16", "2026-11-22", "this week")), TODAY),
        (Asks(timeframe=Timeframe("2026-11-25", None, "from Wednesday")), date(2026, 11, 25)),
        (Asks(timeframe=Timeframe("2027-01-01", "2027-01-31", "in January")), None),
    ],
)
def test_the_nearest_day_that_is_asked_for(asks: Asks, day: date | None) -> None:
    assert wanted_by(Verdict("reply", "", asks=asks), TODAY) == day


class TestMarks:
    def test_a_sentence_is_found_over_its_line_breaks_and_in_a_quote(self) -> None:
        text = "Hello,\ndo you take\n  Aetna? Bye.\n> and is\n> Friday open?"
        found = marks(
            text,
            [Evidence("insurance", "do you take Aetna?"), Evidence("scheduling", "and is Friday open?", quoted=True)],
        )
        assert [text[m.start : m.end].split(maxsplit=1)[0] for m in found] == ["do", "and"]
        assert [m.labels for m in found] == [("insurance",), ("scheduling",)]

    def test_two_questions_in_one_sentence_are_one_mark(self) -> None:
        one = "Do you have Saturdays?"
        (mark,) = marks(one, [Evidence("availability", one), Evidence("scheduling", one)])
        assert mark.labels == ("availability", "scheduling")

    @given(st.text(alphabet="ab .\n>", max_size=60), st.lists(st.text(alphabet="ab .\n>", max_size=12), max_size=4))
    def test_marks_are_in_order_and_apart(self, text: str, sentences: list[str]) -> None:
        found = marks(text, [Evidence("fit", sentence) for sentence in sentences])
        assert all(0 <= m.start < m.end <= len(text) for m in found)
        assert all(one.end <= two.start for one, two in pairwise(found))
