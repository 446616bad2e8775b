"""A practice's facts in the language of a letter."""

import pytest

from inboxtriage.reply.localize import Untold, told_in, untranslated


def spanish(table: str, key: str, fact: object, own: object = None) -> object:
    translations = {table: {key: own}} if own else {}
    return told_in({table: {key: fact}}, translations, "es")[table][key]


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("$160 for 50 minutes", "$160 por 50 minutos"),
        ("$55 a visit", "$55 por visita"),
        ("$120 per session, $150 for 80 minutes", "$120 por sesión, $150 por 80 minutos"),
    ],
)
def test_a_fee_is_told_word_for_word(fact: str, told: str) -> None:
    assert spanish("insurance", "fee", fact) == told


def test_ways_to_pay_are_told_one_by_one() -> None:
    assert spanish("insurance", "payment", "credit card, cash or check") == "tarjeta de crédito, efectivo o cheque"


def test_a_list_keeps_what_is_the_same_everywhere() -> None:
    assert spanish("fit", "helps_with", ["anxiety", "EMDR", "children under 12"]) == [
        "ansiedad",
        "EMDR",
        "menores de 12 años",
    ]


def test_prose_that_nobody_translated_is_not_told() -> None:
    found = spanish("fit", "about", "Maya has been a psychologist for fifteen years.")
    assert found == Untold("practice.translations.es.fit.about")
    assert untranslated({"fit": {"about": "Some prose."}}, {}, "es") == ("practice.translations.es.fit.about",)


def test_the_owners_own_words_come_first() -> None:
    assert spanish("insurance", "fee", "$160 for 50 minutes", "160 dólares") == "160 dólares"
    assert untranslated({"fit": {"about": "Prose."}}, {"fit": {"about": "Prosa."}}, "es") == ()


def test_a_colleague_keeps_the_name() -> None:
    facts = {
        "fit": {"referrals": [{"name": "Dr. Lee, child psychologist", "contact": "a@b.example", "for": ["children"]}]}
    }
    told = told_in(facts, {}, "es")["fit"]["referrals"][0]
    assert told == {"name": "Dr. Lee, psicología infantil", "contact": "a@b.example", "for": ["niños"]}


@pytest.mark.parametrize("place", ["name", "owner", "timezone"])
def test_names_are_the_same_in_every_language(place: str) -> None:
    assert told_in({place: "Harbor Counseling"}, {}, "es") == {place: "Harbor Counseling"}


def test_a_language_without_a_glossary_tells_lists_and_names_and_leaves_prose_to_the_owner() -> None:
    told = told_in({"fit": {"works_with": ["adults"], "about": "Prose."}}, {}, "fr")
    assert told["fit"] == {"works_with": ["adults"], "about": Untold("practice.translations.fr.fit.about")}
