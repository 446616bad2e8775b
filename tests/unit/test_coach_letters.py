"""Questions that people ask a coach, and that no fact answers: a hole for a person, never a price list in their place."""

from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.category.response import read_library
from inboxtriage.message.parse import parse
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.priced import unpriced
from inboxtriage.triage.verdict import Asks, Verdict
from tests.golden.letters import draft_of, settings_of
from tests.practice import mail

COACH = """
[practice]
name = "Rise"
timezone = "Europe/Berlin"
profile = "general"
[practice.insurance]
fee = "A set of 4 meetings is 300 euros, one meeting 90 euros."
payment = "bank transfer"
[practice.hours]
mon = ["16:00-20:00"]
session_minutes = 60
telehealth = true
[practice.openings]
accepting_new_clients = true
[practice.fit]
helps_with = ["job changes"]
[practice.intake]
consult = "a free call"
"""


def letter(asked: str, folder: Path, *labels: str, facts: str = COACH) -> Draft:
    (folder / "facts.toml").write_text(facts, encoding="utf-8")
    return draft_of(settings_of(folder / "facts.toml", folder), asked, labels)


@pytest.mark.parametrize(
    ("asked", "hole"),
    [
        ("What do you charge, and can I have a bill with VAT?", "an invoice as they ask"),
        ("My council pays, but only for coaches on the approved list. What is your fee?", "can pay you"),
        ("I still have a training voucher, how much is it with you?", "can pay you"),
        ("What would seven meetings set me back?", "what 7 appointments cost"),
    ],
)
def test_what_no_fact_answers_is_a_hole_beside_the_price(asked: str, hole: str, tmp_path: Path) -> None:
    draft = letter(asked, tmp_path, "insurance")
    assert "300 euros" in draft.body
    assert any(hole in gap for gap in draft.gaps)


@pytest.mark.parametrize(
    "asked",
    [
        "What do four meetings cost?",
        "What does one meeting cost?",
        "How much do you charge?",
        "¿Cuánto cuestan 4 citas?",
    ],
)
def test_what_the_fee_names_leaves_none(asked: str, tmp_path: Path) -> None:
    facts = COACH + '[practice.translations.es]\ninsurance.fee = "4 citas por 300 euros, una por 90 euros"\n'
    assert not letter(asked, tmp_path, "insurance", facts=facts).gaps


def test_the_price_of_one_can_be_multiplied() -> None:
    assert unpriced(["How much are six sessions?"], ["$120 for 50 minutes"]) is None
    assert unpriced(["How much are six sessions?"], ["$120, or $500 for 5 sessions"]) == 6
    assert unpriced(["I had six sessions elsewhere.", "How much do you charge?"], ["$500 for 5 sessions"]) is None


@pytest.mark.parametrize(
    ("asked", "hole"),
    [
        ("Do you have times on Mondays? Video is no good here, so by phone please.", "by phone"),
        ("When do you meet? I cannot do video at all.", "they cannot meet by video"),
    ],
)
def test_who_cannot_meet_by_video_is_not_told_that_it_is_by_video(asked: str, hole: str, tmp_path: Path) -> None:
    draft = letter(asked, tmp_path, "scheduling")
    assert any(hole in gap for gap in draft.gaps)
    assert "We meet by video" not in draft.body


def test_whether_there_are_weekends_is_answered(tmp_path: Path) -> None:
    draft = letter("I would like to know two things. And whether appointments are on weekend.", tmp_path, "scheduling")
    assert "closed on Saturdays and Sundays" in draft.body


QUOTE = "\n\nOn Mon, Nov 16, 2026 Rise wrote:\n> Here is the quote.\n"


@pytest.mark.parametrize(
    ("words", "subject", "newcomer"),
    [
        ("Thank you. What would it cost with two hours more?" + QUOTE, "Re: Quote", False),
        ("That sounds right. What would it cost with two hours more?", "RE: Quote", False),
        ("What would it cost?", "Quote", True),
        ("What would it cost?" + QUOTE.replace("Rise", "Jane Doe"), "Re: Quote", True),
    ],
)
def test_who_goes_on_with_a_thread_of_ours_is_no_newcomer(
    words: str, subject: str, newcomer: bool, tmp_path: Path
) -> None:
    (tmp_path / "facts.toml").write_text(COACH, encoding="utf-8")
    composer = Composer(
        settings_of(tmp_path / "facts.toml", tmp_path).practice, read_library(shipped.folder("responses"))
    )
    message = parse(mail(words, sender="Jane Doe <jane@example.org>", subject=subject))
    verdict = Verdict("reply", "", kind="inquiry", labels=("insurance",), asks=Asks(topics=("fee",)))
    draft = composer.compose(message, verdict)
    assert draft is not None
    assert ("Thank you for writing to Rise." in draft.body) == newcomer
    assert ("a free call" in draft.body) == newcomer


@pytest.mark.parametrize("asked", ["Have you coached foresters before?", "Ever placed a welder in an office?"])
def test_what_the_coach_has_done_is_a_fact_about_them(asked: str, tmp_path: Path) -> None:
    assert letter(asked, tmp_path, "fit").gaps == ("practice.fit.about",)
