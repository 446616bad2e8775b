"""Leads: who is known already, the list of a practice's clients, and callers in every spelling of their number."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.message.parse import parse
from inboxtriage.service.people import known_as
from tests.practice import ADDRESS, ASKS_INSURANCE, Practice, mail

HEADER = "email,name,phone,stage,note\n"
CANCELS = (
    "Hi Maya, I need to cancel our session on Thursday. Could we move it to next week? Same time works. Thanks, Ann"
)


def take(practice: Practice, text: str, *options: str, code: int = 0) -> dict[str, Any]:
    done = practice.run("lead", "import", "-", "--json", *options, stdin=text)
    assert done.code == code, done
    found: dict[str, Any] = done.json
    return found


def people(practice: Practice) -> list[tuple[str | None, str | None, str | None, str]]:
    listed = practice.ok("lead", "list", "--json").json
    return [(one["address"], one["name"], one["phone"], one["stage"]) for one in listed]


def events(practice: Practice, who: str) -> list[tuple[str, str, str, str]]:
    told = practice.ok("lead", "show", who, "--json").json["events"]
    return [(one["kind"], one["stage"], one["cause"], one["note"]) for one in told]


class TestImport:
    def test_people_are_clients_unless_their_line_says_otherwise(self, practice: Practice) -> None:
        report = take(practice, f"{HEADER}ann@example.org,Ann,555-010-0123,,mornings\n,Bo,+1 555 0101,Intake,\n")
        assert report == {"added": 2, "known": 0, "moved": 0, "skipped": []}
        assert people(practice) == [
            ("ann@example.org", "Ann", "5550100123", "engage"),
            (None, "Bo", "+15550101", "intake"),
        ]
        assert events(practice, "p1") == [("added", "engage", "import", "mornings")]

    def test_the_stage_of_all_others_can_be_given(self, practice: Practice) -> None:
        take(practice, f"{HEADER}a@example.org,,,,\nb@example.org,,,intake,\n", "--stage", "follow-up")
        assert [stage for *_, stage in people(practice)] == ["follow_up", "intake"]
        assert practice.run("lead", "import", "-", "--stage", "limbo", stdin=HEADER).code == 2

    def test_lines_that_cannot_be_used_are_told_and_the_others_taken(self, practice: Practice) -> None:
        text = f"{HEADER}a@example.org,,,,\nnone,Bo,,,\n{ADDRESS.upper()},Me,,,\nc@example.org,,,limbo,\nd@example.org,,,,\n"
        done = practice.run("lead", "import", "-", stdin=text)
        assert (done.code, done.out) == (1, "2 added, 0 known already, 3 skipped\n")
        told = [line.split(" skipped: ")[0] for line in done.err.splitlines()]
        assert told == ["inboxtriage: line 3", "inboxtriage: line 4", "inboxtriage: line 5"]
        assert "address of your own" in done.err
        assert [address for address, *_ in people(practice)] == ["a@example.org", "d@example.org"]

    def test_twice_adds_nobody_twice(self, practice: Practice) -> None:
        text = f"{HEADER}Ann@example.org,Ann,,,\n,Bo,(555) 010-0123,,\nann@example.org,Ann,,,\n,Bo,+1 555 010 0123,,\n"
        assert take(practice, text) == {"added": 2, "known": 2, "moved": 0, "skipped": []}
        assert take(practice, text) == {"added": 0, "known": 4, "moved": 0, "skipped": []}
        assert len(people(practice)) == 2

    @pytest.mark.parametrize(
        ("stands", "named", "then"),
        [
            ("encounter", "engage", "engage"),
            ("inquire", "engage", "engage"),
            ("intake", "follow_up", "follow_up"),
            ("inquire", "", "inquire"),  # the list names no stage
            ("intake", "inquire", "intake"),  # never back
            ("engage", "wrap_up", "engage"),  # a client's stage is the owner's to say
            ("follow_up", "engage", "follow_up"),
        ],
    )
    def test_who_is_known_moves_forward_until_they_are_a_client(
        self, stands: str, named: str, then: str, practice: Practice
    ) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", stands, "--name", "Ann")
        report = take(practice, f"{HEADER}ann@example.org,Ann,,{named},paid\n")
        assert report == {"added": 0, "known": 1, "moved": int(then != stands), "skipped": []}
        assert people(practice)[0][3] == then
        assert events(practice, "p1")[1:] == ([("moved", then, "import", "paid")] if then != stands else [])

    def test_a_caller_gets_the_address_that_the_list_knows(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123", "--name", "Ann")
        report = take(practice, f"{HEADER}ann@example.org,Ann Lee,+1 (555) 010-0123,,\n")
        assert report["known"] == 1
        assert people(practice) == [("ann@example.org", "Ann", "5550100123", "encounter")]
        assert events(practice, "p1")[1:] == [("noted", "encounter", "import", "address filled in")]

    def test_a_household_that_shares_a_number_stays_two_people(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "555-010-0123", "--name", "Ann")
        text = f"{HEADER}bob@example.org,Bob,555-010-0123,,\ncarl@example.org,Carl,555-010-0123,,\n"
        assert take(practice, text)["added"] == 2
        assert [name for _, name, *_ in people(practice)] == ["Ann", "Bob", "Carl"]

    def test_two_lines_about_a_newcomer_are_one_person(self, practice: Practice) -> None:
        assert take(practice, f"{HEADER},Bo,555-010-0123,,\nbo@example.org,Bo Lee,555 010 0123,,\n")["added"] == 1
        assert people(practice) == [("bo@example.org", "Bo", "5550100123", "engage")]

    def test_a_dry_run_says_the_same_and_changes_nothing(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        text = f"{HEADER}ann@example.org,Ann,,engage,\nb@example.org,,,,\nnone,,,,\n"
        before = people(practice)
        said = take(practice, text, "--dry-run", code=1)
        assert people(practice) == before
        assert take(practice, text, code=1) == said
        assert said == {
            "added": 1,
            "known": 1,
            "moved": 1,
            "skipped": [
                {"line": 4, "why": "has neither a mail address that can be written to nor a phone number"}
            ],
        }  # fmt: skip

    def test_all_or_nothing(self, practice: Practice) -> None:
        """What fails in the middle leaves no one: here the store refuses the second person."""
        practice.ok("lead", "list")
        store = sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3")
        store.execute(
            "CREATE TRIGGER full BEFORE INSERT ON lead WHEN (SELECT COUNT(*) FROM lead) = 1"
            " BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        store.close()
        assert practice.run("lead", "import", "-", stdin=f"{HEADER}a@example.org,,,,\nb@example.org,,,,\n").code == 1
        assert people(practice) == []

    def test_files(self, practice: Practice, tmp_path: Path) -> None:
        file = tmp_path / "clients.csv"
        file.write_bytes("\ufeffNombre;Correo\r\nAna Núñez;ana@example.org\r\n".encode())
        practice.ok("lead", "import", str(file))
        assert people(practice) == [("ana@example.org", "Ana Núñez", None, "engage")]
        for missing in (tmp_path / "none.csv", tmp_path):
            done = practice.run("lead", "import", str(missing))
            assert (done.code, done.err.count("\n"), "Traceback" in done.err) == (1, 1, False)
        done = practice.run("lead", "import", "-", stdin="ana@example.org,Ana\n")
        assert done.code == 1
        assert "email,name,phone" in done.err

    def test_ten_thousand_people_take_seconds(self, practice: Practice) -> None:
        rows = "".join(f"n{n}@example.org,Name {n},+1 555 {n:07},intake,\n" for n in range(10_000))
        for report in ((10_000, 0), (0, 10_000)):
            start = time.monotonic()
            found = take(practice, HEADER + rows)
            assert (found["added"], found["known"]) == report
            assert time.monotonic() - start < 20


class TestPhone:
    def test_by_hand_a_number_is_kept_as_its_digits(self, practice: Practice) -> None:
        practice.ok("lead", "add", "--phone", "+1 (555) 010-0123", "--name", "Bo")
        assert people(practice) == [(None, "Bo", "+15550100123", "encounter")]
        assert practice.run("lead", "add", "--phone", "555-010-0123").code == 1
        assert practice.run("lead", "add", "--phone", "soon").code == 2

    def test_a_voicemail_finds_its_caller_in_any_spelling(self, practice: Practice) -> None:
        take(practice, f"{HEADER},Stu Miller,+1 555 010 0123,,\n")
        said = f"New voicemail\n\nFrom: (555) 010-0123\nTranscript:\nHi, this is Stu Miller. {ASKS_INSURANCE}\n"
        subject = "New voicemail from (555) 010-0123"
        raw = mail(said, sender="Voicemail <voicemail@phones.example>", subject=subject)
        practice.receive(raw)
        assert practice.ok("poll", "--json").json["leads_new"] == 0
        assert [kind for kind, *_ in events(practice, "p1")] == ["added", "asked"]
        assert known_as(practice.assembly().db, parse(raw, frozenset({ADDRESS})), frozenset({ADDRESS})) == "engage"


class TestWhoWrites:
    def test_a_client_of_the_list_stays_one_whatever_they_ask(self, practice: Practice) -> None:
        take(practice, f"{HEADER}jane@example.org,Jane,,,\n")
        practice.receive(mail(ASKS_INSURANCE))
        assert practice.ok("poll", "--json").json["leads_new"] == 0
        kinds = [(kind, stage) for kind, stage, *_ in events(practice, "p1")]
        assert kinds == [("added", "engage"), ("asked", "engage")]

    def test_whom_the_owner_calls_a_client_begins_as_one(self, practice: Practice) -> None:
        practice.ok("pin", "add", "ann@example.org", "client")
        practice.receive(mail(CANCELS, sender="Ann Lee <ann@example.org>", subject="Thursday"))
        practice.receive(mail(ASKS_INSURANCE, sender="jane@example.org"))
        assert practice.ok("poll", "--json").json["leads_new"] == 2
        assert {address: stage for address, *_, stage in people(practice)} == {
            "ann@example.org": "engage",
            "jane@example.org": "inquire",
        }
        ((kind, stage, _, note),) = events(practice, "ann@example.org")
        assert (kind, stage) == ("asked", "engage")
        assert note.startswith("wrote as a client; asked about ")

    def test_strangers_and_the_owner_are_not_known(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--stage", "intake")
        own = frozenset({ADDRESS})
        db = practice.assembly().db
        stands = {
            sender: known_as(db, parse(mail(sender=sender), own), own)
            for sender in ("Ann@example.org", "bo@example.org", ADDRESS)
        }
        assert stands == {"Ann@example.org": "intake", "bo@example.org": None, ADDRESS: None}


def test_somebody_referred_out_shows_as_such_until_they_ask_again(practice: Practice) -> None:
    practice.receive(mail(ASKS_INSURANCE))
    practice.ok("poll")
    a = practice.assembly()
    from inboxtriage.store import leads

    with a.db.writing():
        leads.happened(a.db, 1, "referred out", at=a.clock.now(), cause="m1", note="to Dr. Lee")
    assert practice.ok("lead", "show", "p1", "--json").json["outcome"] == "referred_out"
    shown = practice.ok("lead", "show", "p1").out
    assert "inquire (referred out)" in shown
    assert "referred out (m1): to Dr. Lee" in shown
    practice.receive(mail(ASKS_INSURANCE + " It is me again."))
    practice.ok("poll")
    assert practice.ok("lead", "list", "--json").json[0]["outcome"] == "open"
