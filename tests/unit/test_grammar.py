"""Every sentence of every response, in the words of every kind of practice: articles, dots and spaces are right."""

import re
from pathlib import Path
from typing import Literal

import pytest

from inboxtriage import shipped
from inboxtriage.config.settings import Nouns, Practice
from inboxtriage.reply.facts import Words, nouns
from inboxtriage.reply.render import is_sentence
from tests.golden.letters import draft_of, settings_of

PROFILES: tuple[Literal["therapist", "general", "seasonal"], ...] = ("therapist", "general", "seasonal")
WORDS = (Nouns(), Nouns(session="appointment", clients="owners"), Nouns(session="hour", clients="members"))
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"\{\{ words\.(\w+) \}\}")
_WRONG_ARTICLE = re.compile(r"\b[Aa] (?:[aeio]\w*|hour\b)|\b[Aa]n [bcdfgjklmnpqrstvwxyz]\w*")
_WRONG = re.compile(
    r"\.\.|[,;:]\.|\.,|[^\n]  +\S| [.,;:?!]|[{}]|\bNone\b|(?: is|es de|by|step:|paso es) (?:An?|One|The)\b"
)
_FACTS = """
[practice]
name = "Rise"
timezone = "Europe/Berlin"
profile = "{profile}"
[practice.insurance]
in_network = []
fee = "{fee}"
payment = "Bank transfer."
[practice.hours]
mon = ["09:00-12:00"]
session_minutes = 60
telehealth = true
frequency = "every week."
cancellation = "Please tell me a day before."
[practice.openings]
accepting_new_clients = true
wait = "A week."
[practice.fit]
about = "I was a cook."
helps_with = ["job changes"]
works_with = ["adults"]
[practice.intake]
consult = "A free call."
forms = "One page of questions."
"""
_ASKED = (
    "What do you charge?", "How can I pay?", "How soon could you see me, do you have openings this week?",
    "Do you meet on Mondays? How long is a session?", "How often do we meet, and what is your cancellation policy?",
    "What forms do I fill in?", "Do you help with job changes? What are your qualifications?", "Do you have Sundays?",
)  # fmt: skip
_SPANISH = (
    "¿Cuánto cobran por sesión?", "¿Cómo puedo pagar?", "¿Tienen lugar esta semana para un cliente nuevo?",
    "¿Atienden los lunes? ¿Cuánto dura una sesión?", "¿Cada cuánto nos veríamos?", "¿Qué formularios tengo que llenar?",
    "¿Me pueden ayudar con un cambio de trabajo?", "¿Atienden los domingos?",
)  # fmt: skip


def _responses() -> list[Path]:
    folder = shipped.folder("responses")
    every = [*folder.glob("*.md"), *folder.glob("letters/*.md"), *folder.glob("scripts/*.md")]
    return sorted(file for file in every if not file.name.endswith(".es.md"))  # Spanish has no such rule


@pytest.mark.parametrize("file", _responses(), ids=lambda path: path.name)
def test_no_word_of_any_practice_has_the_wrong_article(file: Path) -> None:
    text = file.read_text("utf-8").partition("\n+++\n")[2]
    for profile in PROFILES:
        for words in WORDS:
            named = nouns(Practice(profile=profile, words=words), "en", {"words": _given(words)})
            assert not _WRONG_ARTICLE.findall(_told(text, named))


def _told(text: str, named: Words) -> str:
    """A response with these words in it, and every branch of it one behind the other."""
    return _WORD.sub(lambda word: str(getattr(named, word[1])), _TAG.sub("", text))


def _given(words: Nouns) -> dict[str, str]:
    return {name: value for name in ("session", "clients") if (value := getattr(words, name)) is not None}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("asked", [_ASKED, _SPANISH], ids=["en", "es"])
@pytest.mark.parametrize(
    "fee", ["120 euros.", "A set of 4 visits is 300 euros, one visit 90 euros.", "90 euros a visit"]
)
def test_facts_that_were_written_as_sentences_fit_into_letters(
    profile: str, asked: tuple[str, ...], fee: str, tmp_path: Path
) -> None:
    (tmp_path / "facts.toml").write_text(_FACTS.replace("{profile}", profile).replace("{fee}", fee), encoding="utf-8")
    settings = settings_of(tmp_path / "facts.toml", tmp_path)
    for body in asked:
        draft = draft_of(settings, body, ("insurance", "scheduling", "availability", "fit"))
        assert not _WRONG.search(draft.body), draft.body
        assert draft.language == "es" or not _WRONG_ARTICLE.search(draft.body), draft.body


def test_a_fee_told_in_a_sentence_stays_one(tmp_path: Path) -> None:
    fee = "A set of 4 visits is 300 euros, one visit 90 euros."
    (tmp_path / "facts.toml").write_text(_FACTS.replace("{profile}", "general").replace("{fee}", fee), encoding="utf-8")
    draft = draft_of(settings_of(tmp_path / "facts.toml", tmp_path), "What do you charge?", ("insurance",))
    assert "Our fee: a set of 4 visits is 300 euros, one visit 90 euros." in draft.body
    assert not is_sentence("390 euros for a package of 3 sessions, or 150 euros for a single session")
