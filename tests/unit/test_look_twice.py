"""Words beside which a person looks twice, whatever the model makes of the whole mail; and calm ones that stay calm."""

import pytest

from inboxtriage.triage.reading import Reading, Sentence, sentences
from inboxtriage.triage.urgency import to_look_at

CALM = "Hello, do you take Aetna, and what is your fee per session?"


def looked_at(words: str, *, selling: bool = False) -> str | None:
    said = tuple(Sentence(one) for one in sentences(f"{CALM} {words}"))
    return to_look_at(Reading(said, ()), selling=selling)


@pytest.mark.parametrize(
    "words",
    [
        "I want to die.",
        "I would rather be dead than go through this again.",
        "Sometimes I wish I could just disappear.",
        "I am thinking of ending things.",
        "I don't see the point of going on.",
        "I keep thinking about driving into a tree.",
        "sucidal thoughts every night",
        "Some nights I line up my pills and look at them.",
        "This is my last try.",
        "You are my last hope.",
        "I'm no longer interested in living.",
        "Nothing will help.",
        "I cannot go on.",
        "I am having thoughts about hurting my baby.",
        "I hear a voice that tells me to do it.",
        "I stopped taking my medication and the voices are back.",
        "I do not feel safe at home.",
        "He hits me.",
        "Please answer to my work address, my husband reads this one.",
        "If I do not get help soon I do not know what I will do.",
        "Quiero desaparecer.",
        "Ya no estoy interesada en la vida.",
        "Tengo miedo de mí misma.",
        "Me siento sin salida.",
        "Most days I want to\ndie and nobody knows.",
    ],
)
def test_a_sentence_that_could_mean_danger_is_named(words: str) -> None:
    found = looked_at(words)
    assert found is not None
    assert found in words


def test_below_their_name_too_but_for_a_hotline() -> None:
    nothing = Reading((Sentence(CALM),), ())
    assert to_look_at(nothing, ["Pat", "PS: I do not feel safe at home."]) is not None
    assert to_look_at(nothing, ["Re: I want to kill myself"]) is not None
    assert to_look_at(nothing, ["Lee Counseling\nSuicide hotline: 988"]) is None


@pytest.mark.parametrize(
    "words",
    [
        "",
        "I work from home and could come any day.",
        "My mother ended up in the same situation and therapy helped her.",
        "We argue a lot and I would like to learn to listen.",
        "I have been sad since we moved here.",
        "Please reply to this email.",
        "Gracias, espero su respuesta.",
    ],
)
def test_a_calm_mail_is_not(words: str) -> None:
    assert looked_at(words) is None


def test_a_word_on_each_line_hides_nothing() -> None:
    assert looked_at("I want\nto\ndie.") is not None


def test_mail_that_sells_a_training_about_it_is_not_meant() -> None:
    words = "Book our webinar on suicide prevention for your staff."
    assert looked_at(words) is not None
    assert looked_at(words, selling=True) is None
    assert looked_at("I want to die, click here.", selling=True) is not None
