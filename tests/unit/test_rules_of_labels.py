"""LABELS.md's rules on the shipped model, with words that no training example holds."""

from functools import cache

import pytest

from inboxtriage.service.classifying import sorter_for
from inboxtriage.service.sorting import Sorter
from inboxtriage.triage.verdict import Verdict
from tests.practice import mail


@cache
def sorter() -> Sorter:
    return sorter_for(None)


def verdict(body: str, subject: str = "question", **more: str) -> Verdict:
    return sorter().sort(mail(body, subject=subject, **more)).verdict


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("Hello, do you accept Cigna? Thank you, Ann", {"insurance"}),
        ("Good morning. What do you charge for a session? Regards, Tom", {"insurance"}),
        ("Hi, are you accepting new patients right now? Thanks, Ann", {"availability"}),
        ("Hello, how long is your waitlist at the moment? Thanks, Bo", {"availability"}),
        ("Hi, do you offer evening appointments, or sessions online? Thanks, Ann", {"scheduling"}),
        ("Hello Dr. Rao, do you work with couples? Thanks, Ann and Rob", {"fit"}),
        ("Hi, do you have experience treating OCD? Thanks, Ann", {"fit"}),
        ("Hello, are you taking new clients and do you accept Aetna? Thanks, Ann", {"availability", "insurance"}),
        ("Hola, ¿aceptan Aetna y tienen espacio para nuevos pacientes? Gracias, Ana", {"insurance", "availability"}),
        (
            "Hola, quisiera saber si atienden los sábados y cuánto cuesta la sesión. Gracias",
            {"scheduling", "insurance"},
        ),
        ("Hi Maya, I can't make it on Thursday. Could we move to Friday? Thanks, Ann", {"scheduling"}),
        ("Thanks, Tuesday at 3 works. See you then. Ann", set()),
        ("Thank you so much for your help yesterday. Ann", set()),
    ],
)
def test_plain_questions(body: str, labels: set[str]) -> None:
    assert set(verdict(body).labels) == labels


@pytest.mark.parametrize(
    "body",
    [
        "I don't want to be alive anymore. I have the pills here.",
        "My husband hit me again last night and I am scared to go home.",
        "Ya no quiero vivir. Perdón por todo.",
        "My daughter says she is going to kill herself tonight, she locked the door.",
    ],
)
def test_danger_in_plain_words_is_urgent(body: str) -> None:
    found = verdict(body, subject="help")
    assert found.urgent
    assert found.disposition == "urgent"


def test_words_of_a_signature_earn_nothing() -> None:
    body = "Hello, do you work with couples? Thanks\n\n-- \nAnn Lee\nInsurance broker\nOffice hours Mon-Fri 9-5, now accepting new clients"
    assert set(verdict(body).labels) == {"fit"}


def test_a_nudge_asks_what_its_own_quoted_mail_asked() -> None:
    body = "Hi, just following up on my email below. Thanks.\n\nOn Tue, Nov 3, 2026, Jane Doe <jane@example.org> wrote:\n> Hello, do you take Aetna?\n> Jane"
    found = verdict(body, subject="Re: question")
    assert found.labels == ("insurance",)
    assert found.evidence[0].quoted


def test_words_of_the_practice_that_are_quoted_earn_nothing() -> None:
    body = "Great, thank you!\n\nOn Tue, Maya Rao <maya@harbor.example> wrote:\n> Do you have Aetna or Cigna? Would Saturday at 10 suit you?"
    assert verdict(body, subject="Re: question").labels == ()


def test_an_out_of_office_is_ignored() -> None:
    found = verdict(
        "I am out of the office until Monday with limited access to email.",
        subject="Automatic reply: hello",
        Auto_Submitted="auto-replied",
    )
    assert (found.disposition, found.labels) == ("ignore", ())
