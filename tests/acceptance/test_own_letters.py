"""Letters that answer no mail, and scripts, through the program: written, filled in, refreshed, decided about, sent."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_letters import calendar
from tests.practice import ASKS_INSURANCE, Practice, mail, plain_text

CLIENTS = '\n[practice.clients]\nexpect = "We begin slowly."\n'


@pytest.fixture
def known(practice: Practice) -> Practice:
    """A practice with a client and a caller."""
    practice.ok("lead", "add", "jane@example.org", "--name", "Jane Doe", "--stage", "engage")
    practice.ok("lead", "add", "--phone", "555-010-0123", "--name", "Sam Roe", "--stage", "inquire")
    return practice


def item(practice: Practice, name: str) -> dict[str, Any]:
    """The letter of this name in the queue."""
    (found,) = (one for one in practice.queue() if one["letter"] and one["letter"]["name"] == name)
    return found


class TestWriting:
    def test_a_letter_waits_with_its_blanks_and_is_sent_after_approval(self, known: Practice) -> None:
        listed = known.ok("lead", "letter", "p1", "--json").json
        of_stage = [one["name"] for one in listed["letters"] if one["of_stage"]]
        assert of_stage == ["check-in", "progress", "milestone", "agenda", "action-items", "survey", "transition"]
        (progress,) = (one for one in listed["letters"] if one["name"] == "progress")
        assert [(blank["name"], blank["needed"]) for blank in progress["blanks"]] == [
            ("achievements", True),
            ("challenges", True),
            ("next", False),
            ("since", False),
        ]
        told = known.ok("lead", "letter", "jane@example.org").out
        assert "achievements*, challenges*, next, since" in told
        done = known.ok("lead", "letter", "jane@example.org", "progress", "--say", "since=March")
        assert "m1 is blocked still: to fill in: achievements: what has been achieved, a line each" in done.err
        refused = known.run("approve", "m1", "--sha256", item(known, "progress")["draft"]["sha256"])
        assert (refused.code, "to fill in: challenges" in refused.err) == (1, True)
        assert known.outgoing() == []

        known.ok("lead", "letter", "p1", "progress", "--say", "achievements=one", "--say", "achievements=two", "--say", "challenges=three")  # fmt: skip
        waiting = item(known, "progress")
        assert waiting["id"] == "m1"
        assert "since March" in waiting["draft"]["body"]
        assert "- one\n- two" in waiting["draft"]["body"]
        assert (waiting["draft"]["blocked"], waiting["draft"]["kind"]) == ([], "letter")
        known.ok("approve", "m1", "--now")
        (sent,) = (message_from_bytes(raw, policy=policy.default) for raw in known.outgoing())
        assert (sent["To"], sent["Subject"], sent["In-Reply-To"]) == ("jane@example.org", "Where we stand", None)
        assert "- three" in plain_text(sent)
        events = [event["kind"] for event in known.ok("lead", "show", "p1", "--json").json["events"]]
        assert events == ["added", "touch written", "draft approved", "letter sent"]

    def test_no_second_one_is_written_while_one_waits(self, known: Practice) -> None:
        known.ok("lead", "letter", "p1", "check-in")
        again = known.run("lead", "letter", "p1", "check-in")
        assert (again.code, again.err.strip()) == (
            1,
            "inboxtriage: check-in waits already, as m1: `inboxtriage show m1`; --say fills in its blanks",
        )
        known.ok("edit", "m1", "--body", "-", stdin="Dear Jane,\n\nMy own words.")
        by_hand = known.run("lead", "letter", "p1", "check-in", "--say", "about=x")
        assert "m1 was edited by hand" in by_hand.err
        known.queue()
        known.ok("approve", "m1", "--now")
        known.ok("lead", "letter", "p1", "check-in")  # that one was sent: this is another

    @pytest.mark.parametrize(
        ("words", "says", "code"),
        [
            (["p1", "welcom"], "there is no letter 'welcom': did you mean welcome?", 1),
            (["p1", "frame"], "there is no letter 'frame'", 1),
            (["p1", "progress", "--say", "achivements=x"], "progress has no blank 'achivements': did you mean achievements?", 2),
            (["p1", "progress", "--say", "nothing"], "--say 'nothing' says nothing: write a blank and your words", 2),
            (["p1", "progress", "--lang", "fr"], "letters are not written in French", 2),
            (["p1", "progress", "--due", "soon"], "'soon' is no date", 2),
            (["p1", "progress", "--due", "2020-01-01"], "2020-01-01 is past", 2),
            (["p1", "--say", "a=b"], "which letter?", 2),
            (["p2", "check-in"], "p2 has no address: call them: `inboxtriage lead script p2`", 1),
            (["p9", "check-in"], "there is no lead p9", 1),
            (["p1", "testimonial"], "the journey of a practice like yours has no letter 'testimonial'", 1),
        ],
    )  # fmt: skip
    def test_what_cannot_be_written_is_said_in_one_line(
        self, known: Practice, words: list[str], says: str, code: int
    ) -> None:
        done = known.run("lead", "letter", *words)
        assert (done.code, len(done.err.strip().splitlines())) == (code, 1), done
        assert says in done.err
        assert known.queue() == []

    def test_who_does_not_want_letters_gets_none(self, known: Practice) -> None:
        from inboxtriage.store import leads

        known.ok("lead", "letter", "p1", "check-in")
        a = known.assembly()
        with a.db.writing():
            leads.happened(a.db, 1, "may be written to", at=datetime.now(UTC), cause="by hand", value="no")
        a.close()
        assert item(known, "check-in")["draft"]["blocked"] == [
            "p1 asked not to be written to: `inboxtriage lead contact p1 yes` lifts that"
        ]
        assert known.run("approve", "m1").code == 1
        done = known.run("lead", "letter", "p1", "agenda")
        assert (done.code, "p1 asked not to be written to" in done.err) == (1, True)

    def test_it_is_in_the_language_that_they_wrote_in_or_that_was_chosen(self, practice: Practice) -> None:
        practice.receive(mail("Hola, busco terapeuta. ¿Aceptan Aetna y cuánto cuesta la sesión? Muchas gracias."))
        practice.ok("poll")
        practice.ok("lead", "letter", "p1", "nudge")
        assert "Hace unos días" in item(practice, "nudge")["draft"]["body"]
        practice.ok("lead", "letter", "p1", "nudge", "--lang", "en")
        assert "A few days ago" in item(practice, "nudge")["draft"]["body"]


class TestFacts:
    def test_what_waits_unedited_follows_the_facts_and_keeps_what_was_said(self, known: Practice) -> None:
        known.ok("lead", "letter", "p1", "welcome", "--say", "first=on Monday at 9")
        known.ok("lead", "letter", "p1", "what-to-expect")
        assert item(known, "what-to-expect")["draft"]["blocked"] == ["to fill in: practice.clients.expect"]
        known.ok("edit", item(known, "welcome")["id"], "--note", "A word first.")
        known.config.write_text(known.config.read_text().replace("\n[practice.fit]", f"{CLIENTS}\n[practice.fit]"))
        assert item(known, "what-to-expect")["draft"]["blocked"] == []
        body = item(known, "welcome")["draft"]["body"]
        assert "We begin slowly." in body
        assert "Our first session is on Monday at 9." in body
        assert body.startswith("Dear Jane,\n\nA word first.\n\nWelcome")
        known.ok("edit", item(known, "welcome")["id"], "--body", "-", stdin="Mine alone.")
        known.config.write_text(known.config.read_text().replace("We begin slowly.", "We begin fast."))
        assert item(known, "welcome")["draft"]["body"] == "Mine alone."
        assert "We begin fast." in item(known, "what-to-expect")["draft"]["body"]

    def test_an_own_letter_stands_in_for_the_shipped_one(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, '\n[responses]\npath = "responses"\n')
        own = tmp_path / "responses" / "letters"
        own.mkdir(parents=True)
        practice.ok("lead", "add", "jane@example.org", "--name", "Jane", "--stage", "enroll")
        practice.ok("lead", "letter", "p1", "welcome")
        (own / "welcome.md").write_text('+++\ntitle = "Mine"\nsubject = "Mine"\n+++\nMy own welcome, {{ said.word }}.')
        waiting = item(practice, "welcome")
        assert "My own welcome, [to fill in: said.word]." in waiting["draft"]["body"]
        assert (waiting["subject"], waiting["draft"]["subject"]) == ("Mine", "Mine")
        (own / "welcome.md").write_text('+++\ntitle = "Mine"\nsubject = "Mine"\n+++\n{{ nmae }}')
        assert item(practice, "welcome")["draft"]["blocked"][0].startswith("to fill in: template error: welcome.md")
        (own / "garden.md").write_text('+++\ntitle = "Mine"\nsubject = "Mine"\n+++\nA letter of a new name.')
        practice.ok("lead", "letter", "p1", "garden")
        told = practice.run("template", "check")
        assert (told.code, "letters/welcome.md, line 5: there is no name 'nmae': did you mean name?" in told.out) == (1, True)  # fmt: skip
        assert "letters/garden.md: it is written in English to people of Spanish too" in told.out
        listed = practice.run("template", "list", "--json").json["letters"]
        assert {one["name"] for one in listed if one["whose"] == "own"} == {"welcome", "garden"}


class TestFreeTimes:
    def test_they_are_held_and_looked_up_again_at_approval(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        text = practice.config.read_text().replace("waitlist = true", 'waitlist = true\ncalendars = ["busy.ics"]', 1)
        practice.config.write_text(text + '\n[practice.intake]\nconsult = "a free call"\n')
        (tmp_path / "busy.ics").write_text(calendar())
        practice.ok("lead", "add", "jane@example.org", "--name", "Jane", "--stage", "intake")
        practice.ok("lead", "add", "joe@example.org", "--name", "Joe", "--stage", "intake")
        practice.ok("lead", "letter", "p1", "consult")
        first = item(practice, "consult")
        offers = [datetime.fromisoformat(time) for time in first["draft"]["offers"]]
        assert len(offers) == 3
        practice.ok("lead", "letter", "p2", "consult")
        second = practice.ok("show", "m2", "--json").json
        assert not set(second["draft"]["offers"]) & set(first["draft"]["offers"])
        taken = offers[0].astimezone(UTC)
        (tmp_path / "busy.ics").write_text(calendar((taken, taken + timedelta(minutes=50))))
        refused = practice.run("approve", "m1")
        assert "its letter is written anew" in refused.err
        assert offers[0].isoformat() not in practice.ok("show", "m1", "--json").json["draft"]["offers"]
        practice.ok("approve", "m1", "--now")


class TestDeciding:
    def test_every_decision_works_on_a_letter_or_says_why_not(self, known: Practice) -> None:
        known.ok("lead", "letter", "p1", "check-in", "--due", "2099-05-04")
        assert item(known, "check-in")["due_at"] == "2099-05-04T00:00:00-04:00"
        refused = known.run("relabel", "m1", "none")
        assert (refused.code, refused.err.strip()) == (
            1,
            "inboxtriage: m1 is a letter of yours, no mail to be sorted: `inboxtriage reject m1`",
        )
        known.ok("snooze", "m1", "2099-01-01")
        assert known.queue() == []
        known.ok("undo", "m1")
        known.ok("reject", "m1")
        known.ok("undo", "m1")
        known.ok("done", "m1", "--how", "phone", "--note", "we talked")
        assert known.queue() == []
        known.ok("undo", "m1")
        known.queue()
        known.ok("approve", "m1")
        again = known.run("lead", "letter", "p1", "check-in", "--say", "about=x")
        assert "m1 is approved and on its way" in again.err
        known.ok("undo", "m1")
        assert item(known, "check-in")["state"] == "waiting"

    def test_a_hand_over_that_was_sent_ends_with_the_colleague(self, known: Practice) -> None:
        known.ok("lead", "letter", "p1", "transition", "--say", "colleague=Kim Sato")
        known.queue()
        known.ok("approve", "m1", "--now")
        assert known.ok("lead", "show", "p1", "--json").json["outcome"] == "referred_out"


class TestLooking:
    def test_show_and_queue_read_as_a_letter_does(self, known: Practice) -> None:
        known.ok("lead", "letter", "p1", "check-in")
        whole = known.ok("show", "m1", "--json").json
        assert whole["letter"] == {
            "name": "check-in",
            "touch": None,
            "stage": "engage",
            "why": "you asked for it",
        }
        assert (whole["on_server"], whole["text"], whole["unreadable"]) == (True, None, None)
        shown, queue = known.ok("show", "m1").out, known.ok("queue", "--all").out
        assert "letter    check-in, for the stage engage: you asked for it" in shown
        assert "to        jane@example.org (Jane Doe)" in shown
        for said in ("nobody readable", "gone from the server", "cannot be shown", "answer to"):
            assert said not in shown + queue
        assert "letter" in queue
        known.ok("lead", "move", "p1", "wrap_up")
        assert known.ok("show", "m1", "--json").json["letter"]["stage"] == "engage"

    def test_erased_by_age_the_owners_words_are_gone_with_the_letter(self, known: Practice) -> None:
        from inboxtriage.store import retention

        known.ok("lead", "letter", "p1", "check-in", "--say", "about=the secret plan")
        known.ok("reject", "m1")
        a = known.assembly()
        with a.db.writing():
            retention.erase_words(a.db, [1], datetime.now(UTC))
        a.close()
        assert "secret" not in known.ok("show", "m1").out + known.ok("show", "m1", "--json").out

    def test_a_mail_is_no_letter(self, practice: Practice) -> None:
        practice.receive(mail(ASKS_INSURANCE))
        practice.ok("poll")
        assert practice.queue()[0]["letter"] is None


class TestScripts:
    def test_a_caller_without_an_address_is_answered_from_the_facts(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123", "--name", "Sam Roe")
        done = practice.ok("lead", "script", "p1", "--json").json
        assert (done["phone"], done["urgent"], done["script"]["name"]) == ("5550100123", False, "inquire")
        answers = {one["label"]: one["answer"] for one in done["questions"]}
        assert "Our fee is $160 for 50 minutes." in answers["insurance"]
        assert all(not one["asked"] for one in done["questions"])
        told = practice.ok("lead", "script", "p1").out
        assert "May I speak to Sam?" in told
        assert "\x1b" not in told
        assert practice.outgoing() == []
        assert practice.queue() == []

    def test_what_they_asked_comes_first_with_its_answer(self, practice: Practice) -> None:
        practice.receive(mail(ASKS_INSURANCE))
        practice.ok("poll")
        done = practice.ok("lead", "script", "p1", "--json").json
        assert [one["label"] for one in done["questions"] if one["asked"]] == ["insurance"]
        assert "Aetna" in done["questions"][0]["answer"]
        assert done["words"][0]["text"] in ASKS_INSURANCE
        assert done["words"][0]["text"] not in done["script"]["text"]

    def test_danger_comes_before_everything(self, practice: Practice) -> None:
        text = practice.config.read_text()
        practice.config.write_text(text + '\n[practice.urgent]\ntext = "Please call 911 now."\n')
        practice.receive(mail("I want to kill myself tonight. Do you take Aetna?"))
        practice.ok("poll")
        done = practice.ok("lead", "script", "p1", "--json").json
        assert done["urgent"]
        assert done["script"]["text"].index("Please call 911 now.") < done["script"]["text"].index("## Hello")

    def test_scripts_by_name_by_stage_and_in_another_language(self, known: Practice) -> None:
        def name(*words: str) -> str:
            found: str = known.ok("lead", "script", *words, "--json").json["script"]["name"]
            return found

        assert name("p1") == "engage"
        assert name("p1", "--stage", "intake") == "intake"
        assert name("p1", "--stage", "wrap_up") == "engage"
        assert name("p1", "--for", "goodbye") == "goodbye"
        assert name() == "inquire"
        assert "## El saludo" in known.ok("lead", "script", "--lang", "es", "--json").json["script"]["text"]
        assert "there is no script 'hello': there are" in known.run("lead", "script", "--for", "hello").err
        assert known.run("lead", "script", "--for", "goodbye", "--stage", "intake").code == 2


class TestPreview:
    def test_letters_and_scripts_are_previewed_and_nothing_is_stored(self, practice: Practice) -> None:
        done = practice.ok("template", "preview", "--letter", "agenda", "--say", "topics=one", "--json").json
        assert "- one" in done["draft"]["body"]
        assert (done["draft"]["blocked"], done["script"]) == ([], None)
        spanish = practice.ok("template", "preview", "--letter", "agenda", "--language", "es", "--json").json["draft"]
        assert spanish["blocked"] == ["to fill in: topics: what is on the list, a line each"]
        script = practice.ok("template", "preview", "--script", "goodbye", "--json").json["script"]
        assert script["name"] == "goodbye"
        assert practice.run("template", "preview", "--script", "goodbye", "--letter", "agenda").code == 2
        assert practice.run("template", "preview", "--say", "a=b").code == 2
        assert "did you mean agenda?" in practice.run("template", "preview", "--letter", "agend").err
        assert practice.queue() == []

    def test_a_plan_that_names_a_letter_that_is_not_there_is_wrong(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path, '\n[responses]\npath = "responses"\n')
        (tmp_path / "responses").mkdir()
        (tmp_path / "responses" / "journey.toml").write_text('[stages.engage]\nletters = ["welcme"]\n')
        done = practice.run("template", "check")
        assert "journey.toml: stages.engage names the letter 'welcme', which is not there: did you mean welcome?" in done.out  # fmt: skip
        assert done.code == 1
