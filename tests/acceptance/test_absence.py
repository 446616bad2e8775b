"""During an absence: who is told, once, of exactly what was approved; and what becomes of it on the way."""

import email
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from inboxtriage.config.load import load
from inboxtriage.errors import InboxTriageError
from inboxtriage.service import approvals, deciding, intake, outbox, putback, queue, resolving, sending
from inboxtriage.service.absence import approving
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.intake import PollReport
from inboxtriage.service.sending import SendReport
from inboxtriage.service.status import status
from inboxtriage.service.upkeep import forgetting
from inboxtriage.store import leads
from tests.peers.dovecot import Dovecot
from tests.peers.dovecot import Mailbox as Box
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ADDRESS, ALIAS, ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text

# Summer time ends in New York on 1 November 2026, inside the absence.
FIRST, LAST = date(2026, 10, 30), date(2026, 11, 2)
ABSENCE = f"""
[[standards.absences]]
from = {FIRST}
until = {LAST}
cover = "Dr. Lee (555-010-0123)"
acknowledge = true
"""
URGENT_TEXT = (
    '[practice.urgent]\ntext = "If you are in danger, call your local emergency number."\n[practice.insurance]'
)
NOON = datetime(2026, 10, 31, 16, tzinfo=UTC)
DANGER = "I have taken all my pills tonight and I do not want to wake up. I just wanted somebody to know."
SPANISH = "Hola, busco terapeuta. ¿Aceptan el seguro Aetna y cuánto cuesta la sesión? Muchas gracias."


