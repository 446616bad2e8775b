"""What is due with people: letters that the plan asks for are written once, wait for a person, and go when they should."""

import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.practice import ASKS_INSURANCE, Done, Practice, mail, plain_text

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
pytestmark = pytest.mark.skipif(not _LIBRARIES, reason="libfaketime is not installed: nothing comes due")
NEW_YORK = ZoneInfo("America/New_York")
LETTER = '+++\ntitle = "{name}"\nsubject = "A word from {{{{ practice.name }}}}"\n+++\nThe letter {name}.\n'
LETTERS = [
    "confirm",
    "welcome",
    "check-in",
    "survey",
    "thank-you",
    "staying-in-touch",
    "season",
    "birthday",
    "anniversary",
    "testimonial",
    "referral-thanks",
]
JANE = "Jane Doe <jane@example.org>"


@dataclass
class Life:
    """A practice whose days go by as a test wants."""

    practice: Practice
    now: datetime

    def at(self, text: str) -> "Life":
        """Go on to a moment on the practice's clock."""
        moment = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)
        assert moment >= self.now, "time goes forward here"
        self.now = moment
        return self

    def run(self, *words: str) -> Done:
        """Run the program, a few seconds after it was run last: its clock goes forward like any other."""
        self.now += timedelta(seconds=5)
        clock = {"LD_PRELOAD": str(_LIBRARIES[0]), "FAKETIME": f"@{self.now:%Y-%m-%d %H:%M:%S}", "TZ": "UTC"}
        self.practice.environment |= clock
        return self.practice.run(*words)

    def ok(self, *words: str) -> Done:
        done = self.run(*words)
        assert done.code == 0, (words, done)
        return done

    def queue(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("queue", "--json").json
        return found

    def writes(self, body: str = ASKS_INSURANCE, sender: str = JANE) -> None:
        path = self.practice.receive(mail(body, sender=sender))
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))
        self.ok("poll")

    def answered(self, sender: str = JANE) -> None:
        """They write, and our answer leaves at once."""
        self.writes(sender=sender)
        waiting = [one for one in self.queue() if one["answer_to"] in sender]
        self.ok("approve", waiting[0]["id"], "--now")

    def poll(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("poll", "--json").json
        return found

    def due(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("due", "--json", *words).json
        return found

    def letters(self) -> list[dict[str, Any]]:
        return [one for one in self.queue() if one["draft"] and one["draft"]["kind"] == "letter"]

    def lead(self, who: str = "p1") -> dict[str, Any]:
        found: dict[str, Any] = self.ok("lead", "show", who, "--json").json
        return found


def life(home: Path, more: str = "", plan: str = "", profile: str = "") -> Life:
    practice = Practice.in_folders(home, f'\n[responses]\npath = "mine"\n{more}')
    if profile:
        text = practice.config.read_text()
        practice.config.write_text(text.replace("[practice]", f'[practice]\nprofile = "{profile}"', 1))
    (home / "mine" / "letters").mkdir(parents=True)
    for name in LETTERS:
        (home / "mine" / "letters" / f"{name}.md").write_text(LETTER.format(name=name))
    if plan:
        (home / "mine" / "journey.toml").write_text(plan)
    return Life(practice, datetime(2000, 1, 1, tzinfo=UTC)).at("2026-11-16T10:00")


class TestNudge:
    def test_after_silence_a_nudge_waits_in_the_same_thread_and_is_written_once(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        assert days.lead()["next_touch_at"] == "2026-11-23T09:00:00-05:00", "the 21st is a Saturday"
        assert days.at("2026-11-23T08:59").poll()["touches"]["written"] == 0
        assert days.due()[0]["draft"] is None
        assert days.at("2026-11-23T09:01").poll()["touches"] == {
            "written": 1,
            "dropped": 0,
            "proposed": 0,
            "held_back": 0,
        }
        assert days.poll()["touches"]["written"] == 0
        (letter,) = days.letters()
        (line,) = days.due()
        assert (line["kind"], line["touch"], line["letter"], line["draft"]) == ("touch", "nudge", "nudge", letter["id"])
        assert letter["draft"]["subject"].startswith("Re: ")
        days.ok("approve", letter["id"], "--now")
        first, nudge = (message_from_bytes(raw, policy=policy.default) for raw in days.practice.outgoing())
        if first["Subject"] == nudge["Subject"] and "lost on its way" in plain_text(first):
            first, nudge = nudge, first
        assert first["Message-ID"] in str(nudge["References"])

    def test_two_nudges_and_then_an_end_is_proposed_once(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        for day in ("2026-11-23T10:00", "2026-11-30T10:00"):
            assert days.at(day).poll()["touches"]["written"] == 1
            days.ok("approve", days.letters()[0]["id"], "--now")
        assert days.at("2026-12-04T10:00").poll()["touches"]["proposed"] == 0
        assert days.at("2026-12-07T10:00").poll()["touches"]["proposed"] == 1
        assert days.poll()["touches"]["proposed"] == 0
        (line,) = days.due()
        assert line["kind"] == "proposal"
        assert "no_answer" in line["why"]
        assert days.lead()["outcome"] == "open", "it is a person's to decide"

    def test_their_word_cancels_it_and_an_approved_one_does_not_leave(self, tmp_path: Path) -> None:
        days = life(tmp_path, "\n")
        days.answered()
        days.at("2026-11-23T10:00").poll()
        (letter,) = days.letters()
        days.practice.config.write_text(
            days.practice.config.read_text().replace("undo_seconds = 0", "undo_seconds = 60")
        )
        days.ok("approve", letter["id"])
        days.writes("Thank you, I will think about it.")
        (item,) = [one for one in days.ok("queue", "--all", "--json").json if one["id"] == letter["id"]]
        assert (item["state"], item["how"]) == ("rejected", "they wrote")
        days.ok("send")
        assert len(days.practice.outgoing()) == 1
        events = [(e["kind"], e["note"]) for e in days.lead()["events"]]
        assert ("touch dropped", "they wrote") in events
        assert days.due() == []

    def test_a_dropped_one_that_is_put_back_stays(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-23T10:00").poll()
        (letter,) = days.letters()
        days.writes("Thank you, I will think about it.")
        days.ok("undo", letter["id"])
        days.poll()
        assert letter["id"] in {one["id"] for one in days.letters()}

    def test_one_that_is_rejected_ends_the_row(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-23T10:00").poll()
        days.ok("reject", days.letters()[0]["id"])
        assert days.at("2026-11-24T10:00").poll()["touches"]["written"] == 0
        assert days.at("2026-11-30T10:00").poll()["touches"] == {
            "written": 0,
            "dropped": 0,
            "proposed": 1,
            "held_back": 0,
        }

    def test_a_call_counts_as_contact(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-20T10:00").writes("Could you call me? Thank you.")
        days.ok("done", "m2", "--how", "phone")
        days.at("2026-12-20T10:00").poll()
        assert days.letters() == []


class TestHowMany:
    def people(self, days: Life, n: int) -> None:
        rows = "".join(f"p{i}@example.org,enroll\n" for i in range(n))
        (days.practice.home / "list.csv").write_text(f"email,stage\n{rows}")
        days.ok("lead", "import", str(days.practice.home / "list.csv"))

    def test_a_first_start_with_many_people_writes_nothing_unasked(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        self.people(days, 25)
        done = days.run("poll")
        assert "due --draft" in done.err
        assert days.letters() == []
        assert any("due --draft" in need for need in days.ok("status", "--json").json["needs"])
        assert len(days.due()) == 25
        assert "due --draft" in days.ok("due").out
        assert "25 letter(s) written" in days.ok("due", "--draft").out
        assert len(days.letters()) == 25
        assert not any("due --draft" in need for need in days.ok("status", "--json").json["needs"])

    def test_a_day_has_its_measure(self, tmp_path: Path) -> None:
        days = life(tmp_path, "[journey]\nletters_per_day = 3\n")
        self.people(days, 2)
        assert days.poll()["touches"]["written"] == 2
        for n in range(2):
            days.ok("lead", "add", f"more{n}@example.org", "--stage", "enroll")
        assert days.poll()["touches"]["written"] == 1
        assert days.poll()["touches"]["written"] == 0
        assert days.at("2026-11-17T09:30").poll()["touches"]["written"] == 1

    def test_it_can_be_switched_off(self, tmp_path: Path) -> None:
        days = life(tmp_path, "[journey]\ndraft_touches = false\n")
        self.people(days, 2)
        assert days.poll()["touches"]["written"] == 0
        assert len(days.due()) == 2

    def test_a_letter_that_does_not_exist_is_said(self, tmp_path: Path) -> None:
        days = life(tmp_path, plan='[touches.welcome]\nletter = "nowhere"\n')
        self.people(days, 1)
        assert days.poll()["touches"]["written"] == 0
        assert days.due()[0]["problem"] == "there is no letter 'nowhere'"

    @pytest.mark.parametrize(
        "plan",
        [
            "touches = 3\n",
            '[touches.x]\nafter = "never"\nwhy = "?"\n',
            '[touches.x]\nafter = "season"\non = "13-40"\nwhy = "?"\n',
        ],
    )
    def test_a_wrong_plan_stops_no_mail(self, plan: str, tmp_path: Path) -> None:
        days = life(tmp_path, plan=plan)
        days.writes()
        assert len(days.queue()) == 1
        refused = days.run("due")
        assert (refused.code, refused.err.count("\n")) == (1, 1)
        assert "journey.toml" in refused.err
        assert any("journey.toml" in need for need in days.ok("status", "--json").json["needs"])
        days.ok("lead", "list")


class TestDates:
    def test_a_birthday_comes_each_year_and_lapses(self, tmp_path: Path) -> None:
        days = life(tmp_path, profile="general")
        days.ok("lead", "add", "jane@example.org", "--stage", "follow_up", "--name", "Jane")
        days.ok("lead", "date", "p1", "birthday", "1980-02-29")
        days.at("2027-02-28T12:00").poll()
        assert [one["touch"] for one in days.due() if one["touch"] == "birthday"] == []
        assert days.at("2027-03-01T09:30").poll()["touches"]["written"] == 1
        days.at("2027-03-20T09:30").poll()
        assert days.letters() == [], "nobody is congratulated three weeks late"
        days.at("2028-02-29T09:30").poll()
        assert "birthday" in {one["touch"] for one in days.due()}

    @pytest.mark.parametrize("value", ["1980-13-01", "02-30", "tomorrow", "", "1980-02-30", "1981-02-29", "١٢-٠٥"])
    def test_what_is_no_day_is_refused(self, value: str, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.ok("lead", "add", "jane@example.org")
        refused = days.run("lead", "date", "p1", "birthday", value)
        assert (refused.code, refused.err.count("\n")) == (2, 1)

    def test_the_season_loops(self, tmp_path: Path) -> None:
        days = life(tmp_path, profile="seasonal")
        days.ok("lead", "add", "jane@example.org", "--stage", "follow_up")
        assert days.lead()["next_touch_at"].startswith("2027-03-01T09:00"), "Monday"
        days.at("2027-03-01T10:00").poll()
        (letter,) = days.letters()
        days.ok("approve", letter["id"], "--now")
        days.ok("lead", "move", "p1", "enroll")
        days.at("2027-12-01T10:00").ok("lead", "move", "p1", "follow_up")
        assert "2028-03-01" in {one["due_at"][:10] for one in days.due("--days", "200")}

    def test_holidays_and_absences_move_it_on(self, tmp_path: Path) -> None:
        closed = '[standards]\nholidays = ["2026-11-23"]\nabsences = [{ from = 2026-11-24, until = 2026-11-25 }]\n'
        days = life(tmp_path, closed)
        days.answered()
        assert days.lead()["next_touch_at"] == "2026-11-26T11:00:00-05:00"


class TestByHand:
    PLAN = '[touches.call]\nwhy = "call them"\nafter = "stage"\nstages = ["engage"]\ndays = 2\n[touches.check-in]\ndays = 30\n'

    def test_done_counts_as_contact_and_skip_does_not(self, tmp_path: Path) -> None:
        days = life(tmp_path, plan=self.PLAN)
        for name in ("jane", "john"):
            days.ok("lead", "add", f"{name}@example.org", "--stage", "engage")
        days.at("2026-11-18T10:00")
        assert [(one["lead"], one["touch"], one["letter"]) for one in days.due()] == [
            ("p1", "call", None),
            ("p2", "call", None),
        ]
        days.ok("due", "done", "p1", "call", "--note", "she is well")
        days.ok("due", "skip", "john@example.org", "call")
        assert days.due() == []
        assert days.run("due", "done", "p1", "call").code == 1
        assert days.lead("p1")["last_contact_at"].startswith("2026-11-18T10:00")
        assert days.lead("p2")["last_contact_at"] is None
        assert days.lead("p1")["next_touch_at"].startswith("2026-12-18")
        assert days.lead("p2")["next_touch_at"].startswith("2026-12-16")

    def test_who_has_no_address_is_called(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.ok("lead", "add", "--phone", "555-010-0123", "--stage", "enroll")
        assert days.poll()["touches"]["written"] == 0
        assert "call" in days.due()[0]["problem"]


class TestNotToBeWrittenTo:
    def test_every_way_is_closed_and_opens_again(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.answered()
        days.at("2026-11-23T10:00").poll()
        assert len(days.letters()) == 1
        days.ok("lead", "contact", "p1", "no", "--note", "by phone")
        days.poll()
        assert days.letters() == []
        assert days.due() == []
        days.writes()
        (answer,) = [one for one in days.queue() if one["draft"]]
        assert any("lead contact p1 yes" in why for why in answer["draft"]["blocked"])
        refused = days.run("approve", answer["id"], "--now")
        assert refused.code == 1
        assert "lead contact p1 yes" in refused.err
        days.ok("lead", "contact", "p1", "yes")
        days.queue()
        days.ok("approve", answer["id"], "--now")
        assert len(days.practice.outgoing()) == 2

    def test_what_was_approved_is_taken_back(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.writes()
        days.queue()
        days.ok("approve", "m1")
        assert "1 approved letter(s) taken back" in days.ok("lead", "contact", "p1", "no").out
        days.at("2026-11-16T11:00").ok("send")
        assert days.practice.outgoing() == []
        assert days.ok("outbox", "--json").json[0]["state"] == "cancelled"

    def test_an_address_of_theirs_chosen_by_hand_is_closed_too(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.ok("lead", "add", "no@example.org")
        days.ok("lead", "contact", "no@example.org", "no")
        days.writes()
        days.ok("edit", "m1", "--to", "No@Example.org")
        days.queue()
        assert "lead contact p1 yes" in days.run("approve", "m1", "--now").err


class TestDecentHours:
    def approved(self, days: Life, zone: str | None) -> datetime:
        days.ok("lead", "add", "jane@example.org", "--stage", "enroll")
        if zone:
            days.ok("lead", "zone", "p1", zone)
        days.poll()
        days.queue()
        days.ok("approve", days.letters()[0]["id"])
        return datetime.fromisoformat(days.ok("outbox", "--json").json[0]["not_before"])

    def test_a_letter_waits_for_the_morning(self, tmp_path: Path) -> None:
        days = life(tmp_path).at("2026-11-20T23:30")  # a Friday; it is due on Monday
        days.ok("lead", "add", "jane@example.org", "--stage", "enroll")
        days.ok("due", "--draft")
        assert days.letters() == [], "due when somebody is there"
        days.at("2026-11-23T23:00").poll()
        days.queue()
        assert "not before Tue 24 Nov 08:00" in days.ok("approve", days.letters()[0]["id"]).out
        for at, left in (
            ("2026-11-24T01:00", 0),
            ("2026-11-24T04:30", 0),
            ("2026-11-24T07:59", 0),
            ("2026-11-24T08:00", 1),
        ):
            days.at(at).ok("send")
            assert len(days.practice.outgoing()) == left, at

    def test_on_the_clock_of_whom_it_is_for(self, tmp_path: Path) -> None:
        days = life(tmp_path).at("2026-11-16T16:00")  # 22:00 in Madrid
        first = self.approved(days, "Europe/Madrid")
        assert first > days.now + timedelta(hours=3)
        days.at("2026-11-17T01:59").ok("send")
        assert days.practice.outgoing() == []
        days.at("2026-11-17T02:00").ok("send")
        assert len(days.practice.outgoing()) == 1

    def test_now_is_now(self, tmp_path: Path) -> None:
        days = life(tmp_path).at("2026-11-16T10:00")
        days.ok("lead", "add", "jane@example.org", "--stage", "enroll")
        days.poll()
        days.at("2026-11-16T22:00").practice.queue()
        days.ok("approve", days.letters()[0]["id"], "--now")
        assert len(days.practice.outgoing()) == 1

    def test_an_answer_leaves_at_night(self, tmp_path: Path) -> None:
        days = life(tmp_path).at("2026-11-16T23:00")
        days.writes()
        days.queue()
        days.ok("approve", "m1")
        days.at("2026-11-16T23:05").ok("send")
        assert len(days.practice.outgoing()) == 1


class TestKnown:
    def test_zone_and_language(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.ok("lead", "add", "jane@example.org")
        assert days.run("lead", "zone", "p1", "Mars/Base").code == 2
        assert days.run("lead", "language", "p1", "xx").code == 2
        days.ok("lead", "language", "p1", "es")
        days.ok("lead", "zone", "p1", "none")


class TestLists:
    def test_unanswered_is_by_person_the_oldest_first(self, tmp_path: Path) -> None:
        days = life(tmp_path)
        days.writes(sender="Old <old@example.org>")
        days.at("2026-11-17T10:00").writes()
        days.at("2026-11-18T10:00").writes("Hello again, do you take Cigna as well, and what is your fee? Thank you.")
        days.writes(
            "Dear sir, buy our SEO services and marketing, best price. Book a demo.", sender="Ads <ads@ads.example>"
        )
        found = days.ok("unanswered", "--json").json
        assert [one["address"] for one in found][:2] == ["old@example.org", "jane@example.org"]
        assert found[1]["since"].startswith("2026-11-17T10:00")
        assert found[1]["queue_id"] == "m3", "whose letter answers both"
        assert "insurance" in found[1]["labels"]
        days.ok("done", "m1", "--how", "phone")
        assert "old@example.org" not in days.ok("unanswered").out

    def test_the_digest(self, tmp_path: Path) -> None:
        days = life(tmp_path, profile="general")
        assert "may be forgotten" in days.ok("digest", "--json").json["forgotten"], "never read yet"
        days.ok("lead", "add", "b@example.org", "--stage", "engage", "--name", "Bea")
        days.ok("lead", "date", "p1", "birthday", "11-20")
        days.poll()
        assert days.ok("digest", "--json").json["forgotten"].startswith("Nobody is forgotten")
        days.writes()
        shown = days.ok("digest").out
        assert "1 person waits for an answer; nobody else does." in shown
        assert re.search(r"Fri 20 Nov  p1 Bea: birthday", shown)
        found = days.ok("digest", "--json").json
        assert [one["queue_id"] for one in found["unanswered"]] == ["m1"]

    def test_the_daemon_writes_it_once_a_week_and_forget_deletes_it(self, tmp_path: Path) -> None:
        from inboxtriage.service.journey import digest

        days = life(tmp_path)
        days.writes()
        a = days.practice.assembly()

        class Clock:
            now_ = datetime(2026, 11, 18, 15, tzinfo=UTC)

            def now(self) -> datetime:
                return self.now_

        a.clock = clock = Clock()
        file = tmp_path / "store" / "digest.txt"
        assert not digest.write_if_due(a), "the first time is the first full week"
        clock.now_ = datetime(2026, 11, 23, 13, 59, tzinfo=UTC)
        assert not digest.write_if_due(a)
        clock.now_ = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
        assert digest.write_if_due(a)
        assert not digest.write_if_due(a)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "Jane Doe" in file.read_text()
        clock.now_ = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
        assert digest.write_if_due(a), "late, because nothing ran on Monday"
        a.close()
        days.ok("forget", "jane@example.org", "--yes")
        assert not file.exists()
