"""A service is refused only where it is plainly asked for; that its name falls is no request."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.requested import requested
from inboxtriage.triage.asks.services import kind_of, service_names
from inboxtriage.triage.phrases import table
from tests.golden.letters import HERE, draft_of, settings_of

COACH = (
    (HERE / "coach.toml")
    .read_text("utf-8")
    .replace("[practice.fit]", '[practice.fit]\nhelps_with = ["job changes"]\ndoes_not_help_with = ["CV writing"]')
)


@pytest.mark.parametrize(
    "said",
    [
        "Would you rewrite my CV?", "Can you help me with a cover letter?", "I need someone to fix my resume.",
        "CV writing?", "Is resume writing something you do?", "How much is a resume?", "Do you also do LinkedIn profiles?",
        "Necesito ayuda con mi curriculum", "I wanted to ask whether you help with cover letters.",
    ],
)  # fmt: skip
def test_a_plain_request_is_one(said: str) -> None:
    assert "resume writing" in requested([said])


@pytest.mark.parametrize(
    "said",
    [
        "Do you take on people who never needed a resume?", "I have never written a CV in my life, would that matter?",
        "Do you understand cooks, or is it only people with LinkedIn profiles?", "Can somebody without a CV come to you?",
        "A robot read my resume and said no, and that was that.", "Have you met anyone hired without a cover letter?",
        "Are you any good with people who've lost patience with LinkedIn?",
    ],
)  # fmt: skip
def test_a_description_is_no_request(said: str) -> None:
    assert "resume writing" not in requested([said])


def test_a_problem_that_is_told_is_what_they_ask_help_with_unless_it_is_denied() -> None:
    assert "panic attacks" in requested(["I have had panic attacks since May.", "Can you help?"])
    assert "panic attacks" not in requested(["It's not panic attacks, I sleep well.", "Can you help?"])


def test_the_owner_s_own_words_count_as_services_do() -> None:
    assert requested(["Do you do aura readings?"], ["aura reading"]) == {"aura reading"}
    assert requested(["I never believed in aura readings, do you meet on Mondays?"], ["aura reading"]) == frozenset()


def test_a_doubtful_no_leaves_a_gap_and_answers_the_rest(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text(COACH, encoding="utf-8")
    settings = settings_of(tmp_path / "facts.toml", tmp_path)
    asked = "Do you take on cooks who've never needed a CV? Do you have Thursday mornings?"
    draft = draft_of(settings, asked, ("fit", "scheduling"))
    assert "sorry" not in draft.body
    assert "Thursdays from 9:00 AM" in draft.body
    assert any("CV writing" in gap for gap in draft.gaps)
    plainly = draft_of(settings, "Would you write my CV? Do you have Thursday mornings?", ("fit", "scheduling"))
    assert "we do not help with CV writing" in plainly.body
    assert not plainly.gaps


def test_what_the_practice_calls_itself_is_no_question(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text(COACH, encoding="utf-8")
    settings = settings_of(tmp_path / "facts.toml", tmp_path)
    draft = draft_of(settings, "I am after career coaching. Could that be for me?", ("fit",))
    assert not draft.gaps
    assert "What we help with most: job changes." in draft.body


def test_kinds_are_made_of_services() -> None:
    for kind in table("services")["kinds"]:
        assert {kind, *kind_of(kind)} <= service_names()


@given(
    st.lists(st.sampled_from(["do you", "never had a", "resume", "my CV", "mowing", "?", "I need", "not"]), max_size=9)
)
def test_only_services_that_are_named_are_requested(words: list[str]) -> None:
    assert requested([" ".join(words)]) <= service_names()
