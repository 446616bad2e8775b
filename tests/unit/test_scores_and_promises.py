"""A number in answer to a survey; a day by which a letter promises something; what signs make of a standing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.plan import Plan, read_plan
from inboxtriage.journey.proposals import wanted
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.triage.promises import promised
from inboxtriage.triage.score import Score, score
from inboxtriage.triage.signs import SIGNS

WEDNESDAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
RESPONSES = Path(__file__).parents[2] / "responses"


def plan(profile: str) -> Plan:
    return read_plan([RESPONSES / "journey.toml", RESPONSES / f"journey.{profile}.toml"])


class TestScore:
    @pytest.mark.parametrize(
        ("words", "value"),
        [
            ("9", 9), ("9.", 9), ("10!!", 10), ("9/10", 9), ("9 out of 10", 9), ("nine", 9), ("Nine out of ten, thanks!", 9),
            ("I'd say an 8", 8), ("I'd give it a 7", 7), ("It's a 6", 6), ("A ten!", 10), ("0", 0), ("8 👍", 8), ("9 :)", 9),
            ("Hi Maya,\n\n9\n\nThanks,\nJane", 9), ("my answer: 7", 7), ("10/10", 10),
            ("un nueve", 9), ("Le doy un 10", 10), ("ocho de diez", 8), ("Hola, un 8. Gracias", 8), ("Diría un siete", 7),
        ],
    )  # fmt: skip
    def test_a_number_and_nothing_else(self, words: str, value: int) -> None:
        assert score(words, least=0, most=10, name="Jane Doe") == Score(value, bare=True)

    @pytest.mark.parametrize(
        "words",
        ["8 because you listen", "3. It was hard.", "9 - loved it", "7, but late", "10\n\nCan we meet?", "5 porque sí"],
    )
    def test_words_beside_it_are_for_a_person(self, words: str) -> None:
        found = score(words, least=0, most=10)
        assert found is not None
        assert not found.bare

    @pytest.mark.parametrize(
        "words",
        [
            "9 am", "9:30", "2 sessions", "7 or 8", "7-8", "8.5", "8,5", "4/5", "9/11", "11", "-3", "$9", "9%", "9th", "#9", "10+",
            "One thing first", "I have 9 questions", "Tuesday 9", "5 stars", "", "two of us", "9 de la mañana", "3 pm works", "dos citas",
        ],
    )  # fmt: skip
    def test_other_numbers_are_no_score(self, words: str) -> None:
        assert score(words, least=0, most=10) is None

    @given(
        st.integers(-5, 30), st.sampled_from(["{}", "{}.", " {} ", "{}/10", "I'd say a {}!", "un {}", "{}\n\nThanks"])
    )
    def test_every_number_in_range_and_none_beyond(self, number: int, form: str) -> None:
        expected = Score(number, bare=True) if 0 <= number <= 10 else None
        assert score(form.format(number), least=0, most=10) == expected

    @given(st.text(max_size=120))
    def test_any_words_give_a_number_in_range_or_none(self, words: str) -> None:
        found = score(words, least=1, most=5)
        assert found is None or 1 <= found.value <= 5

    @given(st.text(alphabet="abcdefgh ,.\n", min_size=1, max_size=40), st.integers(0, 10))
    def test_bare_means_that_no_further_letter_is_there(self, more: str, number: int) -> None:
        found = score(f"{number}\n{more}", least=0, most=10)
        assert found is not None
        assert found.bare is not any(letter.isalpha() for letter in more)


class TestPromised:
    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("I will send you the forms by Friday.", ["2026-11-20"]),
            ("We will get back to you by December 1.", ["2026-12-01"]),
            ("I'll call you tomorrow.", ["2026-11-19"]),
            ("I will send it by Friday, or Monday at the latest.", ["2026-11-23"]),
            ("You will hear from me by the end of the week.", ["2026-11-20"]),
            ("I'll write again before Friday. We will confirm by 11/30.", ["2026-11-19", "2026-11-30"]),
            ("Le enviaré los formularios antes del viernes.", ["2026-11-19"]),
            ("Nos pondremos en contacto a más tardar el 1 de diciembre.", ["2026-12-01"]),
            ("Le escribiré mañana.", ["2026-11-19"]),
            ("If you reply by Friday, I will hold the time.", []),
            ("If you write by Friday I will answer by Monday.", []),
            ("I will be away from Friday.", []),
            ("I will not be able to write before Monday.", []),
            ("I answer within two working days.", []),
            ("I could see you on Tuesday, November 24 at 9:00 AM.", []),
            ("Could you send it by Friday?", []),
            ("Please send the forms by Friday.", []),
            ("I will send you the forms.", []),
        ],
    )
    def test_a_day_that_is_named(self, text: str, days: list[str]) -> None:
        assert [day.isoformat() for day in promised(text, WEDNESDAY)] == days

    @given(st.text(max_size=200), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
    def test_no_day_is_past(self, text: str, sent: date) -> None:
        assert all(day >= sent for day in promised(f"I will write by {text}", sent))


def happened(kind: EventKind, number: int, **more: str) -> Event:
    named = more.pop("stage", "")
    stage: Stage | None = next((s for s in STAGES if s == named), None)
    return Event(kind, NOON, more.pop("cause", "m1"), more.pop("note", ""), stage, id=number, **more)


class TestWanted:
    @pytest.mark.parametrize(
        ("profile", "stage", "signs", "changes"),
        [
            ("therapist", "inquire", ["accepts a time"], {("stage", "intake")}),
            ("therapist", "engage", ["accepts a time"], set()),
            ("therapist", "intake", ["paperwork"], {("stage", "enroll")}),
            ("therapist", "inquire", ["found someone", "withdraws"], {("outcome", "withdrawn")}),
            ("therapist", "engage", ["goodbye", "no more mail"], {("stage", "wrap_up"), ("contact", "no")}),
            ("therapist", "follow_up", ["accepts"], set()),
            ("seasonal", "follow_up", ["accepts"], {("stage", "enroll")}),
            ("seasonal", "follow_up", ["accepts a time", "accepts"], {("stage", "enroll")}),
        ],
    )
    def test_by_the_plan(self, profile: str, stage: str, signs: list[str], changes: set[tuple[str, str]]) -> None:
        where = standing([happened("added", 1, stage=stage)])
        assert {(one.what, one.value) for one in wanted(signs, plan(profile), where)} == changes

    @pytest.mark.parametrize("profile", ["therapist", "general", "seasonal"])
    def test_every_sign_of_a_shipped_plan_is_one_that_can_be_seen(self, profile: str) -> None:
        assert {move.sign for move in plan(profile).moves.values()} <= set(SIGNS)

    def test_who_is_closed_is_not_closed_again(self) -> None:
        where = standing([happened("added", 1, stage="inquire"), happened("closed", 2, value="declined")])
        assert wanted(["found someone"], plan("general"), where) == []

    def test_a_proposal_lapses_with_the_stage_and_with_the_end(self) -> None:
        came = [happened("added", 1, stage="inquire"), happened("proposed", 2, what="stage", value="intake")]
        ends = [*came, happened("proposed", 3, what="outcome", value="withdrawn")]
        assert [one.what for one in standing(ends).proposals] == ["stage", "outcome"]
        assert standing([*ends, happened("moved", 4, stage="intake")]).proposals == ()
        assert standing([*ends, happened("closed", 4, value="ended")]).proposals == ()
