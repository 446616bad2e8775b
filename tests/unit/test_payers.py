"""Payers: each by the name people know it by, misspelled or not, and no common word taken for one."""

import time
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inboxtriage.triage.asks.payers import is_programme, listed, payers, related


def table(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))


COUNTRIES = table("payers/names")
STATES: Any = table("payers/states")["names"]
NAMES = sorted({*(name for country in COUNTRIES.values() for name in country), *STATES})
MADE = {f"{name} {kind}" for name in NAMES for kind in ("Medicare", "Medicaid", "EAP")}  # "Humana Medicare"
FAMILIES = table("payers/families")


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
        ("Blue Cross Blue Shield of New York", ("BCBS of New York",)),
        ("BC/BS", ("BCBS",)),
        ("Blue Cross/Blue Shield PPO", ("BCBS",)),
        ("Anthem Blue Cross", ("Anthem",)),
        ("Regence BlueShield", ("Regence",)),
        ("Blue Shield of California", ("Blue Shield of California",)),
        ("Aetna Student Health", ("Aetna",)),
        ("Cigna Evernorth", ("Cigna",)),
        ("UHC", ("UnitedHealthcare",)),
        ("Medi-Cal", ("Medicaid",)),
        ("Aetna Medicare Advantage", ("Aetna Medicare",)),
        ("Humana and Medicare", ("Humana", "Medicare")),
        ("UHC Medicare", ("UnitedHealthcare Medicare",)),
        ("Anthem BCBS of Connecticut", ("Anthem",)),
        ("Highmark BCBS of Western New York", ("Highmark",)),
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


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("I do NOT have Aetna any more, only Kaiser", ("Kaiser",)),
        ("I am not on Aetna anymore, we have Cigna now", ("Cigna",)),
        ("Had Aetna, now Cigna", ("Cigna",)),
        ("My old therapist took Aetna, and I switched to Oxford insurance", ("Oxford",)),
        ("My ex has Aetna but the kids and I are on Fidelis", ("Fidelis",)),
        ("I know you don't take Aetna but do you take Cigna?", ("Cigna",)),
        ("You are not in network with Aetna. Is that so for Cigna?", ("Cigna",)),
    ],
)
def test_a_payer_of_others_is_left_out_beside_their_own(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


@pytest.mark.parametrize(
    "words",
    [
        "My old therapist took my Aetna plan, do you?",
        "My last counselor took Aetna. Do you?",
        "My ex has Aetna and it covers the kids. Do you take it?",
        "Since you are not in network with Aetna, what would I pay?",
    ],
)
def test_a_payer_of_others_stays_where_no_other_is_named(words: str) -> None:
    assert payers([words]) == ("Aetna",)


@pytest.mark.parametrize(
    "words",
    ["Do you take Aetna? Tess Kaiser", "Do you take Aetna?\nThanks, Tess B. Kaiser\n555 0199", "Aetna, ok? Ana Molina"],
)
def test_a_surname_that_ends_the_text_is_no_payer(words: str) -> None:
    assert payers([words]) == ("Aetna",)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Do you take insurance? Have Kaiser", ("Kaiser",)),
        ("What do you take? We are on Kaiser.", ("Kaiser",)),
        ("Aetna? Or Kaiser", ("Aetna", "Kaiser")),
        ("Do you see elders? Traditional Medicare", ("Medicare",)),
        ("Aetna, Cigna, Blue Cross", ("Aetna", "Cigna", "BCBS")),
    ],
)
def test_a_payer_that_ends_the_text_is_no_surname(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_licensee_is_found_by_its_state(name: str) -> None:
    state, code = STATES[name]["place"][0].replace("\\.?", "."), STATES[name]["code"][0]
    for written in (f"Blue Cross Blue Shield of {state.title()}", f"BCBS of {code.upper()}", f"BCBS{code.upper()}"):
        assert payers([f"Do you take {written}?"]) == (name,), written
    assert name in related("BCBS")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("BCBS PPO of Illinois", "BCBS of Illinois"),
        ("BCBS (IL)", "BCBS of Illinois"),
        ("Texas Blue Cross", "BCBS of Texas"),
        ("Blue Cross de Texas", "BCBS of Texas"),
        ("BCBSM", "BCBS of Michigan"),
        ("BCBS Federal Employee Program", "BCBS FEP"),
        ("the federal Blue Cross", "BCBS FEP"),
        ("BCBS in or out of network", "BCBS"),
        ("Blue Cross, or", "BCBS"),
    ],
)
def test_spellings_of_licensees_and_of_none(written: str, name: str) -> None:
    assert payers([f"We have {written}"]) == (name,)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("I have a Medicare Advantage plan from Humana", ("Humana Medicare",)),
        ("Medicare Advantage, the Humana one", ("Humana Medicare",)),
        ("Do you take Medicaid through Molina?", ("Molina Medicaid",)),
        ("Aetna's Medicare plan", ("Aetna Medicare",)),
        ("UHC Medicaid", ("UnitedHealthcare Community Plan",)),
        ("Tiene Medicare Advantage de Humana", ("Humana Medicare",)),
        ("Kaiser Senior Advantage", ("Kaiser Medicare",)),
        ("Medicare with Blue Cross as the second plan", ("Medicare", "BCBS")),
        ("Medicare with an Aetna supplement", ("Medicare", "Aetna")),
        ("Medicare and Humana", ("Medicare", "Humana")),
        ("Medicare, Humana", ("Medicare", "Humana")),
        ("Medi-Cal through LA Care", ("LA Care",)),
    ],
)
def test_a_carriers_medicare_or_medicaid_plan_is_a_name_of_its_own(words: str, names: tuple[str, ...]) -> None:
    assert payers([words]) == names


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Optum EAP", "Optum EAP"),
        ("My EAP is through Magellan, 6 sessions", "Magellan EAP"),
        ("Carelon employee assistance program", "Carelon EAP"),
        ("Optum is my EAP", "Optum EAP"),
        ("Do you take Spring Health?", "Spring Health"),
        ("ComPsych", "ComPsych"),
    ],
)
def test_a_programme_of_an_employer_is_told_from_an_insurer(words: str, name: str) -> None:
    assert payers([words]) == (name,)
    assert is_programme(name)