class Hand:
    """The clock that a test moves by hand."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """See Clock."""
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


class Owner:
    """A practice whose owner is away, on a clock that a test moves."""

    def __init__(self, practice: Practice, at: datetime = NOON, *, table: str = ABSENCE) -> None:
        os.environ.update(practice.environment)  # where the marks of sending lie
        self.practice, self.clock = practice, Hand(at)
        self.write(lambda text: text.replace("[practice.insurance]", URGENT_TEXT, 1) + table)

    def write(self, change: Callable[[str], str]) -> None:
        """Change the configuration, and start anew with it."""
        self.practice.config.write_text(change(self.practice.config.read_text()))
        self.a = Assembly(load(self.practice.config), self.clock)

    def approve(self) -> None:
        approving.approve(self.a, None, approving.whole(self.a, None).sha256)

    def came(self, raw: bytes | None = None, *, at: datetime | None = None) -> PollReport:
        """A mail comes now, or came then, and is read."""
        path = self.practice.receive(raw if raw is not None else mail())
        moment = (at or self.clock.now()).timestamp()
        os.utime(path, (moment, moment))
        return intake.poll(self.a)

    def send(self) -> SendReport:
        return sending.send(self.a)

    def states(self) -> list[str]:
        """The outbox."""
        return [one.state for one in outbox.everything(self.a)]

    def letters(self) -> list[EmailMessage]:
        """What left."""
        return [BytesParser(EmailMessage, policy=policy.default).parsebytes(raw) for raw in self.practice.outgoing()]


@pytest.fixture
def owner(practice: Practice) -> Owner:
    made = Owner(practice, NOON - timedelta(hours=1))
    made.approve()
    made.clock.at = NOON
    return made


def test_who_writes_is_told_when_the_answer_comes_and_who_stands_in(owner: Owner) -> None:
    owner.came()
    assert owner.states() == ["queued"]
    report = owner.send()
    assert (report.acknowledged, report.sent, report.problems) == (1, 0, [])
    (letter,) = owner.letters()
    words = plain_text(letter)
    assert letter["To"] == "jane@example.org"
    assert letter["Subject"] == "Automatic reply: away until Monday, November 2"
    assert "answered by Tuesday, November 3" in words
    assert "Dr. Lee (555-010-0123)" in words
    assert "call your local emergency number" in words
    assert "Jane" not in words, "nothing of theirs is in it"
    assert "Aetna" not in words
    (entry,) = queue.entries(owner.a)
    assert entry.item.state == "waiting"
    assert entry.draft is not None
    assert status(owner.a).messages == 1, "ours is no message that came"


class TestOnTheWire:
    """G35, on a real mailbox and a real connection."""

    @staticmethod
    def away(home: Path, dovecot: Dovecot, smtp: SmtpPeer) -> tuple[Practice, Box]:
        box = dovecot.mailbox()
        box.deliver(b"Subject: old\r\n\r\nold\r\n")
        practice = Practice.on_servers(home, box, smtp)
        today = datetime.now(UTC).date()
        table = ABSENCE.replace(str(FIRST), str(today - timedelta(days=2)))
        table = table.replace(str(LAST), str(today + timedelta(days=5)))
        text = practice.config.read_text().replace("[practice.insurance]", URGENT_TEXT, 1)
        practice.config.write_text(text + table)
        practice.ok("poll")
        shown = practice.ok("absence", "show", "--json").json
        practice.ok("absence", "approve", "--sha256", shown["sha256"])
        return practice, box

    def test_it_is_marked_and_nothing_comes_back_from_it(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer() as smtp:
            practice, box = self.away(tmp_path, dovecot, smtp)
            box.deliver(mail(message_id="<asks@example.org>", In_Reply_To="<before@example.org>"))
            practice.ok("poll")
            assert practice.ok("send", "--json").json["acknowledged"] == 1
            assert "MAIL FROM:<>" in smtp.commands
            (taken,) = smtp.taken
            assert taken.recipients == ["jane@example.org"]
            letter = email.message_from_bytes(taken.data, policy=policy.default)
            assert letter["From"].addresses[0].addr_spec == ADDRESS
            assert letter["Auto-Submitted"] == "auto-replied"
            assert letter["X-Auto-Response-Suppress"] == "All"
            assert re.fullmatch("[0-9a-f]{32}", str(letter["X-Loop"]))
            assert letter["In-Reply-To"] == "<asks@example.org>"
            assert str(letter["References"]).split()[-1] == "<asks@example.org>"
            assert not any(b"\\Answered" in flags for flags in box.flags().values())
            assert box.messages("Sent") == []

    def test_the_answer_itself_is_not_hindered_by_a_copy_that_the_provider_kept(
        self, dovecot: Dovecot, tmp_path: Path
    ) -> None:
        with SmtpPeer() as smtp:
            practice, box = self.away(tmp_path, dovecot, smtp)
            box.deliver(mail(message_id="<asks@example.org>"))
            practice.ok("poll")
            practice.ok("send")
            box.deliver(smtp.taken[0].data, folder="Sent")
            practice.ok("poll")
            (item,) = [one for one in practice.queue() if one["from"] == "jane@example.org"]
            assert item["draft"]["blocked"] == [], "it does not count as answered elsewhere"
            practice.ok("approve", item["id"], "--now")
            assert [one.sender for one in smtp.taken] == ["", ADDRESS]
            lead = practice.ok("lead", "show", item["lead"]["id"], "--json").json
            assert [e["kind"] for e in lead["events"]][:2] == ["asked", "promised"]

    @pytest.mark.parametrize(
        ("phase", "what", "state"),
        [
            ("answered", Misbehaviour(drop=True), "unknown"),
            ("rcpt", Misbehaviour(answer="550 no such user"), "failed"),
            ("mail", Misbehaviour(answer="501 no null sender here"), "failed"),
        ],
    )
    def test_whatever_becomes_of_it_no_person_is_asked_and_it_is_never_sent_again(
        self, phase: str, what: Misbehaviour, state: str, dovecot: Dovecot, tmp_path: Path
    ) -> None:
        with SmtpPeer() as smtp:
            practice, box = self.away(tmp_path, dovecot, smtp)
            box.deliver(mail())
            practice.ok("poll")
            smtp.misbehave[phase] = what
            practice.ok("send")
            smtp.misbehave.clear()
            bodies = smtp.bodies_begun
            for word in ("send", "poll", "send"):
                practice.ok(word)
            (mail_,) = practice.ok("outbox", "--json").json
            assert mail_["state"] == state
            assert smtp.bodies_begun == bodies
            found = practice.ok("status", "--json").json
            assert (found["away"]["sent"], found["away"]["refused_or_unknown"]) == (0, 1)
            assert not any("resolve" in need for need in found["needs"])
            assert practice.ok("check").out.count("FAIL") == 0
            for words in (("resolve", mail_["id"], "--resend"), ("show", mail_["queue_id"])):
                assert practice.run(*words).code == 1
            practice.ok("forget", "jane@example.org")
            assert practice.ok("outbox", "--json").json == []


class TestOnce:
    @pytest.mark.parametrize("again", ["JANE@Example.ORG", "jane+news@example.org", "Jane+2@EXAMPLE.org"])
    def test_an_address_is_told_once_whatever_its_case_and_tag(self, again: str, owner: Owner) -> None:
        owner.came()
        owner.send()
        owner.clock.go(hours=2)
        owner.came(mail(ASKS_ROOM, sender=again))
        owner.send()
        assert owner.states() == ["sent"]

    def test_so_is_a_person_with_two_addresses(self, owner: Owner) -> None:
        owner.came()
        with owner.a.db.writing():
            other = leads.add(
                owner.a.db, address="jane@work.example", name=None, phone=None, source="x", at=owner.clock.now()
            )
            owner.a.db.run("UPDATE lead SET merged_into = 1 WHERE id = ?", other)
        owner.came(mail(ASKS_ROOM, sender="jane@work.example"))
        assert owner.states() == ["queued"]

    def test_an_absence_that_was_lengthened_or_begins_earlier_tells_nobody_twice(self, owner: Owner) -> None:
        owner.came()
        owner.send()
        owner.write(lambda text: text.replace(str(FIRST), "2026-10-29").replace(str(LAST), "2026-11-05"))
        owner.approve()
        owner.clock.go(hours=1)
        owner.came(mail(ASKS_ROOM))
        owner.came(mail(ASKS_ROOM, sender="other@example.org"))
        owner.send()
        assert [str(one["To"]) for one in owner.letters()].count("jane@example.org") == 1
        assert owner.states() == ["sent", "sent"]

    def test_the_next_absence_is_another(self, owner: Owner) -> None:
        owner.came()
        owner.send()
        owner.write(lambda text: text + ABSENCE.replace(str(FIRST), "2026-12-24").replace(str(LAST), "2027-01-02"))
        owner.clock.at = datetime(2026, 12, 24, 12, tzinfo=UTC)
        owner.approve()
        owner.clock.go(hours=1)
        owner.came(mail(ASKS_ROOM))
        assert owner.states() == ["sent", "queued"]

    def test_a_clock_that_is_set_back_and_forward_changes_nothing(self, owner: Owner) -> None:
        owner.came()
        owner.send()
        for at in (NOON - timedelta(days=40), NOON, NOON + timedelta(days=400), NOON):
            owner.clock.at = at
            owner.came(mail(ASKS_ROOM), at=NOON)
            owner.send()
        assert owner.states() == ["sent"]


class TestMoments:
    @pytest.mark.parametrize(
        ("at", "told"),
        [
            ("2026-10-30T03:59:59+00:00", False),
            ("2026-10-30T04:00:00+00:00", True),  # midnight in New York, summer time
            ("2026-11-03T04:59:59+00:00", True),  # its last second, winter time
            ("2026-11-03T05:00:00+00:00", False),
        ],
    )
    def test_it_begins_and_ends_at_the_practices_midnight(self, at: str, told: bool, practice: Practice) -> None:
        owner = Owner(practice, datetime(2026, 10, 20, tzinfo=UTC))
        owner.approve()
        owner.clock.at = datetime.fromisoformat(at)
        owner.came()
        assert bool(owner.states()) is told

    def test_what_came_before_the_approval_is_not_acknowledged(self, practice: Practice) -> None:
        owner = Owner(practice)
        owner.practice.receive(mail())
        owner.came(at=NOON - timedelta(minutes=1))
        owner.approve()
        owner.clock.go(minutes=5)
        owner.came(mail(sender="b@example.org"), at=NOON - timedelta(minutes=1))
        assert owner.states() == []
        owner.came(mail(sender="c@example.org"))
        assert owner.states() == ["queued"]

    def test_nothing_leaves_when_it_is_over_nor_days_late(self, owner: Owner) -> None:
        owner.came()
        owner.clock.at = datetime(2026, 11, 3, 5, tzinfo=UTC)
        owner.send()
        assert owner.states() == ["cancelled"]
        owner.clock.at = NOON + timedelta(days=2, hours=1)
        owner.came(mail(sender="b@example.org"), at=NOON)
        assert owner.states() == ["cancelled"]


FORM = f"Name: Jane Doe\nEmail: jane@example.org\nMessage: {ASKS_ROOM}\n"


class TestWho:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated"},
            {"Precedence": "bulk"},
            {"List_Id": "<therapists.example.org>"},
            {"X_Auto_Response_Suppress": "OOF"},
            {"X_Auto_Response_Suppress": "OOF, AutoReply", "X_Loop": "0" * 32},
            {"Return_Path": "<>"},
            {"sender": "no-reply@example.org"},
            {"sender": f"Me <{ALIAS}>"},
            {"to": "undisclosed@example.org"},
            {"Reply_To": "somebody@else.example"},
            {"body": DANGER},
            {"body": "We sell the best SEO packages for therapists. Buy now and get 50% off your first month!"},
        ],
        ids=str,
    )
    def test_no_machine_no_stranger_to_us_and_nobody_in_danger(self, headers: dict[str, str], owner: Owner) -> None:
        owner.came(mail(**headers))
        assert owner.states() == []

    def test_a_form_names_a_person(self, owner: Owner) -> None:
        owner.came(mail(FORM, sender="Website <noreply@forms.example>", subject="New contact form submission"))
        owner.send()
        (letter,) = owner.letters()
        assert letter["To"] == "jane@example.org"
        assert letter["In-Reply-To"] is None, "the notice is not the person's mail"

    def test_what_only_looks_like_a_form_names_nobody(self, owner: Owner) -> None:
        owner.came(mail(FORM, sender="Mallory <mallory@example.net>"))
        assert owner.states() == []

    def test_nobody_is_told_who_asked_for_no_mail(self, owner: Owner) -> None:
        with owner.a.db.writing():
            lead = leads.add(
                owner.a.db, address="jane@example.org", name=None, phone=None, source="x", at=owner.clock.now()
            )
            leads.happened(owner.a.db, lead, "may be written to", at=owner.clock.now(), cause="by hand", value="no")
        owner.came()
        assert owner.states() == []

    def test_nobody_whose_mail_of_danger_waits(self, owner: Owner) -> None:
        owner.came(mail(DANGER))
        owner.clock.go(minutes=5)
        owner.came(mail(ASKS_INSURANCE))
        assert owner.states() == []

    def test_danger_that_is_read_before_it_left_keeps_it_back(self, owner: Owner) -> None:
        owner.came()
        assert owner.states() == ["queued"]
        owner.came(mail(DANGER))
        owner.send()
        assert owner.states() == ["cancelled"]

    def test_who_writes_in_another_language_reads_theirs(self, owner: Owner) -> None:
        assert [one.language for one in approving.whole(owner.a, None).texts if not one.gaps] == ["en"]
        owner.came(mail(SPANISH))
        words = '[practice.translations.es.urgent]\ntext = "En peligro, llame a emergencias."\n[practice.insurance]'
        owner.write(lambda text: text.replace("[practice.insurance]", words, 1))
        owner.came(mail(SPANISH, sender="ana@example.org"))
        assert owner.states() == ["queued"], "another text is not approved"
        owner.approve()
        owner.clock.go(minutes=1)
        owner.came(mail(SPANISH, sender="eva@example.org"))
        owner.send()
        (letter,) = owner.letters()
        assert "respuesta automática" in plain_text(letter)
        assert "llame a emergencias" in plain_text(letter)

    def test_where_theirs_lacks_a_fact_they_read_the_practices_own(self, owner: Owner) -> None:
        owner.came(mail(SPANISH))
        owner.send()
        (letter,) = owner.letters()
        assert "This is an automatic reply" in plain_text(letter)


class TestApproval:
    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("Dr. Lee", "Dr. Poe"),
            lambda text: text.replace(str(LAST), "2026-11-04"),
            lambda text: text.replace("Harbor Counseling", "Harbour Counselling"),
            lambda text: text.replace("local emergency number", "nearest hospital"),
            lambda text: text.replace("America/New_York", "America/Chicago"),
            lambda text: text.replace(ABSENCE, f"[standards]\nreply = 30\n{ABSENCE}"),
        ],
        ids=["cover", "dates", "a fact", "emergency", "zone", "standard"],
    )
    def test_it_lapses_with_whatever_it_was_given_for(self, change: Callable[[str], str], owner: Owner) -> None:
        owner.came()
        owner.write(change)
        owner.came(mail(sender="b@example.org"))
        owner.send()
        assert owner.states() == ["cancelled"], "what had not left stays, and no other is written"
        (need,) = [one for one in status(owner.a).needs if "absence" in one]
        assert "others than those that were approved" in need
        owner.approve()
        owner.clock.go(minutes=1)
        owner.came(mail(sender="c@example.org"))
        assert owner.states() == ["cancelled", "queued"]

    def test_it_lapses_with_the_owners_own_file(self, owner: Owner, tmp_path: Path) -> None:
        owner.came()
        mine = tmp_path / "mine" / "letters"
        mine.mkdir(parents=True)
        owner.write(lambda text: text + '\n[responses]\npath = "mine"\n')
        (mine / "absence.md").write_text('+++\ntitle = "Mine"\nsubject = "Gone"\n+++\nGone until {{ said.until }}.\n')
        owner.send()
        assert owner.states() == ["cancelled"]
        owner.approve()
        owner.clock.go(minutes=1)
        owner.came(mail(sender="b@example.org"))
        (mine / "absence.md").write_text('+++\ntitle = "Mine"\nsubject = "Gone"\n+++\nGone.\n')
        owner.send()
        assert owner.states() == ["cancelled", "cancelled"], "also by a process that knew the file before"

    def test_off_is_off(self, practice: Practice) -> None:
        owner = Owner(practice, table=ABSENCE.replace("acknowledge = true", ""))
        with pytest.raises(InboxTriageError, match="acknowledges nothing"):
            owner.approve()
        owner.came()
        assert owner.states() == []

    def test_what_is_withdrawn_does_not_leave(self, owner: Owner) -> None:
        owner.came()
        assert approving.withdraw(owner.a, None) == (FIRST, 1)
        owner.came(mail(sender="b@example.org"))
        owner.send()
        assert owner.states() == ["cancelled"]
        assert approvals.verify(owner.a)[1] == []

    def test_the_chain_shows_one_that_nobody_allowed(self, owner: Owner) -> None:
        owner.came()
        owner.send()
        entries, found = approvals.verify(owner.a)
        assert [entry.act.action for entry in entries] == ["standing approved", "acknowledged"]
        assert found == []
        assert entries[0].act.item == f"absence {FIRST} en"
        with owner.a.db.writing():
            owner.a.db.run("UPDATE outgoing SET mime = x'00' WHERE id = 1")
            owner.a.db.run("UPDATE outgoing SET draft_sha256 = 'x'")
        assert approvals.verify(owner.a)[1] != []

    def test_bytes_that_were_changed_do_not_leave(self, owner: Owner) -> None:
        owner.came()
        with owner.a.db.writing():
            owner.a.db.run("UPDATE outgoing SET mime = CAST(replace(CAST(mime AS TEXT), 'Dr. Lee', 'Dr. Poe') AS BLOB)")
        assert owner.send().failed == 1
        assert owner.letters() == []
        assert [entry.item.state for entry in queue.entries(owner.a)] == ["waiting"]

    def test_a_store_that_was_put_back_asks_for_it_again(self, owner: Owner) -> None:
        owner.came()
        with owner.a.db.writing():
            assert putback.take_back(owner.a) == 0, "nobody is asked about it again"
        owner.came(mail(sender="b@example.org"))
        assert owner.states() == ["cancelled"]
        (view,) = approving.views(owner.a)
        assert view.approval == "withdrawn"

    @pytest.mark.parametrize("words", [("absence", "approve"), ("absence", "approve", "--sha256", "0" * 64)])
    def test_nothing_is_approved_unseen(self, words: tuple[str, ...], practice: Practice) -> None:
        owner = Owner(practice, table=ABSENCE.replace(str(LAST), "2099-01-01").replace(str(FIRST), "2098-12-01"))
        assert owner.practice.run(*words).code == 1
        assert [view.approval for view in approving.views(owner.a)] == ["none"]

    def test_a_therapist_says_what_to_do_in_an_emergency(self, practice: Practice) -> None:
        owner = Owner(practice)
        owner.write(lambda text: re.sub(r"\[practice\.urgent\]\ntext = .*\n", "", text))
        with pytest.raises(InboxTriageError, match=r"practice\.urgent\.text"):
            owner.approve()
        owner.write(lambda text: text.replace("[practice]\n", '[practice]\nprofile = "general"\n'))
        owner.approve()


class TestMeanwhile:
    def test_who_was_answered_meanwhile_is_not_told(self, owner: Owner) -> None:
        raw = mail(message_id="<asks@example.org>")
        owner.came(raw)
        answer = mail("Yes.", sender=ADDRESS, to="jane@example.org", In_Reply_To="<asks@example.org>")
        (owner.practice.home / "sent" / "cur" / "1.test:2,S").write_bytes(answer)
        owner.send()
        assert owner.states() == ["cancelled"]

    def test_what_they_wrote_since_is_read_first(self, owner: Owner) -> None:
        owner.came()
        path = owner.practice.receive(mail(ASKS_ROOM))
        os.utime(path, (owner.clock.now().timestamp(),) * 2)
        owner.send()
        assert owner.states() == ["queued"]
        owner.clock.go(minutes=3)
        intake.poll(owner.a)
        owner.send()
        assert owner.states() == ["sent"], "one for both, as one letter answers both"

    @pytest.mark.parametrize("how", ["done", "reject", "relabel"])
    def test_what_its_owner_decided_meanwhile_counts(self, how: str, owner: Owner) -> None:
        owner.came()
        if how == "done":
            deciding.done(owner.a, "m1", "phone", None)
        elif how == "reject":
            deciding.reject(owner.a, "m1", None)
        else:
            deciding.relabel(owner.a, "m1", ["urgent"])
        owner.send()
        assert owner.states() == ["cancelled"]

    def test_the_hour_is_full(self, owner: Owner) -> None:
        owner.write(lambda text: text + "\n[sending]\nacknowledgements_per_hour = 2\n")
        for n in range(9):
            owner.practice.receive(mail(sender=f"p{n}@example.org"))
        for path in (owner.practice.home / "inbox" / "new").iterdir():
            os.utime(path, (NOON.timestamp(),) * 2)
        intake.poll(owner.a)
        left = []
        for _ in range(6):
            left.append(owner.send().acknowledged)
            owner.clock.go(minutes=61)
        assert left[:4] == [2, 2, 2, 2]
        assert max(left) == 2


class TestPromise:
    def test_it_is_due_by_the_day_that_was_named_whatever_becomes_of_the_mail(self, owner: Owner) -> None:
        owner.write(lambda text: text.replace(ABSENCE, f"[standards]\nread = 200\n{ABSENCE}"))
        owner.came(mail("I saw your card at the library. I am thinking about some things."))
        (before,) = queue.entries(owner.a)
        assert (before.item.verdict.disposition, owner.states()) == ("read", ["queued"])
        owner.send()
        (after,) = queue.entries(owner.a)
        assert before.item.due_at is not None
        assert after.item.due_at is not None
        assert after.item.due_at.astimezone(owner.a.hours.zone).date() == date(2026, 11, 3)
        assert after.item.due_at < before.item.due_at

    def test_it_is_an_event_and_outlasts_a_relabel(self, owner: Owner) -> None:
        owner.came()
        owner.send()
        (promised,) = [event for event in leads.events(owner.a.db, 1) if event.kind == "promised"]
        assert (promised.value, promised.cause) == ("2026-11-03", "o1")
        assert not any(event.kind == "reply sent" for event in leads.events(owner.a.db, 1))
        owner.write(lambda text: text.replace(ABSENCE, f"[standards]\nreply = 99\n{ABSENCE}"))
        deciding.relabel(owner.a, "m1", ["fit"])
        (entry,) = queue.entries(owner.a)
        assert entry.item.due_at is not None
        assert entry.item.due_at.astimezone(owner.a.hours.zone).date() == date(2026, 11, 3)


@pytest.mark.parametrize("way", ["as it is", "stripped"])
def test_two_installations_that_are_both_away_stop_at_one_mail_each(way: str, tmp_path: Path) -> None:
    """Also where the way strips our headers, and the threading with them."""
    both = []
    for name in ("one", "two"):
        practice = Practice.in_folders(tmp_path / name)
        text = practice.config.read_text()
        practice.config.write_text(text.replace(ADDRESS, f"{name}@{name}.example").replace(ALIAS, f"x@{name}.example"))
        owner = Owner(practice, NOON - timedelta(hours=1))
        owner.approve()
        owner.clock.at = NOON
        both.append(owner)
    one, two = both
    one.came(mail(sender="two@two.example", to="one@one.example"))
    fetched: set[str] = set()
    for _ in range(6):
        for here, there in ((one, two), (two, one)):
            os.environ.update(here.practice.environment)
            here.send()
            for path in sorted((here.practice.home / "outgoing" / "new").iterdir()):
                if path.name in fetched:
                    continue
                fetched.add(path.name)
                raw = path.read_bytes()
                if way == "stripped":
                    kept = re.sub(
                        rb"(?m)^(X-[^\r]*|Auto-Submitted[^\r]*|In-Reply-To[^\r]*|References[^\r]*)\r\n", b"", raw
                    )
                    raw = re.sub(rb"Subject: [^\r]*", b"Subject: Therapy", kept)
                os.environ.update(there.practice.environment)
                there.came(raw)
            here.clock.go(minutes=10)
    assert one.states() == ["sent"]
    assert two.states() == (["sent"] if way == "stripped" else [])
    if way == "as it is":
        (item,) = [entry.item for entry in queue.entries(two.a, everything=True)]
        assert item.state == "ignored"


def test_resolve_and_forget_know_no_acknowledgement(owner: Owner) -> None:
    owner.came()
    with owner.a.db.writing():
        owner.a.db.run("UPDATE outgoing SET state = 'committing'")
    report = owner.send()
    assert (report.unknown, owner.states()) == (0, ["unknown"])
    (promised,) = [event for event in leads.events(owner.a.db, 1) if event.kind == "promised"]
    assert promised.value == "2026-11-03", "it may have left, so it is kept"
    with pytest.raises(InboxTriageError, match="acknowledgement"):
        resolving.resolve(owner.a, "o1", sent=False, resend=True)
    forgetting.forget(owner.a, "jane@example.org", lambda _: None)
    assert owner.states() == []
    assert approvals.verify(owner.a)[1] == []
