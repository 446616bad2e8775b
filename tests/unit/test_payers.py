"""Payers: each by the name people know it by, misspelled or not, and no common word taken for one."""

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inboxtriage.triage.asks.payers import payers, related


def table(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))


COUNTRIES = table("payers")
NAMES = sorted({name for country in COUNTRIES.values() for name in country})
FAMILIES = table("payer_families")


@pytest.mark.parametrize("name", NAMES)
def test_an_owners_entry_is_found_by_its_usual_name(name: str) -> None:
    assert payers([name]) == (name,)


def test_every_name_that_the_classifier_knows_is_a_name_of_the_full_list() -> None:
    assert set(table("insurers")) <= set(NAMES)


def test_no_spelling_stands_for_two_payers() -> None:
    seen: dict[str, str] = {}
    for country in COUNTRIES.values():
        for name, spellings in country.items():
            for spelling in spellings:
                assert seen.setdefault(spelling.lstrip("?="), name) == name, spelling


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("Aetna PPO", ("Aetna",)),
        ("Blue Cross Blue Shield", ("BCBS",)),
        ("Blue Cross Blue Shield of New York", ("BCBS",)),
        ("BC/BS", ("BCBS",)),
        ("Blue Cross/Blue Shield PPO", ("BCBS",)),
        ("Anthem Blue Cross", ("Anthem",)),
        ("Regence BlueShield", ("Regence",)),
        ("Blue Shield of California", ("Blue Shield of California",)),
        ("Aetna Student Health", ("Aetna",)),
        ("Cigna Evernorth", ("Cigna",)),
        ("UHC", ("UnitedHealthcare",)),
        ("Medi-Cal", ("Medicaid",)),
        ("Aetna Medicare Advantage", ("Aetna",)),
        ("Humana and Medicare", ("Humana", "Medicare")),
        ("UHC Medicare", ("UnitedHealthcare",)),
        ("Passport by Molina", ("Molina",)),
        ("Croix Bleue Medavie", ("Medavie",)),
        ("Humana, Medicare, Green-Shield", ("Humana", "Medicare", "Green Shield")),
    ],
)
def test_of_names_that_overlap_the_longer_counts(entry: str, names: tuple[str, ...]) -> None:
    assert payers([entry]) == names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Atena", "Aetna"),
        ("Aetena", "Aetna"),
        ("eatna", "Aetna"),
        ("Cgina", "Cigna"),
        ("Anthum", "Anthem"),
        ("Humanna", "Humana"),
        ("Kaizer", "Kaiser"),
        ("Tricaire", "Tricare"),
        ("Magelan", "Magellan"),
        ("Medicade", "Medicaid"),
        ("Geisenger", "Geisinger"),
        ("Desjardin", "Desjardins"),
        ("Blue Corss", "BCBS"),
        ("Bleu Cross", "BCBS"),
        ("Blue Sheild", "BCBS"),
        ("united heathcare", "UnitedHealthcare"),
        ("unitedhealtcare", "UnitedHealthcare"),
        ("Harvard Pilgram", "Harvard Pilgrim"),
        ("Sun Lief", "Sun Life"),
        ("Independance Blue Cross", "Independence Blue Cross"),
    ],
)
def test_a_slip_of_the_pen_is_understood(written: str, name: str) -> None:
    assert payers([f"Do you take {written}?"]) == (name,)


