"""What a careful owner would not send: their own words changed, a yes nobody gave, an offer nobody asked for."""

from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.category.response import read_library
from inboxtriage.config.load import parse as parse_config
from inboxtriage.config.settings import Practice
from inboxtriage.message.parse import parse
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.salutation import below_salutation
from inboxtriage.triage.asks.extract import asks_of
from inboxtriage.triage.language import language_of
from inboxtriage.triage.reading import sentences
from inboxtriage.triage.verdict import Verdict
from tests.practice import FACTS, mail

_LIBRARY = read_library(shipped.folder("responses"))
_ACCOUNT = (
    '\n[[accounts]]\nname="a"\naddress="hello@harbor.example"\n[accounts.maildir]\ninbox="i"\noutgoing="o"\nsent="s"\n'
)


def practice(facts: str) -> Practice:
    return parse_config(facts + _ACCOUNT, source="test", base=Path("/")).practice


THERAPIST = practice(
    FACTS.replace('sliding_scale = ""', 'sliding_scale = "$90"').replace(
        "[practice.fit]", '[practice.fit]\nlicensed_in = ["NY", "NJ"]'
    )
)
LAWN = practice(
    """
[practice]
name = "Rosewater Lawns"
owner = "Al Brandt"
timezone = "America/New_York"
profile = "seasonal"
[practice.insurance]
fee = "$48 a visit"
[practice.hours]
mon = ["08:00-17:00"]
thu = ["08:00-17:30"]
[practice.openings]
accepting_new_clients = true
[practice.fit]
helps_with = ["mowing", "hedge trimming"]
area = ["Millbrook", "Fairview"]
[practice.intake]
consult = "measuring on site"
"""
)


def letter(
    body: str,
    labels: tuple[str, ...],
    *,
    at: Practice = THERAPIST,
    note: str = "",
    sender: str = "Jane Doe <jane@example.org>",
    subject: str = "Hello",
) -> Draft:
    verdict = Verdict(
        "reply", "", kind="inquiry", labels=labels, asks=asks_of(sentences(body), labels), language=language_of(body)
    )
    draft = Composer(at, _LIBRARY).compose(parse(mail(body, sender=sender, subject=subject)), verdict, note=note)
    assert draft is not None
    return draft


@pytest.mark.parametrize(
    "note",
    [
        "Good to hear from you. Yes, we can edge along the fence.",
        "We are closed. We are closed.",
        "Yes, we see people on Thursdays from 11:00 AM to 7:00 PM.",
    ],
)
def test_the_owners_own_line_stays_as_it_was_written(note: str) -> None:
    draft = letter("Do you see people on Thursdays?", ("scheduling",), note=note)
    assert f"\n\n{note}\n\n" in draft.body


def test_what_the_own_line_says_no_answer_says_again() -> None:
    said = "Yes, we see people on Thursdays from 11:00 AM to 7:00 PM."
    assert letter("Do you see people on Thursdays?", ("scheduling",), note=said).body.count("on Thursdays") == 1


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("Dear Jane,\n\nThank you.\n\nAl", "Dear Jane,\n\nA word.\n\nThank you.\n\nAl"),
        ("Hi Jane\nthank you.", "Hi Jane\n\nA word.\n\nthank you."),
        ("Hola, Lucía:\n\nGracias.", "Hola, Lucía:\n\nA word.\n\nGracias."),
        ("Jane,\n\nThank you.", "Jane,\n\nA word.\n\nThank you."),
        ("Good morning Jane!\n\nThank you.", "Good morning Jane!\n\nA word.\n\nThank you."),
        ("Thank you for your mail.\n\nAl", "A word.\n\nThank you for your mail.\n\nAl"),
        ("Hi there. How are you?", "A word.\n\nHi there. How are you?"),
        ("Dear Jane,", "Dear Jane,\n\nA word."),
        ("", "A word."),
    ],
)
def test_a_line_added_to_a_letter_by_hand_stands_below_the_salutation(body: str, after: str) -> None:
    assert below_salutation(body, "A word.") == after


@pytest.mark.parametrize("words", ["What do you charge?", "Do you take Humana?", "¿Cuánto cuesta una sesión?"])
def test_the_lower_fee_is_told_to_nobody_who_did_not_ask(words: str) -> None:
    body = letter(words, ("insurance",)).body
    assert "$160" in body
    assert "$90" not in body


@pytest.mark.parametrize(
    "words",
    [
        "Is there a sliding scale?", "I can't afford the full fee, is there anything you can do?", "Do you have reduced rates?",
        "¿Tienen tarifa reducida?", "No puedo pagar tanto, ¿hay algo más económico?", "I just lost my job and money is tight. What does it cost?",
    ],
)  # fmt: skip
def test_whoever_asks_for_the_lower_fee_is_told(words: str) -> None:
    assert "$90" in letter(words, ("insurance",)).body


