"""For whom something is sought, and how old that person is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.age import OLDEST, age_of
from inboxtriage.triage.asks.clauses import clauses
from inboxtriage.triage.asks.whom import WHO, Whom, whom


@pytest.mark.parametrize(
    ("said", "who", "age"),
    [
        ("Can you help me and my boyfriend?", "couple", None),
        ("My wife and I would like to come in.", "couple", None),
        ("We are looking for marriage counselling.", "couple", None),
        ("Busco terapia de pareja.", "couple", None),
        ("Is there room for the two of us? It is family therapy we want.", "family", None),
        ("¿Hacen terapia familiar?", "family", None),
        ("My son is ten.", "child", 10),
        ("My daughter Ana, who is eleven, needs a tutor.", "child", 11),
        ("Es para mi hija de 8 años.", "child", 8),
        ("It is for my 15 year old.", "teen", 15),
        ("Can you see my teenager?", "teen", None),
        ("She is a freshman in high school.", "teen", None),
        ("Mi hijo tiene quince años y necesita ayuda.", "teen", 15),
        ("I am looking for a therapist for my daughter, 22.", "other", 22),
        ("This would be for my mother, 74.", "parent", 74),
        ("I'm writing for my dad.", "parent", None),
        ("Es para mi mamá.", "parent", None),
        ("One of our employees would like to talk to somebody.", "employee", None),
        ("Do you help our staff?", "employee", None),
        ("Sería para una de nuestras empleadas, una de nuestras empleadas necesita ayuda.", "employee", None),
        ("It's for my brother.", "other", None),
        ("Es para mi hermano.", "other", None),
        ("It's for myself.", "self", None),
        ("I'm 34 and I'm looking for someone.", "self", 34),
        ("Tengo 30 años y busco terapia.", "self", 30),
        ("I would like to start.", "self", None),
        ("I'm 34 and I have panic attacks.", "self", 34),
        ("Tengo 41 años.", "self", 41),
        ("What's the couples rate?", "couple", None),
        ("What is the rate for couples?", "couple", None),
        ("Price for two people?", "couple", None),
        ("My boyfriend would come along.", "couple", None),
        ("The whole family comes.", "family", None),
        ("It would be two parents and our son of 15.", "family", None),
        ("Busco terapia para mi niña de 8 años.", "child", 8),
        ("Es para la niña.", "child", None),
    ],
)
def test_whom_help_is_sought_for(said: str, who: str, age: int | None) -> None:
    assert whom([said]) == Whom(who, age)


@pytest.mark.parametrize(
    "told",
    [
        "Since my mother died I cannot sleep.",
        "My husband left.",
        "My kids are driving me mad.",
        "My wife and I divorced in May.",
        "I pick up my son at three.",
        "We tried couples counseling.",
        "Do you take Aetna?",
        "Perdí a mi madre en mayo.",
        "nina",
        "Nina Nino",
        "My wife will come to pick me up.",
        "I'm two years behind on my returns.",
        "Tengo 9 años aquí.",
        "I cry like I'm seven.",
    ],
)
def test_who_is_only_told_of_is_not_sought_for(told: str) -> None:
    assert whom([told]) == Whom()


def test_a_clause_cut_in_two_is_still_a_couple() -> None:
    assert whom(["My partner", "I would like to come in for an appointment."]).who == "couple"


def test_a_name_is_no_child() -> None:
    assert whom(["I'm 34.", "Are you taking new clients?", "nina lopez"]) == Whom("self", 34)


def test_the_age_is_that_of_the_one_sought_for() -> None:
    assert whom(["I'm 44.", "I need a tutor for my son.", "He is nine."]) == Whom("child", 9)
    assert whom(["My son is ten.", "I am 41 and it is for myself."]) == Whom("self", 41)


@pytest.mark.parametrize(
    ("told", "age"),
    [
        ("my daughter is seven weeks old", None),
        ("my son is at 4 o'clock", None),
        ("my son, 3½", None),
        ("my two kids", None),
        ("my mom is seventy-two", None),
        ("our nine year old", 9),
        ("mi hija de veintidós años", 22),
        ("my son is twenty-one", 21),
    ],
)
def test_numbers_that_are_ages_and_numbers_that_are_none(told: str, age: int | None) -> None:
    assert age_of("child", clauses([told]).text) == age


WORDS = st.sampled_from(
    [
        "my",
        "son",
        "wife",
        "and",
        "I",
        "is",
        "ten",
        "15",
        "year old",
        "for",
        "mi",
        "hija",
        "de",
        "mother",
        "?",
        ",",
        "999",
    ]
)


@given(st.lists(st.text() | st.lists(WORDS).map(" ".join), max_size=6))
def test_any_text_has_an_answer_from_the_closed_set(sentences: list[str]) -> None:
    found = whom(sentences)
    assert found.who is None or found.who in WHO
    assert found.age is None or 0 < found.age <= OLDEST
    assert found.age is None or found.who is not None
