"""Which services, methods and problems are asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.services import service_names, services
from inboxtriage.triage.phrases import table


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Do you do EMDR for anxiety?", ("EMDR", "anxiety")),
        ("¿Trabaja con duelo?", ("grief",)),
        ("Busco a alguien que trabaje con TOC", ("OCD",)),
        ("Do you see couples?", ("couples counseling",)),
        ("¿Hacen terapia de pareja?", ("couples counseling",)),
        ("Is test anxiety something you help with?", ("test anxiety",)),
        ("I need an ESA letter.", ("emotional support animal letter",)),
        ("Could you test her for ADHD? She needs an ADHD evaluation.", ("ADHD evaluation",)),
        ("Would you write a letter for top surgery?", ("letter for surgery",)),
        ("Can you give me a quote for mowing and aeration?", ("mowing", "aeration")),
        ("Do you do leaf removal?", ("leaf clean-up",)),
        ("¿Usted corta el pasto? Busco corte de pasto.", ("mowing",)),
        ("Do you tutor algebra?", ("algebra",)),
        ("I need help with interview prep.", ("interview prep",)),
        ("Do you do deep tissue massage?", ("deep tissue massage",)),
        ("Do you teach piano?", ("piano lessons",)),
        ("Do you have a female therapist?", ("a female therapist",)),
        ("Do you take Aetna?", ()),
    ],
)
def test_what_is_asked_for_is_named_as_a_letter_would(said: str, named: tuple[str, ...]) -> None:
    assert services([said]) == named


def test_a_problem_told_stands_back_behind_one_asked_about() -> None:
    told = "I have had panic attacks since the fire."
    assert services([told]) == ("panic attacks",)
    assert services([told, "Do you do EMDR?"]) == ("EMDR",)


def test_what_is_not_wanted_is_left_out() -> None:
    assert services(["I don't want hypnosis, do you do CBT?"]) == ("CBT",)
    assert services(["No quiero hipnosis, ¿trabaja con EMDR?"]) == ("EMDR",)


def test_a_word_that_often_means_another_thing_counts_only_where_asked_for() -> None:
    assert services(["Cello players live above me and they never stop, not even at night."]) == ()
    assert services(["Do you teach the cello?"]) == ("violin lessons",)


def test_a_topic_line_asks_for_what_it_names() -> None:
    assert services(["Algebra help", "Do you have any openings?"]) == ("algebra",)


def test_the_list_is_long_and_its_doubtful_names_are_of_it() -> None:
    assert len(service_names()) >= 150
    assert set(table("services")["doubtful"]["names"]) <= service_names()


HEARD = st.sampled_from(
    ["do you do emdr?", "no cbt", "grief", "sod", "looking for", "duelo", "mowing the lawn", "SAT prep"]
)


@given(st.lists(st.text() | HEARD, max_size=8))
def test_any_text_has_services_from_the_closed_set(sentences: list[str]) -> None:
    found = services(sentences)
    assert set(found) <= service_names()
    assert len(found) == len(set(found))