def test_one_name_signs_once_and_is_not_thanked_in_the_third_person() -> None:
    alone = practice(
        '[practice]\nname = "Ina Moss, LCSW"\nowner = "Ina Moss, LCSW"\n[practice.insurance]\nfee = "$100"\n'
    )
    body = letter("What do you charge?", ("insurance",), at=alone).body
    assert body.count("Ina Moss, LCSW") == 1
    assert body.endswith("Warm regards,\n\nIna Moss, LCSW")
    assert "Thank you for your message." in body


def test_the_next_step_reads_well_without_an_article() -> None:
    assert "The next step: measuring on site." in letter("What do you charge?", ("insurance",), at=LAWN).body


@pytest.mark.parametrize(
    "words",
    [
        "My wife has part of it repaid by Aetna, but I don't have that. I have the Glaziers Local 9 Health Fund, do you take it?",
        "my brother has aetna, mine is thru the bakers union welfare fund, dunno if u take that",
        "You see a friend of mine with Aetna. I don't have Aetna, I'm covered by the Pipe Trades Benefit Trust.",
        "My husband's plan is Aetna, but I'm not on it.",
        "Mine isn't Aetna. Do you accept Harvest Mutual Share? Do you take that?",
        "Mi hermana tiene Aetna pero yo no, yo tengo el seguro del sindicato de pintores. ¿Lo aceptan?",
    ],
)
def test_a_plan_that_they_do_not_have_is_never_a_yes(words: str) -> None:
    body = letter(words, ("insurance",)).body
    assert "Yes, we are in network" not in body
    assert "Sí, estamos en la red" not in body


@pytest.mark.parametrize(
    ("words", "blocks"),
    [
        ("I have the Glaziers Local 9 Health Fund. Do you take that?", True),
        ("I'm on Harvest Mutual and don't know if you take it.", True),
        ("Tengo el fondo de salud de los pintores, ¿lo aceptan?", True),
        ("Tengo un seguro privado por mi trabajo, ¿lo aceptan?", False),
        ("I have a good health plan through my job. Do you take it?", False),
        ("I have Aetna through my wife. Do you take it?", False),
        ("I have Aetna and the Glaziers Local 9 Health Fund.", True),
        ("Do you take insurance?", False),
    ],
)
def test_a_plan_that_no_list_knows_is_for_a_person_to_say(words: str, blocks: bool) -> None:
    gaps = letter(words, ("insurance",)).gaps
    assert any("the plan that they name" in gap or "el plan que nombran" in gap for gap in gaps) is blocks


def test_a_plan_of_their_own_is_answered_beside_anothers() -> None:
    body = letter("My sister has Humana. I have Aetna, do you take that?", ("insurance",)).body
    assert "Yes, we are in network with Aetna." in body
    assert "Humana" not in body
    assert "in network with Aetna" in letter("I'm on Aetna through my husband.", ("insurance",)).body


@pytest.mark.parametrize(
    "words",
    [
        "Could you have it all cut by Thursday noon?",
        "I need it no later than Monday at 3 pm, is that possible?",
        "Can you finish before Thursday evening?",
        "It has to be ready Thursday 1pm.",
        "Can you come by noon?",
        "¿Pueden terminar antes del jueves a las 3?",
    ],
)
def test_by_an_hour_is_never_after_it(words: str) -> None:
    body = letter(words, ("scheduling",), at=LAWN).body
    assert "times after" not in body
    assert "después de las" not in body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("What is the latest you see somebody on Tuesdays?", "We see people until 7:00 PM on Tuesdays."),
        ("how late are you there on thursdays? i get out at 5:30", "We see people until 7:00 PM on Thursdays."),
        ("How late are you open?", "Our hours are Monday"),
        ("¿Hasta qué hora atienden los jueves?", "Los jueves atendemos hasta las 19:00."),
        ("Do you see people around six in the morning?", "no times at 6:00 AM"),
        ("Do you have anything around 3 pm on Thursdays?", "Yes, there are times around 3:00 PM"),
        (
            "Can I come at six in the morning on Thursdays?",
            "no times at 6:00 AM. Closest to that, we see people on Thursdays from 11",
        ),
    ],
)
def test_the_hours_that_were_asked_about_are_told(words: str, says: str) -> None:
    assert says in letter(words, ("scheduling",)).body


def test_on_a_weekday_asks_for_one_of_them() -> None:
    closed_fridays = practice(
        '[practice]\nname = "Elm"\n[practice.hours]\nmon = ["09:00-17:00"]\nwed = ["09:00-17:00"]\nthu = ["09:00-18:00"]\n'
    )
    body = letter("Is anything open on a weekday after 6:30?", ("scheduling",), at=closed_fridays).body
    assert "closed on" not in body
    assert "I am afraid we have no times after 6:30 PM." in body
    assert "Closest to that, we see people on Thursdays from 9:00 AM to 6:00 PM." in body
    body = letter("Do you have something on a weekday after 4?", ("scheduling",), at=closed_fridays).body
    assert "Yes, there are times after 4:00 PM" in body
    assert "closed on" not in body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Do you come out that far?", "The area we cover is Millbrook and Fairview."),
        ("u go out to 45 zip? need mowing", "The area we cover is Millbrook and Fairview."),
        ("We are in Ashgrove and would like mowing.", "The area we cover is Millbrook and Fairview."),
        ("How far do you travel?", "The area we cover is Millbrook and Fairview."),
        ("Our yard is in Fairview, can you do mowing?", "e cover Fairview."),
        ("We need mowing in April. Can you do it?", "we do mowing"),
    ],
)
def test_where_they_are_is_answered_with_the_area(words: str, says: str) -> None:
    body = letter(words, ("fit",), at=LAWN).body
    assert says in body
    assert ("area" in body) is ("The area" in says)


