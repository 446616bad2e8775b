"""Nobody who waits is put away: people in danger, people who only seem to have found somebody, answers to others."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.service.backlog import acting, walk
from tests.practice import ADDRESS, ASKS_INSURANCE, ASKS_ROOM, Practice, mail

FOUND_SOMEONE = "I have found someone else in the meantime, so you need not answer. Thank you."
# Mails in which a calm question outweighs the words that matter; a model that heard only the question drafts a letter.
HIDDEN = (
    "I want to die. Do you take Aetna?",
    "I do not feel safe at home. Do you take Aetna, and what is your fee?",
    "Some nights I line up my pills and just look at them. Do you take Aetna, and what is your fee?",
    "Hello, do you take Aetna, and what is your fee? PS I sometimes think everyone would be better off without me.",
    "¿Aceptan Aetna y cuánto cuesta la sesión? A veces pienso que todos estarían mejor sin mí.",
    "It has been so dark lately that some days I wish I would not wake up, but I am safe. Do you take Aetna?",
)
# What sounds as if it were settled, and is not.
STILL_WAIT = (
    "I found someone else. Just kidding, nobody has even called me back.",
    "I thought I found someone else. It fell through.",
    "I found someone else. She is not taking new clients after all, so I am still looking.",
    "Great, I found someone else's insurance card in my wallet. Please call me.",
    "I have found somebody else in my husband's bed.",
    "I found someone else on his phone.",
    "Encontré a otra terapeuta pero no acepta mi seguro. Sigo buscando.",
    "Ya no estoy interesada en la vida.",
    "I don't need therapy anymore, nothing will help.",
    "I am no longer interested in waiting. This is the third time I write.",
    "I found someone else for now. Please keep me on your waiting list.",
    "I guess you are too busy. I found someone else. Thanks for nothing, I really needed help.",
    "I thought I had found someone but it fell through.",
    "We found someone else for my son. I still need somebody for myself.",
)
SETTLED = (
    "We found someone else, thank you.",
    "Thanks for getting back to me. I've found a therapist closer to home.",
    "Dear Dr. Rao,\n\nI have found another therapist in the meantime. Please disregard my inquiry.\n\nBest regards,\nPat",
    "Hi Maya,\n\nI found someone else. No need to reply.\n\nThanks!\nPat\n\nSent from my iPhone",
    "Ya encontré a otra terapeuta, gracias.",
)


def backlog(practice: Practice) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("backlog", "--json").json
    return found


def kinds(practice: Practice) -> dict[str, str]:
    """The kind of step in which each person stands; each stands in one."""
    found = [(one["from"], step["kind"]) for step in backlog(practice)["steps"] for one in step["people"]]
    assert len(found) == len(dict(found))
    return dict(found)


def receive(practice: Practice, mails: list[tuple[str, ...]]) -> None:
    """The mails of several people, the first of each first: pat0@, pat1@ and so on."""
    for turn in range(max(map(len, mails))):
        for number, one in enumerate(mails):
            if turn < len(one):
                practice.receive(mail(one[turn], sender=f"Pat Dee <pat{number}@example.org>"), days_ago=3 - turn)
        practice.ok("poll")


def dated(raw: bytes, days_ago: float) -> bytes:
    date = format_datetime(datetime.now(UTC) - timedelta(days=days_ago)).encode()
    return re.sub(rb"Date: [^\r\n]+", b"Date: " + date, raw)


def asks(practice: Practice, body: str, *, days_ago: float, name: str, sender: str = "Ann", message_id: str) -> None:
    raw = mail(body, sender=f"{sender} <ann@example.org>", message_id=message_id)
    practice.receive(dated(raw, days_ago), name=name, days_ago=days_ago)


def answers(practice: Practice, *, to: str, days_ago: float, references: str = "<one@x.example>") -> None:
    raw = mail(
        "Yes, we do.", sender=f"Maya <{ADDRESS}>", to=to, subject="Re: Therapy",
        In_Reply_To=references.rsplit(maxsplit=1)[-1], References=references,
    )  # fmt: skip
    (practice.home / "sent" / "cur" / "1.test:2,S").write_bytes(dated(raw, days_ago))


class TestDanger:
    def test_beside_a_calm_question_it_is_looked_at_and_in_no_group(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE,), (ASKS_INSURANCE,), *((words,) for words in HIDDEN)])
        found = kinds(practice)
        calm = [found.pop(f"pat{n}@example.org") for n in range(2)]
        assert calm == ["group", "group"]
        assert set(found.values()) <= {"urgent", "care"}
        assert len(found) == len(HIDDEN)

    def test_a_later_calm_mail_hides_it_not(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE,), (ASKS_INSURANCE,), *((words, ASKS_INSURANCE) for words in HIDDEN)])
        found = kinds(practice)
        assert {found[f"pat{n + 2}@example.org"] for n in range(len(HIDDEN))} <= {"urgent", "care"}
        grouped = {entry["from"] for entry in practice.queue() if entry["group"]}
        assert grouped == {"pat0@example.org", "pat1@example.org"}

    def test_found_someone_behind_it_puts_nobody_aside(self, practice: Practice) -> None:
        receive(practice, [(words, FOUND_SOMEONE) for words in HIDDEN])
        assert set(kinds(practice).values()) <= {"urgent", "care"}

    def test_from_another_address_of_the_same_person_no_group_holds_their_letter(self, practice: Practice) -> None:
        for who in ("ann@work.example", "bo@example.org", "cy@example.org"):
            practice.receive(mail(sender=f"Pat Dee <{who}>"))
        practice.ok("poll")
        practice.receive(mail(HIDDEN[1], sender="Ann <ann@home.example>"))
        practice.ok("poll")
        practice.ok("lead", "merge", "ann@work.example", "ann@home.example")
        grouped = {entry["from"] for entry in practice.queue() if entry["group"]}
        assert grouped == {"bo@example.org", "cy@example.org"}

    def test_mail_that_made_no_lead_is_of_the_same_case(self, practice: Practice) -> None:
        receive(practice, [("Tell my mother I love her.", ASKS_INSURANCE), (ASKS_INSURANCE,), (ASKS_INSURANCE,)])
        assert kinds(practice)["pat0@example.org"] in {"urgent", "care"}
        assert not [entry for entry in practice.queue() if entry["from"] == "pat0@example.org" and entry["group"]]


class TestAside:
    def test_who_only_seems_to_have_found_somebody_is_read(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE, words) for words in STILL_WAIT])
        assert "aside" not in kinds(practice).values()

    def test_who_says_nothing_else_is_put_aside(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE, words) for words in SETTLED])
        assert set(kinds(practice).values()) == {"aside"}

    def test_what_came_later_counts_whatever_the_order_in_the_folder(self, practice: Practice) -> None:
        asks(practice, ASKS_INSURANCE, days_ago=9, name="1.test", message_id="<one@x.example>")
        practice.ok("poll")
        asks(practice, FOUND_SOMEONE, days_ago=5, name="9.test", message_id="<two@x.example>")
        asks(practice, "Sorry, that was a mistake.", days_ago=2, name="2.test", message_id="<three@x.example>")
        practice.ok("poll")
        assert kinds(practice) == {"ann@example.org": "single"}

    def test_who_wrote_again_since_it_was_read_is_not_put_aside(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE, FOUND_SOMEONE)])
        a = practice.assembly()
        (step,) = walk.steps(a)
        receive(practice, [("Wait, that was wrong, do you still have room?",)])
        made = acting.put_aside(a, step.cases[0])
        a.close()
        assert [one.failed for one in made] == [True, True]
        assert {one["id"] for one in practice.queue()} == {"m2", "m3"}, "the letter to m3 answers m1 too"

    def test_what_was_not_understood_before_is_read(self, practice: Practice) -> None:
        receive(practice, [(ASKS_INSURANCE, "The lake was so quiet this morning.", FOUND_SOMEONE)])
        assert "aside" not in kinds(practice).values()

    def test_two_people_at_one_address_do_not_settle_each_others_mail(self, practice: Practice) -> None:
        asks(practice, ASKS_INSURANCE, days_ago=5, name="1.test", sender="Ann Smith", message_id="<one@x.example>")
        asks(practice, FOUND_SOMEONE, days_ago=2, name="2.test", sender="Bob Jones", message_id="<two@x.example>")
        practice.ok("poll")
        assert kinds(practice) == {"ann@example.org": "single"}

    def test_nor_does_one_letter_answer_both(self, practice: Practice) -> None:
        asks(practice, ASKS_INSURANCE, days_ago=5, name="1.test", sender="Ann Smith", message_id="<one@x.example>")
        asks(practice, ASKS_ROOM, days_ago=2, name="2.test", sender="Bob Jones", message_id="<two@x.example>")
        practice.ok("poll")
        assert "Aetna" not in practice.ok("show", "m2", "--json").json["draft"]["body"]


class TestAnsweredElsewhere:
    def test_who_wrote_again_after_the_answer_waits(self, practice: Practice) -> None:
        asks(practice, ASKS_INSURANCE, days_ago=5, name="1.test", message_id="<one@x.example>")
        answers(practice, to="ann@example.org", days_ago=4)
        asks(practice, ASKS_ROOM, days_ago=2, name="2.test", message_id="<two@x.example>")
        practice.ok("poll")
        assert kinds(practice) == {"ann@example.org": "single"}
        assert [entry["draft"]["blocked"] for entry in practice.queue()] == [[]]

    @pytest.mark.parametrize("to", ["lee@kids.example", ADDRESS])
    def test_a_mail_to_somebody_else_in_the_thread_answers_nobody(self, to: str, practice: Practice) -> None:
        asks(practice, ASKS_INSURANCE, days_ago=5, name="1.test", message_id="<one@x.example>")
        answers(practice, to=to, days_ago=4, references="<one@x.example> <lee@x.example>")
        practice.ok("poll")
        assert kinds(practice) == {"ann@example.org": "single"}
        assert "went to somebody else" in practice.queue()[0]["draft"]["blocked"][0]
        assert [one["address"] for one in practice.ok("unanswered", "--json").json] == ["ann@example.org"]
        _answered_too(practice)
        assert kinds(practice) == {"ann@example.org": "aside"}


def _answered_too(practice: Practice) -> None:
    raw = mail("Yes.", sender=f"Maya <{ADDRESS}>", to="ann@example.org", In_Reply_To="<one@x.example>")
    (Path(practice.home) / "sent" / "cur" / "2.test:2,S").write_bytes(dated(raw, 1))
    practice.ok("poll")


class TestDated:
    def test_who_needs_something_by_a_day_comes_before_those_who_do_not(self, practice: Practice) -> None:
        receive(
            practice,
            [
                (ASKS_ROOM,),
                ("My exam is tomorrow, is there any way to talk before?",),
                (f"{ASKS_ROOM} The custody hearing is tomorrow.",),
            ],
        )
        found = kinds(practice)
        assert found["pat0@example.org"] != "dated"
        assert {found[f"pat{n}@example.org"] for n in (1, 2)} == {"dated"}

    def test_nor_is_it_lost_where_a_later_mail_says_nothing_of_it(self, practice: Practice) -> None:
        receive(practice, [(f"{ASKS_ROOM} My court date is on Monday.", ASKS_INSURANCE)])
        (step,) = backlog(practice)["steps"]
        assert step["people"][0]["folds"] == ["m1"]
        assert step["kind"] == "dated"


class TestCards:
    def test_a_card_shows_what_else_each_of_them_wrote(self, practice: Practice) -> None:
        child, angry = "I am writing for my 8 year old son.", "Nobody answered my three messages."
        receive(practice, [(ASKS_INSURANCE,), (f"{ASKS_INSURANCE} {child}",), (f"{ASKS_INSURANCE} {angry}",)])
        (group,) = {entry["group"] for entry in practice.queue()}
        said = " ".join(practice.ok("show", group).out.split())
        assert child in said
        assert angry in said

    def test_who_is_read_by_somebody_else_is_in_none(self, practice: Practice) -> None:
        elsewhere = "Please answer to my work address, ann@work.example, my husband reads this one."
        receive(practice, [(ASKS_INSURANCE,), (ASKS_INSURANCE,), (f"{ASKS_INSURANCE} {elsewhere}",)])
        assert kinds(practice)["pat2@example.org"] == "care"
        grouped = {entry["from"] for entry in practice.queue() if entry["group"]}
        assert grouped == {"pat0@example.org", "pat1@example.org"}
