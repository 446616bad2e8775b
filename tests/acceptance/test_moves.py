"""Moved by evidence: what mail proposes and a person decides; endings, lists, scores, promises, testimonials."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import Event
from inboxtriage.service.journey.letters import Order, write
from inboxtriage.store import leads, standings
from tests.acceptance.test_letters import with_calendar
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

JANE = "jane@example.org"
SURVEY = '+++\ntitle = "How it goes"\nsubject = "A short question"\n+++\nFrom 0 to 10, how content are you? {}\n'


def writes(practice: Practice, body: str, *, sender: str = f"Jane Doe <{JANE}>", **headers: str) -> str:
    """A mail arrives and is read; its id."""
    practice.receive(mail(body, sender=sender, **headers))
    practice.ok("poll")
    return str(max((i["id"] for i in practice.queue_all()), key=lambda one: int(one[1:])))


def answered(practice: Practice, message: str) -> None:
    practice.ok("show", message)
    practice.ok("approve", message, "--now")


def shown(practice: Practice, who: str = JANE) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("lead", "show", who, "--json").json
    return found


def proposed(practice: Practice, who: str = JANE) -> list[tuple[str, str]]:
    return [(one["what"], one["value"]) for one in shown(practice, who)["proposals"]]


def refused(practice: Practice, *words: str, code: int = 1) -> str:
    done = practice.run(*words)
    assert (done.code, done.out) == (code, ""), done
    assert done.err.count("\n") == 1
    return done.err


@pytest.fixture
def asked(tmp_path: Path) -> Practice:
    """A practice with free times, whose letter to Jane left."""
    practice = with_calendar(tmp_path)
    answered(practice, writes(practice, ASKS_ROOM))
    return practice


def offers(practice: Practice) -> list[datetime]:
    item = next(i for i in practice.queue_all() if i["draft"])
    return [datetime.fromisoformat(time) for time in item["draft"]["offers"]]


class TestProposals:
    def test_a_time_that_is_accepted_proposes_intake_and_one_key_takes_it(self, asked: Practice) -> None:
        first = offers(asked)[0]
        said = f"{first:%A}, {first:%B} {first.day} at {first:%I:%M %p} works for me."
        came = writes(asked, f"Dear Maya,\n\n{said}\n\nJane")
        (one,) = asked.ok("lead", "proposals", "--json").json
        assert (one["lead"], one["what"], one["value"], one["cause"]) == ("p1", "stage", "intake", came)
        assert one["sentence"] == said
        assert f"{first:%Y-%m-%d %H:%M}" in one["why"]
        assert "works for me" not in str(shown(asked)["events"])  # their words stay in the mail
        assert shown(asked)["stage"] == "inquire"  # nothing moves by itself
        assert "lead take p1" in asked.ok("show", came).out
        assert "proposes intake" in asked.ok("queue").out
        assert "1 proposal(s)" in asked.ok("status").out
        asked.ok("lead", "take", JANE)
        (moved,) = [e for e in shown(asked)["events"] if e["kind"] == "moved"]
        assert (moved["stage"], moved["cause"], proposed(asked)) == ("intake", came, [])

    def test_dismissed_it_is_gone_until_they_say_it_again(self, asked: Practice) -> None:
        writes(asked, "See you on the first one. The first works for us.")
        assert proposed(asked) == [("stage", "intake")]
        asked.ok("lead", "dismiss", "p1")
        assert proposed(asked) == []
        assert "nothing is proposed for p1" in refused(asked, "lead", "take", "p1")
        writes(asked, "The first one works, yes.")
        assert proposed(asked) == [("stage", "intake")]

    def test_a_move_by_hand_lets_it_lapse(self, asked: Practice) -> None:
        writes(asked, "We found someone else, thank you for your time.")
        assert proposed(asked) == [("outcome", "withdrawn")]
        asked.ok("lead", "move", "p1", "intake")
        assert proposed(asked) == []

    def test_who_found_someone_is_closed_on_one_key_and_open_again_when_they_ask(self, asked: Practice) -> None:
        writes(asked, "We found someone else, thank you for your time.")
        asked.ok("lead", "take", "p1")
        assert shown(asked)["outcome"] == "withdrawn"
        asked.ok("lead", "undo", "p1")
        assert (shown(asked)["outcome"], proposed(asked)) == ("open", [("outcome", "withdrawn")])
        asked.ok("lead", "take", "p1", "outcome")
        writes(asked, ASKS_INSURANCE)
        assert shown(asked)["outcome"] == "open"

    def test_no_more_mail_is_proposed_at_every_stage(self, asked: Practice) -> None:
        asked.ok("lead", "move", "p1", "follow-up")
        writes(asked, "Please stop emailing me.")
        assert proposed(asked) == [("contact", "no")]
        asked.ok("lead", "take", "p1")
        a = asked.assembly()
        assert not standing(leads.events(a.db, 1)).writable

    def test_several_at_once_are_taken_by_their_names(self, asked: Practice) -> None:
        writes(asked, "We found someone else. Please take me off your list and do not contact me again.")
        assert set(proposed(asked)) == {("outcome", "withdrawn"), ("contact", "no")}
        assert "`inboxtriage lead take p1 outcome`" in refused(asked, "lead", "take", "p1")
        asked.ok("lead", "take", "p1", "contact")
        assert proposed(asked) == [("outcome", "withdrawn")]

    @pytest.mark.parametrize(
        "body",
        [
            "Thursday at 11 would be good but I want to kill myself tonight, I have the pills here. Goodbye.",
            "This is my last session. I can't go on and I want to die. Thank you for everything.",
        ],
    )
    def test_urgent_mail_proposes_nothing(self, body: str, asked: Practice) -> None:
        came = writes(asked, body)
        assert next(i for i in asked.queue_all() if i["id"] == came)["urgent"]
        assert proposed(asked) == []

    def test_a_stranger_accepts_nothing(self, practice: Practice) -> None:
        writes(practice, f"{ASKS_INSURANCE} Tuesday at 9 works for me. We found someone else.")
        assert practice.ok("lead", "proposals", "--json").json == []

    def test_a_plan_that_cannot_be_read_costs_no_mail(self, tmp_path: Path) -> None:
        own = tmp_path / "responses"
        own.mkdir()
        (own / "journey.toml").write_text("[moves.accepts]\nsing = 1\n")
        practice = Practice.in_folders(tmp_path, f'[responses]\npath = "{own}"\n')
        answered(practice, writes(practice, ASKS_INSURANCE))
        writes(practice, "We found someone else, thank you.")
        assert practice.ok("status", "--json").json["dispositions"].get("quarantine", 0) == 0
        check = practice.run("check", "--json").json
        assert any(not one["ok"] and "journey.toml" in one["detail"] for one in check["checks"])


class TestByHand:
    def test_back_only_where_somebody_says_so(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE, "--stage", "engage")
        assert "--note" in refused(practice, "lead", "move", "p1", "intake")
        assert "there already" in refused(practice, "lead", "move", "p1", "engage")
        practice.ok("lead", "move", "p1", "intake", "--note", "a new question")
        practice.ok("lead", "move", "p1", "inquire", "--back")
        assert shown(practice)["stage"] == "inquire"

    def test_what_the_plan_has_not_is_done_and_said(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE, "--stage", "inquire")
        assert "the plan has intake or enroll after inquire" in practice.ok("lead", "move", "p1", "wrap-up").out
        assert "the plan has" not in practice.ok("lead", "move", "p1", "follow-up").out
        assert practice.ok("lead", "move", "p1", "enroll").out == "p1 is at enroll\n"  # round again, as the plan has it

    @pytest.mark.parametrize("outcome", ["declined", "withdrawn", "no_answer", "referred-out", "Ended"])
    def test_every_ending(self, outcome: str, practice: Practice) -> None:
        practice.ok("lead", "add", JANE)
        practice.ok("lead", "close", "p1", outcome, "--note", "too far away")
        assert shown(practice)["outcome"] == outcome.lower().replace("-", "_")
        refused(practice, "lead", "close", "p1", outcome)
        practice.ok("lead", "reopen", "p1")
        refused(practice, "lead", "reopen", "p1")
        assert shown(practice)["outcome"] == "open"
        assert "declined" in refused(practice, "lead", "close", "p1", "open", code=2)

    def test_undo_takes_back_one_change_at_a_time_and_keeps_them_on_record(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE)
        practice.ok("lead", "move", "p1", "intake")
        practice.ok("lead", "close", "p1", "declined")
        practice.ok("lead", "undo", "p1")
        assert (shown(practice)["stage"], shown(practice)["outcome"]) == ("intake", "open")
        practice.ok("lead", "undo", "p1")
        assert shown(practice)["stage"] == "encounter"
        assert "inboxtriage forget" in refused(practice, "lead", "undo", "p1")
        kinds = [event["kind"] for event in shown(practice)["events"]]
        assert kinds == ["added", "moved", "closed", "undone", "undone"]

    def test_what_mail_did_is_not_undone(self, asked: Practice) -> None:
        assert "nothing was changed by hand" in refused(asked, "lead", "undo", "p1")

    def test_a_lead_that_is_not_there(self, practice: Practice) -> None:
        for words in (["take", "p9"], ["undo", "p9"], ["done", "p9", "x"], ["log", "nobody@example.org", "call"]):
            assert "there is no lead" in refused(practice, "lead", *words)


class TestChecklist:
    def test_the_last_item_proposes_the_next_stage(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE, "--stage", "enroll")
        items = [one["item"] for one in shown(practice)["checklist"]]
        assert {"agreement", "payment", "first"} < set(items)
        practice.ok("lead", "done", "p1", *items[:-1])
        assert [one["item"] for one in shown(practice)["checklist"] if not one["done"]] == items[-1:]
        assert proposed(practice) == []
        assert "lead take p1" in practice.ok("lead", "done", "p1", items[-1]).out
        assert proposed(practice) == [("stage", "engage")]
        practice.ok("lead", "done", "p1", items[0], "--undo")  # then it is not finished
        assert proposed(practice) == []
        practice.ok("lead", "done", "p1", items[0])
        practice.ok("lead", "undo", "p1")
        assert proposed(practice) == []
        practice.ok("lead", "done", "p1", items[0])
        practice.ok("lead", "take", "p1")
        assert shown(practice)["stage"] == "engage"

    def test_who_comes_round_again_begins_the_list_anew(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE, "--stage", "enroll")
        practice.ok("lead", "done", "p1", "agreement")
        practice.ok("lead", "move", "p1", "follow-up")
        practice.ok("lead", "move", "p1", "enroll")
        assert not any(one["done"] for one in shown(practice)["checklist"])

    def test_an_unknown_item_lists_them(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE, "--stage", "wrap-up")
        assert "final_payment" in refused(practice, "lead", "done", "p1", "payment", code=2)
        practice.ok("lead", "done", "p1", "Final-Payment")
        assert "[x] final_payment" in practice.ok("lead", "show", "p1").out
        practice.ok("lead", "move", "p1", "follow-up")
        assert "follow_up has no list" in refused(practice, "lead", "done", "p1", "x", code=2)


def with_survey(home: Path, words: str = "", profile: str = "general") -> Practice:
    """A practice whose survey went to Jane, who is a client; and answers to their letters are real."""
    own = home / "responses"
    (own / "letters").mkdir(parents=True)
    (own / "letters" / "survey.md").write_text(SURVEY.format(words))
    (own / "letters" / "testimonial.md").write_text(SURVEY.format(""))
    practice = Practice.in_folders(home, f'[responses]\npath = "{own}"\n')
    practice.config.write_text(
        practice.config.read_text().replace("[practice]\n", f'[practice]\nprofile = "{profile}"\n', 1)
    )
    practice.ok("lead", "add", JANE, "--name", "Jane Doe", "--stage", "engage")
    send_letter(practice, "survey", "1")
    return practice


def send_letter(practice: Practice, name: str, occurrence: str) -> str:
    a = practice.assembly()
    with a.db.writing():
        item = write(a, 1, Order(name, "a test", occurrence))
    a.close()
    assert item is not None
    answered(practice, item)
    return item


def our_id(practice: Practice) -> str:
    return str(practice.ok("outbox", "--json").json[-1]["message_id"])


def scores(practice: Practice) -> list[tuple[str, str]]:
    from inboxtriage.journey.history import living

    a = practice.assembly()
    found = [(e.what, e.value) for e in living(leads.events(a.db, 1)) if e.kind == "scored"]
    a.close()
    return found


def item_of(practice: Practice, which: str) -> dict[str, Any]:
    return next(i for i in practice.queue_all() if i["id"] == which)


class TestSurvey:
    def test_a_bare_number_is_recorded_and_settles_the_mail(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        assert [e["kind"] for e in shown(practice)["events"]][-1] == "survey sent"
        came = writes(practice, "9", subject="Re: A short question", In_Reply_To=our_id(practice))
        assert scores(practice) == [("satisfaction", "9")]
        assert (item_of(practice, came)["state"], item_of(practice, came)["how"]) == ("done", "survey")
        practice.ok("undo", came)
        assert item_of(practice, came)["state"] == "waiting"

    @pytest.mark.parametrize(
        ("body", "says"), [("3", "a low score"), ("8, but the room was cold last week.", "with words")]
    )
    def test_a_low_score_and_words_wait_for_a_person(self, body: str, says: str, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        came = writes(practice, body, subject="Re: A short question", In_Reply_To=our_id(practice))
        assert scores(practice) == [("satisfaction", body[0])]
        assert item_of(practice, came)["state"] == "waiting"
        assert says in item_of(practice, came)["reason"]

    def test_a_number_in_danger_is_never_settled(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        came = writes(
            practice, "10\n\nI have the pills here and I will kill myself tonight.", In_Reply_To=our_id(practice)
        )
        assert (item_of(practice, came)["state"], item_of(practice, came)["urgent"]) == ("waiting", True)

    def test_a_later_answer_counts_in_the_place_of_the_first(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        for number in ("9", "10"):
            writes(practice, number, In_Reply_To=our_id(practice))
        assert scores(practice) == [("satisfaction", "10")]
        send_letter(practice, "survey", "2")
        writes(practice, "8", In_Reply_To=our_id(practice))
        assert scores(practice) == [("satisfaction", "10"), ("satisfaction", "8")]

    def test_a_number_that_answers_no_survey_is_none(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        writes(practice, "9", In_Reply_To="<other@example.org>")
        assert scores(practice) == []
        writes(practice, "9")  # a new mail, and the survey was the last that we wrote
        assert scores(practice) == [("satisfaction", "9")]
        writes(practice, "7")  # it has been answered
        assert scores(practice) == [("satisfaction", "9")]


class TestPromises:
    def test_what_a_letter_promises_is_kept_by_the_next(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path, "I will send you the forms by December 1.")
        (day,) = shown(practice)["promises"]
        assert day.endswith("-12-01")
        assert f"by {day}" in practice.ok("lead", "show", "p1").out
        send_letter(practice, "survey", "2")  # keeps the first promise, and makes it again
        assert shown(practice)["promises"] == [day]
        practice.ok("lead", "done", "p1", "promise")
        assert shown(practice)["promises"] == []
        assert "nothing is promised" in refused(practice, "lead", "done", "p1", "promise")
        practice.ok("lead", "undo", "p1")
        assert shown(practice)["promises"] == [day]


class TestTestimonials:
    def test_only_what_they_agreed_to_is_listed(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        came = writes(practice, "You changed how we talk to each other. Use that if you like. Jane")
        practice.ok("lead", "testimonial", "p1", "changed how we talk", "--from", came)
        assert "does not say that" in refused(practice, "lead", "testimonial", "p1", "the best", "--from", came)
        assert practice.ok("lead", "testimonials", "--json").json == []
        assert "1 more may not be shown" in practice.ok("lead", "testimonials").out
        practice.ok("lead", "consent", "p1", "testimonial", "--to", "website, first name")
        (one,) = practice.ok("lead", "testimonials", "--json").json
        assert (one["words"], one["consent"], one["cause"]) == ("changed how we talk", "website, first name", came)
        practice.ok("lead", "consent", "p1", "testimonial", "--withdraw")
        assert practice.ok("lead", "testimonials", "--json").json == []
        refused(practice, "lead", "consent", "p1", "testimonial", code=2)

    def test_a_mail_of_somebody_else_is_no_testimonial_of_theirs(self, tmp_path: Path) -> None:
        practice = with_survey(tmp_path)
        came = writes(practice, ASKS_INSURANCE, sender="Bo <bo@example.org>")
        assert "no mail of p1" in refused(practice, "lead", "testimonial", "p1", "--from", came)

    def test_a_therapist_does_not_ask(self, tmp_path: Path) -> None:
        from inboxtriage.errors import Refused

        practice = with_survey(tmp_path, profile="therapist")
        a = practice.assembly()
        with pytest.raises(Refused, match=r"APA 5\.05.*ask_for_testimonials = true"), a.db.writing():
            write(a, 1, Order("testimonial", "a test", "1"))
        a.close()
        plan = tmp_path / "responses" / "journey.toml"
        plan.write_text("ask_for_testimonials = true\n")
        send_letter(practice, "testimonial", "1")


class TestNotes:
    def test_kinds_days_and_lessons(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE)
        practice.ok("lead", "note", "p1", "fee stays at 140", "--kind", "agreement", "--on", "2026-01-05")
        practice.ok("lead", "note", "p1", "say the fee first", "--kind", "lesson", "--on", "2026-01-05")
        practice.ok("lead", "note", "p1", "answer within a day", "--kind", "lesson")
        told = practice.ok("lead", "lessons", "--json").json
        assert [one["words"] for one in told] == ["answer within a day", "say the fee first"]
        assert told[1]["on"] == "2026-01-05"
        assert "choose from decision" in refused(practice, "lead", "note", "p1", "x", "--kind", "idea", code=2)
        assert "YYYY-MM-DD" in refused(practice, "lead", "note", "p1", "x", "--on", "5 Jan", code=2)
        practice.ok("lead", "undo", "p1")
        assert len(practice.ok("lead", "lessons", "--json").json) == 1

    def test_calls_and_meetings_are_contacts_and_figures_are_not(self, practice: Practice) -> None:
        practice.ok("lead", "add", JANE)
        practice.ok("lead", "log", "p1", "hours", "1.5")
        practice.ok("lead", "log", "p1", "revenue", "$1,200.50", "--note", "invoice 7")
        assert shown(practice)["last_contact_at"] is None
        day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
        practice.ok("lead", "log", "p1", "call", "--on", day)
        assert shown(practice)["last_contact_at"].startswith(day)
        practice.ok("lead", "log", "p1", "meeting")
        a = practice.assembly()
        events: list[Event] = leads.events(a.db, 1)
        assert [(e.kind, e.what, e.value) for e in events[1:]] == [
            ("logged", "hours", "1.5"),
            ("logged", "revenue", "1200.50"),
            ("contact", "phone", ""),
            ("contact", "meeting", ""),
        ]
        ((_, where),) = standings.everyone(a.db)
        assert where.last_contact is not None

    @pytest.mark.parametrize(
        "words",
        [["hours"], ["hours", "0"], ["revenue", "nan"], ["revenue", "1e30"], ["call", "5"], ["nap"], ["call", "--on", "2999-01-01"]],
    )  # fmt: skip
    def test_what_cannot_be_logged(self, words: list[str], practice: Practice) -> None:
        practice.ok("lead", "add", JANE)
        refused(practice, "lead", "log", "p1", *words, code=2)
        assert len(shown(practice)["events"]) == 1