def test_where_they_are_is_answered_beside_the_price() -> None:
    body = letter("What do you charge? We live in Ashgrove.", ("insurance",), at=LAWN).body
    assert "The area we cover is Millbrook and Fairview." in body


def test_a_business_that_does_not_say_where_it_goes_leaves_that_to_a_person() -> None:
    nowhere = practice(
        '[practice]\nname = "Fern"\nprofile = "seasonal"\n[practice.fit]\nhelps_with = ["mowing"]\n[practice.insurance]\nfee = "$40"\n'
    )
    for words in ("Do you come out that far?", "We are in Ashgrove and want mowing."):
        assert letter(words, ("fit",), at=nowhere).gaps == ("practice.fit.area",)


def test_a_place_is_no_yes_of_a_licensed_profession() -> None:
    body = letter("Do you go out to Denver?", ("fit",)).body
    assert "licensed in NY and NJ only" in body


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Do you also take down wasp nests?", LAWN),
        ("There are mushrooms all over the putting green. Is that something for you?", LAWN),
        ("Can you sharpen our mower blades?", LAWN),
        ("Do you treat misophonia?", THERAPIST),
        ("¿También quitan avisperos?", LAWN),
    ],
)
def test_what_was_asked_after_and_is_not_listed_is_not_evaded(words: str, at: Practice) -> None:
    draft = letter(words, ("fit",), at=at)
    assert draft.gaps == ("practice.fit.helps_with: whether you do what they ask about",)
    assert "most" not in draft.body


@pytest.mark.parametrize(
    ("words", "at", "says"),
    [
        ("What services do you offer?", LAWN, "What we do most: mowing and hedge trimming."),
        ("What do you do exactly?", LAWN, "What we do most: mowing and hedge trimming."),
        ("Could you help me, do you think?", THERAPIST, "We work with adults, couples and teens."),
        ("Do you do hedge trimming too?", LAWN, "Yes, we do hedge trimming."),
    ],
)
def test_who_asks_for_everything_is_told_what_is_done_most(words: str, at: Practice, says: str) -> None:
    draft = letter(words, ("fit",), at=at)
    assert says in draft.body
    assert draft.gaps == ()


@pytest.mark.parametrize(
    ("subject", "at", "answered"),
    [
        ("Edging along the driveway on Birch Lane", LAWN, "Re: Edging along the driveway on Birch Lane"),
        ("Re: the bowling green", LAWN, "Re: the bowling green"),
        ("the bowling green", THERAPIST, "Your message"),
        ("My husband died and the yard is a mess", LAWN, "Your message"),
        ("mowing, I am in debt", LAWN, "Your message"),
        ("Chemo starts Monday, hedges", LAWN, "Your message"),
        ("", LAWN, "Your message"),
    ],
)
def test_their_own_subject_is_answered_where_it_tells_no_story(subject: str, at: Practice, answered: str) -> None:
    assert letter("Do you do mowing?", ("fit",), at=at, subject=subject).subject == answered


@pytest.mark.parametrize(
    ("sender", "greeted"),
    [
        ("Msgr. <office@oakridge.example>", "Hello,"),
        ("Msgr. Tomasz Bielak <t@oakridge.example>", "Dear Tomasz,"),
        ("Dr. <a@oakridge.example>", "Hello,"),
        ("Turfworks <leads@turfworks.example>", "Hello,"),
        ("Greenway Brokers <x@mail.example>", "Hello,"),
        ("Rowan <rowan@rowan.example>", "Dear Rowan,"),
        ("Rowan Hale <hello@rowanhale.example>", "Dear Rowan,"),
        ("Prof. Dr. Jana Weiss <j@uni.example>", "Dear Jana,"),
    ],
)
def test_a_title_or_a_company_is_nobodys_first_name(sender: str, greeted: str) -> None:
    assert letter("Do you do mowing?", ("fit",), at=LAWN, sender=sender).body.startswith(greeted)


@pytest.mark.parametrize(
    ("words", "blocks"),
    [
        ("Do you take down wasp nests? We want mowing too.", True),
        ("Do you do mowing? And do you sharpen blades?", True),
        ("Do you also trim hedges?", False),
        ("Can you do mowing and hedge trimming?", False),
        ("Do you do hedge trimming every month?", False),
    ],
)
def test_a_yes_to_one_thing_is_no_answer_to_another(words: str, blocks: bool) -> None:
    draft = letter(words, ("fit",), at=LAWN)
    assert "we do " in draft.body
    assert bool(draft.gaps) is blocks