def test_an_insurer_is_no_programme_and_the_public_service_no_insurer() -> None:
    assert not any(map(is_programme, ("Optum", "Aetna", "Medicare", "no such payer")))
    assert payers(["Is this on the NHS?"]) == ()


@pytest.mark.parametrize(
    ("words", "told", "in_a_list"),
    [
        ("UMR (UnitedHealthcare)", ("UMR",), ("UMR",)),
        ("UMR, a UnitedHealthcare plan", ("UMR",), ("UMR",)),
        ("UnitedHealthcare (Optum)", ("Optum",), ("UnitedHealthcare", "Optum")),
        ("UnitedHealthcare/Optum", ("Optum",), ("UnitedHealthcare", "Optum")),
        ("UnitedHealthcare or Optum", ("UnitedHealthcare", "Optum"), ("UnitedHealthcare", "Optum")),
        ("BCBS (Anthem)", ("Anthem",), ("Anthem",)),
        ("VA Community Care through Optum", ("VA Community Care",), ("VA Community Care",)),
    ],
)
def test_a_parent_that_only_explains_is_left_out(words: str, told: tuple[str, ...], in_a_list: tuple[str, ...]) -> None:
    assert payers([words]) == told
    assert listed(words) == in_a_list


def test_payers_come_in_the_order_named_each_once() -> None:
    assert payers(["Cigna or Aetna?", "If not, then BCBS.", "aetna again"]) == ("Cigna", "Aetna", "BCBS")


def test_a_family_is_symmetric_and_knows_only_names() -> None:
    for head, members in FAMILIES.items():
        for name in (head, *members):
            assert name in NAMES, name
            assert name not in related(name)
            assert all(name in related(other) for other in related(name))
        assert related(head) >= set(members)


def test_licensees_are_of_the_family_of_blue_cross_and_not_of_each_other() -> None:
    assert {"Anthem", "Premera", "Highmark", "Florida Blue"} <= related("BCBS")
    assert "BCBS" in related("Premera")
    assert "Premera" not in related("Anthem")
    assert "Optum" in related("UnitedHealthcare")
    assert not related("Mutual of Omaha") - MADE
    assert related("no such payer") == frozenset()


HEARD = st.sampled_from(
    [
        "oscar",
        "blue",
        "cross",
        "corss",
        "united",
        "health",
        "take",
        "insurance",
        "i had",
        "not",
        "molina",
        "medicare",
        "(",
        "through",
        "eap",
    ]
)
TEXT = st.lists(HEARD | st.text(alphabet="abchis @.,?'\n-é", max_size=7), max_size=12).map(" ".join)


@given(sentences=st.lists(TEXT, max_size=4))
@example(sentences=[])
@example(sentences=[""])
@example(sentences=["blue", "corss"])
def test_whatever_is_written_only_known_names_come_back_each_once(sentences: list[str]) -> None:
    found = payers(sentences)
    assert set(found) <= {*NAMES, *MADE}
    assert len(set(found)) == len(found)


def test_a_long_text_full_of_near_names_is_read_in_good_time() -> None:
    payers(["warm"])
    text = "i had oscar and blue corss, do you take united heath or horizon " * 60
    begun = time.process_time()
    assert "BCBS" in payers([text])
    assert time.process_time() - begun < 2