@pytest.mark.parametrize(
    "words",
    [
        "I am only human, and medical bills are a lot.",
        "Is this covered as a medical claim on my insurance?",
        "Be humane. The signs were there the whole lifetime.",
        "Es la primera vez y quedo atenta, por el seguro.",
        "La atención médica y la vida humana.",
        "We live in Providence near Oxford Street. Do you take insurance?",
        "Our son Oscar is 6. What do you charge?",
        "Do you cover Meridian and Horizon Road?",
        "Is Lyra, who is nine, too young? I teach at Tufts University.",
        "A sliding scale for a gold star pupil?",
        "Dr. Molina gave me your name. What would an hour cost?",
        "My name is Ana Molina. How much is it?",
        "Do I pay by telehealth visit? Can you chip in?",
        "This is the first health insurance I have had. My mental health first, then the money.",
        "Está de moda la terapia. ¿Cuánto cuesta?",
        "The surest way to pay is cash, with vitality.",
        "Write to me at someone@aetna.example please.",
        "The united front of my family is on the horizon.",
    ],
)
def test_a_common_word_a_place_or_a_person_is_no_payer(words: str) -> None:
    assert payers([words]) == ()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Do you take Oscar?", ("Oscar",)),
        ("My insurance is Providence.", ("Providence",)),
        ("I have Horizon, is that a plan you know?", ("Horizon",)),
        ("We have United through my husband's work.", ("UnitedHealthcare",)),
        ("My EAP is through Lyra, six sessions.", ("Lyra",)),
        ("Are you with Vitality, Bupa or nib?", ("Vitality", "Bupa", "nib")),
        ("Tengo Molina. ¿Lo aceptan?", ("Molina",)),
        ("¿Toman el seguro Aetna?", ("Aetna",)),
        ("¿Trabajan con Adeslas o con Sanitas?", ("Adeslas", "Sanitas")),
        ("I have a mental health care plan from my GP.", ("Medicare",)),
        ("HDFC Ergo or Star Health, either will do.", ("HDFC Ergo", "Star Health")),
    ],
)
def test_beside_words_of_insurance_a_common_word_is_a_payer(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("I had Kaiser until June, now Aetna.", ("Aetna",)),
        ("I used to have Humana but now I have Cigna.", ("Cigna",)),
        ("I lost my Medicaid last month.", ()),
        ("We switched from Aetna to Cigna in May.", ("Cigna",)),
        ("I no longer have Premera.", ()),
        ("My Medicaid lapsed. I do have Molina through work, the insurance.", ("Molina",)),
        ("Ya no tengo Cigna, ahora tengo Aetna.", ("Aetna",)),
    ],
)
def test_a_payer_who_is_past_is_left_out(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("My therapist no longer takes Aetna. Do you?", ("Aetna",)),
        ("Does anybody take Premera anymore?", ("Premera",)),
        ("I am on Tricare until I turn 23.", ("Tricare",)),
        ("I had a letter that came from Humana.", ("Humana",)),
        ("I had Kaiser once; I have Kaiser again.", ("Kaiser",)),
    ],
)
def test_a_payer_who_is_still_theirs_stays(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


def test_payers_come_in_the_order_named_each_once() -> None:
    assert payers(["Cigna or Aetna?", "If not, then BCBS.", "aetna again"]) == ("Cigna", "Aetna", "BCBS")


def test_a_family_is_symmetric_and_knows_only_names() -> None:
    for head, members in FAMILIES.items():
        for name in (head, *members):
            assert name in NAMES
            assert name not in related(name)
            assert all(name in related(other) for other in related(name))
        assert related(head) >= set(members)


def test_licensees_are_of_the_family_of_blue_cross_and_not_of_each_other() -> None:
    assert {"Anthem", "Premera", "Highmark", "Florida Blue"} <= related("BCBS")
    assert "BCBS" in related("Premera")
    assert "Premera" not in related("Anthem")
    assert "Optum" in related("UnitedHealthcare")
    assert related("Mutual of Omaha") == frozenset()
    assert related("no such payer") == frozenset()


HEARD = st.sampled_from(
    ["oscar", "blue", "cross", "corss", "united", "health", "take", "insurance", "i had", "not", "molina"]
)
TEXT = st.lists(HEARD | st.text(alphabet="abchis @.,?'\n-é", max_size=7), max_size=12).map(" ".join)


@given(sentences=st.lists(TEXT, max_size=4))
@example(sentences=[])
@example(sentences=[""])
@example(sentences=["blue", "corss"])
def test_whatever_is_written_only_known_names_come_back_each_once(sentences: list[str]) -> None:
    found = payers(sentences)
    assert set(found) <= set(NAMES)
    assert len(set(found)) == len(found)


def test_a_long_text_full_of_near_names_is_read_in_good_time() -> None:
    payers(["warm"])
    text = "i had oscar and blue corss, do you take united heath or horizon " * 60
    begun = time.process_time()
    assert "BCBS" in payers([text])
    assert time.process_time() - begun < 2
