"""What may be read over somebody's shoulder: no story in a subject, no illness in a template."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage import shipped
from inboxtriage.reply.discreet import clinical_words, neutral_subject

TRAINING = Path(__file__).parents[2] / "models" / "training"


@pytest.mark.parametrize(
    "topic",
    [
        "Therapy inquiry", "Question about Saturdays", "Aetna?", "New client inquiry", "appointment Thursday 5pm", "lawn mowing quote", "hello",
        "HELP", "Aetna / Saturdays", "Do you take Blue Cross Blue Shield?", "Cost of appointments", "New client - 4 questions", "rates?",
        "Couples counseling", "sliding scale?", "Any openings on Tuesday evenings?", "Invoice #2207", "out of network", "5:30?",
        "Voicemail from (503) 555-0142 (0:38)", "Your appointment on 11/06", "Tomorrow’s session", "¿Atienden los sábados?", "(no subject)",
        "House cleaning, please", "Dog training", "Tax return 2025", "[Reminder] Appointment tomorrow 4:00 PM", "Sunday's class",
    ],
)  # fmt: skip
def test_business_stays_as_it_was_written(topic: str) -> None:
    assert neutral_subject(topic, "en") == topic


@pytest.mark.parametrize(
    ("topic", "language"),
    [
        ("Consulta", "es"), ("Cita para el miércoles", "es"), ("¿Tienen disponibilidad?", "es"), ("Consulta / appointment", "es"),
        ("Demande de rendez-vous", "fr"), ("Séance de jeudi", "fr"), ("Question d'assurance", "fr"), ("Consulta", "en"), ("Consulta", "pl"),
        ("Appointment", "de"), ("Appointment", "es"),
    ],
)  # fmt: skip
def test_so_does_business_in_other_languages(topic: str, language: str) -> None:
    assert neutral_subject(topic, language) == topic


@pytest.mark.parametrize(
    "topic",
    [
        "Panic attacks and my divorce", "my husband hits me", "since the miscarriage", "EMDR for trauma", "help with my son's ADHD", "Sarah Okafor",
        "Appointment for Sarah", "My daughter", "Regarding my husband", "Grief, a long time after", "I can't do this anymore", "couples (he cheated)",
        "therapy after the affair", "Question about leaving him", "session 36 weeks", "20 week visit", "dont call the house", "please do not call my phone",
        "custody evaluation", "refill", "911", "help 988", "5150", "marriage", "urgent help my brother", "Consulta para mi hija", "depresión", "mi marido me pega",
        "rendez-vous pour mon fils", "thérapie après un deuil", "💔", "appointment 🙈", "help 😭", "お問い合わせ", "терапия", "a lump", "not okay", "need help, I drink",
        "Monday, if I am alive", "therapist who knows about abortion", "therapy\u200b for AIDS", "d.i.v.o.r.c.e", "k i l l", "for me", "I am not", "", "?!", "42",
    ],
)  # fmt: skip
def test_a_story_is_never_said_again(topic: str) -> None:
    assert [neutral_subject(topic, language) for language in ("en", "es", "fr", "de")] == [None] * 4


@given(st.text(max_size=60))
def test_it_is_the_topic_itself_or_nothing(topic: str) -> None:
    assert neutral_subject(topic, "en") in {topic, None}


@given(
    st.sampled_from(["appointment", "therapy question", "Aetna", "cita del lunes"]),
    st.sampled_from(["husband", "divorce", "suicide", "abuse", "Okafor", "cancer", "rehab", "hijo", "marido", "deuil", "drinking", "he"]),
    st.sampled_from([" ", "-", "/", ".", ",", "_", "'", "’s ", "1", "\u00ad", "\u200b", "\t", "(", "@", "*"]),
    st.booleans(),
)  # fmt: skip
def test_no_telling_word_hides_beside_harmless_ones(business: str, told: str, between: str, turned: bool) -> None:
    parts = [told, business] if turned else [business, told]
    assert neutral_subject(between.join(parts), "en") is None
    assert neutral_subject(between.join(parts).upper(), "es") is None


def test_of_invented_subjects_none_that_is_kept_names_an_illness_or_a_relative() -> None:
    """Kept subjects of the training mail, held against another list than the one that chose them; a fair share is kept."""
    telling = {"son", "daughter", "wife", "husband", "mother", "father", "brother", "sister", "hija", "hijo", "esposo", "marido", "he", "she", "him", "her", "fils", "fille"}  # fmt: skip
    subjects = {
        (mail["subject"], mail["language"])
        for file in sorted(TRAINING.glob("*.jsonl"))
        for mail in map(json.loads, file.read_text("utf-8").splitlines())
        if mail["subject"] and mail["kind"] in {"inquiry", "client"}
    }
    sample = random.Random(5).sample(sorted(subjects), 3000)
    kept = [(topic, language) for topic, language in sample if neutral_subject(topic, language)]
    assert not [
        topic for topic, language in kept if clinical_words(topic, language) or telling & set(topic.lower().split())
    ]
    assert len(kept) > 0.2 * len(sample)


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("We help with Depression and PTSD.", "en", ("depression", "ptsd")),
        ("If you feel SUICIDAL, or in crisis", "en", ("suicidal", "crisis")),
        ("bipolar disorder, trauma-informed, addictions, abuse", "en", ("bipolar", "disorder", "trauma", "addictions", "abuse")),
        ("your diagnosis, your medication and your diagnosis", "en", ("diagnosis", "medication")),
        ("I am anxious to hear", "en", ("anxious",)),
        ("Acompañamos la depresión, la adicción y los trastornos", "es", ("depresion", "adiccion", "trastornos")),
        ("Trabajamos con EMDR y burnout", "es", ("emdr", "burnout")),
        ("nous parlons de trauma", "fr", ("trauma",)),
        ("panic attacks", "en", ("panic attacks",)),
        ("We have room for new clients on Monday. Our additional address is attached.", "en", ()),
        ("The fee is due by Friday; ask to be added to the list.", "en", ()),
        ("", "en", ()),
    ],
)  # fmt: skip
def test_clinical_words_are_named_in_order_and_once(text: str, language: str, named: tuple[str, ...]) -> None:
    assert clinical_words(text, language) == named


def test_the_shipped_templates_name_none() -> None:
    responses = sorted(shipped.folder("responses").glob("*.md"))
    assert len(responses) >= 10
    for file in responses:
        language = "es" if file.name.endswith(".es.md") else "en"
        assert clinical_words(file.read_text("utf-8"), language) == (), file.name
