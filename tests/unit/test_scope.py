"""Whom and what the practice works with: yes, no, or a person has to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.config.settings import Fit, Practice, Referral
from inboxtriage.reply.scope import People, Scope, people, scope
from inboxtriage.triage.verdict import Asks

KIDS = Referral("Dr. Lee", "lee@kids.example", ("children",))
PLAY = Referral("Ms. Ray", "ray@play.example", ("custody evaluations",))
ANYBODY = Referral("The county line", "555-0100")
FIT = Fit(
    works_with=("adults", "couples", "teens"),
    does_not_work_with=("children under 12",),
    helps_with=("anxiety", "EMDR"),
    does_not_help_with=("custody evaluations",),
    languages=("English", "Spanish"),
    licensed_in=("NY", "NJ"),
    referrals=(KIDS, PLAY),
)


def asked(fit: Fit = FIT, *, fit_was_asked: bool = True, **asks: object) -> Scope:
    told = {
        name: list(getattr(fit, name) or ())
        for name in ("works_with", "does_not_work_with", "helps_with", "does_not_help_with", "languages")
    } | {"referrals": [{"name": one.name, "contact": one.contact} for one in fit.referrals]}
    said = Asks(**asks)  # type: ignore[arg-type]
    return scope(said, Practice(fit=fit), told, requested=said.services, fit_was_asked=fit_was_asked)


@pytest.mark.parametrize(
    ("term", "group", "low", "high"),
    [
        ("adults", "adult", 18, 120), ("teens", "teen", 13, 17), ("children", "child", 0, 12), ("couples", "couple", 0, 120),
        ("children under 12", "child", 0, 11), ("kids 6-12", "child", 6, 12), ("ages 5 to 10", "any", 5, 10),
        ("adolescents", "teen", 13, 17), ("children over 8", "child", 9, 120), ("ages 13 and up", "any", 13, 120),
        ("menores de 12 años", "child", 0, 11), ("niños de 6 a 12 años", "child", 6, 12),
    ],
)  # fmt: skip
def test_what_a_word_for_people_means(term: str, group: str, low: int, high: int) -> None:
    found = people(term)
    assert found is not None
    assert (found.group, found.low, found.high) == (group, low, high)


@pytest.mark.parametrize(
    ("who", "age", "yes", "no"),
    [
        ("couple", None, ("couples",), ()), ("teen", 15, ("teens",), ()), ("child", 8, (), ("children under 12",)),
        ("parent", None, ("adults",), ()), ("child", 15, ("teens",), ()), ("self", None, (), ()),
    ],
)  # fmt: skip
def test_groups_are_held_against_both_lists(
    who: str, age: int | None, yes: tuple[str, ...], no: tuple[str, ...]
) -> None:
    found = asked(who_for=who, age=age)
    assert (found.yes, found.no) == (yes, no)
    assert found.declined == bool(no)


def test_a_no_names_the_colleague_who_fits_and_else_the_one_for_anybody() -> None:
    assert [one["name"] for one in asked(who_for="child", age=8).colleagues] == ["Dr. Lee"]
    assert [one["name"] for one in asked(services=("custody evaluation",)).colleagues] == ["Ms. Ray"]
    general = Fit(works_with=("adults",), does_not_work_with=("couples",), referrals=(KIDS, ANYBODY))
    assert [one["name"] for one in asked(general, who_for="couple").colleagues] == ["The county line"]


def test_a_child_of_unknown_age_is_neither_yes_nor_no() -> None:
    found = asked(who_for="child")
    assert not found.declined
    assert found.general
    assert found.unknown == ()


def test_who_cannot_be_seen_is_told_so_whatever_was_asked() -> None:
    assert asked(who_for="child", age=8, fit_was_asked=False).declined
    assert asked(who_for="couple", fit_was_asked=False) == Scope()


def test_what_no_list_names_is_for_a_person_to_say() -> None:
    assert asked(who_for="family").unknown == ("practice.fit.works_with: whether you work with families",)
    assert asked(services=("OCD",)).unknown == ("practice.fit.helps_with: whether you help with OCD",)
    assert asked(Fit(), language="Mandarin").unknown == ("practice.fit.languages: whether you speak Mandarin",)


def test_a_service_of_another_trade_is_told_in_passing() -> None:
    assert asked(services=("violin lessons",)).unknown == ()


def test_services_languages_and_licences() -> None:
    assert asked(services=("EMDR", "anxiety")).helps == ("anxiety", "EMDR")
    assert asked(services=("custody evaluation",)).helps_not == ("custody evaluations",)
    assert asked(language="Spanish").speaks == "Spanish"
    assert asked(language="Mandarin").speaks_not == "Mandarin"
    assert asked(regions=("NY", "OH")).licensed == ("NY",)
    assert asked(regions=("NY", "OH")).unlicensed == ("OH",)


@given(st.text(max_size=60))
def test_any_words_for_people_are_read_or_left(term: str) -> None:
    found = people(term)
    assert found is None or isinstance(found, People)
