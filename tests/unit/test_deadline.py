"""By which day somebody needs something: an exam, a hearing, an end of insurance; and days that press nobody."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.deadline import deadline
from inboxtriage.triage.reading import sentences

SENT = datetime(2026, 11, 22, 15, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("My exam is tomorrow, is there any way to talk before?", 23),
        ("Can you write a letter of support for my court date on Monday?", 23),
        ("I start a new job Monday.", 23),
        ("The school year starts Monday. Do you see teens?", 23),
        ("My insurance ends on Friday. Can I be seen?", 27),
        ("I need the letter by Wednesday.", 25),
        ("My surgery is on November 25, can I see you?", 25),
        ("I am off until Friday. Could you see me before then?", 27),
        ("The custody hearing is on 11/30.", 30),
        ("Tengo el juicio el lunes.", 23),
        ("Mañana tengo examen.", 23),
        ("I have to cancel tomorrow.", 23),
        ("hoa says must cut in 7 day or they fine me", 29),
        ("They will fine if not cut to Friday.", 27),
        ("Fine of $100 if not cut by friday", 27),
        ("need to know yes by Weds", 25),
        ("The city gave me five days to cut it.", 27),
        ("I got a 7-day notice.", 29),
        ("It must be done within a week.", 29),
        ("We close on the house Friday.", 27),
        ("Me dieron una multa, hay que cortar en 5 dias.", 27),
    ],
)
def test_a_day_that_presses(words: str, day: int) -> None:
    assert deadline(sentences(words), SENT) == date(2026, 11, day)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Do you see people on Saturdays?",
        "I am free on Wednesdays.",
        "My mother died on November 24 last year.",
        "My birthday is November 25.",
        "I last saw my therapist on Monday.",
        "The hearing was on Monday.",
        "Los lunes por la mañana puedo.",
        "I will be away until November 30. Do you have openings?",
        "Court was hard. I cannot sleep since Monday.",
        "Friday is fine. Thursday would be fine too.",
        "I can come in 7 days.",
        "I have been crying for 7 days.",
        "My son is in school 5 days a week.",
        "It is cut every 7 days.",
    ],
)
def test_a_day_that_presses_nobody(words: str) -> None:
    assert deadline(sentences(words), SENT) is None


def test_without_a_date_of_the_mail_nothing_is_known() -> None:
    assert deadline(["My exam is tomorrow."], None) is None


@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_words_give_a_day_to_come_or_none(words: list[str]) -> None:
    found = deadline(words, SENT)
    assert found is None or found >= SENT.date()
