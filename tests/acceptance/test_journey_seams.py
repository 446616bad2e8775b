"""Where the parts of the journey meet: a person under two records, what was put back, and one way to do each thing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from inboxtriage.errors import Refused
from inboxtriage.journey.history import Proposal, standing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import reviewing, tiers, touches
from inboxtriage.store import evidence, leads, letters, messages
from inboxtriage.store.messages import NewMessage
from inboxtriage.store.touches import open_letters
from inboxtriage.triage.verdict import Verdict
from tests.practice import ASKS_INSURANCE, Practice, mail

HOME, WORK = "jane@example.org", "j.doe@work.example"
ASKS = Verdict("reply", "asks", kind="inquiry", language="es", labels=("insurance",), confidence=1.0)


def add_person(a: Assembly, address: str, kind: str = "asked", stage: str = "inquire") -> int:
    with a.db.writing():
        lead = leads.add(a.db, address=address, name="Jane", phone=None, source="email", at=a.clock.now())
        leads.happened(a.db, lead, kind, at=a.clock.now(), cause="m0", stage=stage)  # type: ignore[arg-type]
    return lead


def merged(a: Assembly, member: int, into: int) -> None:
    with a.db.writing():
        for one, other in ((into, member), (member, into)):
            leads.happened(a.db, one, "merged", at=a.clock.now(), cause="by hand", value=f"p{other}")
        leads.merge(a.db, member, into)


def mail_of(a: Assembly, lead: int, *, key: str = "a") -> int:
    new = NewMessage("practice", a.clock.now(), key, b"", None, ASKS, None, a.clock.now() + timedelta(days=2))
    with a.db.writing():
        return messages.add(a.db, new, lead)


@pytest.fixture
def jane(practice: Practice) -> Assembly:
    """A practice that knows Jane under two addresses: p1 is at home, p2 (a part of her) at work."""
    a = practice.assembly()
    home, work = add_person(a, HOME), add_person(a, WORK)
    merged(a, work, home)
    return a


class TestOnePersonUnderTwoRecords:
    def test_times_offered_to_one_address_are_known_when_they_write_from_the_other(self, jane: Assembly) -> None:
        item = mail_of(jane, 1)
        offers = json.dumps(["2026-12-01T15:00:00+00:00"])
        with jane.db.writing():
            jane.db.run(
                "INSERT INTO draft (message, kind, subject, body, language, gaps, sources, offers, written_at, newest) "
                "VALUES (?, 'letter', '', '', 'en', '[]', '[]', ?, '2026-11-20T12:00:00+00:00', ?)",
                item,
                offers,
                item,
            )
            messages.set_state(jane.db, item, "answered", at=jane.clock.now())
        assert evidence.last_offers(jane.db, 2) == [datetime(2026, 12, 1, 15, tzinfo=UTC)]

    @pytest.mark.usefixtures("jane")
    def test_the_letter_that_they_answer_is_known_by_either_record(self, practice: Practice) -> None:
        practice.ok("lead", "letter", HOME, "survey")
        (item,) = [one["id"] for one in practice.queue()]
        practice.ok("edit", item, "--body", "-", stdin="How was it? 1 to 10.\n")
        practice.ok("show", item)
        practice.ok("approve", item)
        (sent,) = practice.ok("outbox", "--json").json
        assert evidence.letter_answered(practice.assembly().db, 2, [sent["message_id"]]) == "survey"

    def test_their_language_and_their_mails_are_those_of_every_record(self, jane: Assembly) -> None:
        item = mail_of(jane, 2)
        assert letters.wrote_in(jane.db, 1) == "es"
        assert letters.mails_of(jane.db, 1) == [item]

    def test_an_acknowledgement_of_ours_is_no_mail_of_theirs(self, jane: Assembly) -> None:
        item = mail_of(jane, 1)
        other = mail_of(jane, 1, key="b")
        with jane.db.writing():
            jane.db.run("UPDATE message SET via = 'absence' WHERE id = ?", other)
            jane.db.run("UPDATE item SET language = 'en' WHERE message = ?", other)
        assert letters.mails_of(jane.db, 1) == [item]
        assert letters.wrote_in(jane.db, 1) == "es"

    def test_what_is_to_come_is_the_same_by_either_record(self, jane: Assembly) -> None:
        with jane.db.writing():
            for record, kind in ((1, "letter sent"), (1, "touch dropped")):
                what, value = ("nudge", "") if kind == "letter sent" else ("nudge", "9.1")
                leads.happened(jane.db, record, kind, at=jane.clock.now(), cause="o1", what=what, value=value)  # type: ignore[arg-type]
        assert touches.of_lead(jane, 2) == touches.of_lead(jane, 1)

    def test_a_letter_that_was_put_back_before_the_merge_is_still_kept(self, practice: Practice) -> None:
        a = practice.assembly()
        home, work = add_person(a, HOME, "added", "engage"), add_person(a, WORK, "added", "engage")
        item = mail_of(a, work)
        with a.db.writing():
            a.db.run("INSERT INTO letter VALUES (?, 'check-in', 'check-in', '7.1', 'a word', '{}', NULL)", item)
        merged(a, work, home)
        with a.db.writing():
            leads.happened(a.db, home, "touch dropped", at=a.clock.now(), cause="x", what="check-in", value="7.1")
        assert [(one.lead, one.kept) for one in open_letters(a.db)] == [(home, True)]


class TestTiersAndWhenAnAnswerIsDue:
    @pytest.fixture
    def a(self, practice: Practice) -> Assembly:
        practice.receive(mail(ASKS_INSURANCE, sender=f"Jane Doe <{WORK}>"))
        practice.ok("poll")
        practice.ok("lead", "add", HOME)
        text = practice.config.read_text()
        practice.config.write_text(f"{text}\n[standards.tiers]\nA = 1\n" if "[standards]" not in text else text)
        return practice.assembly()

    def due(self, practice: Practice) -> str:
        (one,) = practice.queue()
        found: str = one["due_at"]
        return found

    def test_merge_and_split_work_it_out_anew(self, practice: Practice, a: Assembly) -> None:
        assert a.settings.standards.tiers
        before = self.due(practice)
        practice.ok("lead", "tier", HOME, "A")
        practice.ok("lead", "merge", HOME, WORK)
        assert self.due(practice) < before
        practice.ok("lead", "split", WORK)
        assert self.due(practice) == before

    def test_undo_and_take_work_it_out_anew_for_mail_of_every_record(self, practice: Practice, a: Assembly) -> None:
        before = self.due(practice)
        practice.ok("lead", "merge", HOME, WORK)
        practice.ok("lead", "tier", HOME, "A")
        soon = self.due(practice)
        assert soon < before
        practice.ok("lead", "undo", HOME)
        assert self.due(practice) == before
        with a.db.writing():
            leads.happened(a.db, 2, "proposed", at=a.clock.now(), cause="record", what="tier", value="A")
        practice.ok("lead", "take", HOME)
        assert self.due(practice) == soon


class TestReview:
    """One key in `lead review` does what the command does."""

    def proposed(self, a: Assembly, what: str, value: str) -> tuple[tiers.Rated, Proposal]:
        with a.db.writing():
            leads.happened(a.db, 1, "proposed", at=a.clock.now(), cause="m1", note="why", what=what, value=value)
        found = leads.get(a.db, 1)
        assert found is not None
        one = tiers.rated(a, found)
        return one, one.standing.proposals[0]

    def test_taking_a_stage_opens_again_who_was_closed(self, practice: Practice) -> None:
        a = practice.assembly()
        add_person(a, HOME)
        practice.ok("lead", "close", HOME, "declined")
        one, proposal = self.proposed(a, "stage", "intake")
        reviewing.take(a, one, proposal)
        now = standing(leads.events(a.db, 1))
        assert (now.stage, now.outcome) == ("intake", "open")

    @pytest.mark.parametrize("decide", [reviewing.take, reviewing.dismiss])
    def test_what_was_decided_elsewhere_meanwhile_is_refused(self, practice: Practice, decide: object) -> None:
        a = practice.assembly()
        add_person(a, HOME)
        one, proposal = self.proposed(a, "outcome", "declined")
        practice.ok("lead", "dismiss", HOME)
        with pytest.raises(Refused):
            decide(a, one, proposal)  # type: ignore[operator]

    def test_a_letter_that_the_journey_does_not_have_is_refused(self, practice: Practice) -> None:
        a = practice.assembly()
        add_person(a, HOME)
        found = leads.get(a.db, 1)
        assert found is not None
        with pytest.raises(Refused):
            reviewing.write(a, tiers.rated(a, found), "testimonial")


class TestUndo:
    def test_a_plan_to_part_is_not_passed_over(self, practice: Practice) -> None:
        practice.ok("lead", "add", HOME)
        practice.ok("lead", "tier", HOME, "A")
        practice.ok("lead", "let-go", HOME)
        done = practice.run("lead", "undo", HOME)
        assert done.code == 1
        assert "let-go" in done.err
        assert practice.ok("lead", "show", HOME, "--json").json["tier"] == "A"


class TestTooManyLetters:
    def test_status_says_what_the_last_pass_held_back(self, practice: Practice) -> None:
        practice.config.write_text(f"{practice.config.read_text()}\n[journey]\nletters_per_day = 1\n")
        a = practice.assembly()
        long_ago = a.clock.now() - timedelta(days=9)
        with a.db.writing():
            for n in range(3):
                lead = leads.add(a.db, address=f"n{n}@example.org", name=None, phone=None, source="email", at=long_ago)
                leads.happened(a.db, lead, "added", at=long_ago, cause="by hand", stage="enroll")
        practice.ok("poll")
        said = " ".join(practice.ok("status", "--json").json["needs"])
        assert "3 letters are due at once" in said
        practice.ok("due", "--draft")
        assert "due at once" not in " ".join(practice.ok("status", "--json").json["needs"])


class TestLettingGo:
    def test_nothing_else_is_due_until_it_is_given_up(self, practice: Practice) -> None:
        a = practice.assembly()
        long_ago = a.clock.now() - timedelta(days=100)
        with a.db.writing():
            lead = leads.add(a.db, address=HOME, name=None, phone=None, source="email", at=long_ago)
            leads.happened(a.db, lead, "added", at=long_ago, cause="by hand", stage="engage")
        practice.ok("poll")
        assert practice.queue()
        practice.ok("lead", "let-go", HOME)
        practice.ok("poll")
        assert practice.ok("due", "--json", "--days", "366").json == []
        waiting = [practice.ok("show", one["id"]).out for one in practice.queue()]
        assert len(waiting) == 1  # the letter that ends it
        assert practice.ok("lead", "list", "--json").json[0]["next_touch_at"] is None
        practice.ok("lead", "let-go", HOME, "--cancel")
        assert practice.ok("lead", "list", "--json").json[0]["next_touch_at"] is not None


class TestReferrals:
    def test_who_was_named_by_mistake_is_not_thanked(self, practice: Practice) -> None:
        for who in (HOME, WORK, "new@example.org"):
            practice.ok("lead", "add", who)
        practice.ok("lead", "referred", "p3", "--by", "p1")
        practice.ok("lead", "referred", "p3", "--by", "p2")
        due = practice.ok("due", "--json", "--days", "30").json
        assert [one["lead"] for one in due if one["touch"] == "referral-thanks"] == ["p2"]
