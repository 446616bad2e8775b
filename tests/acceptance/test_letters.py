"""Letters in the life of a practice: free times that are held, mails that fold, referrals, clients, files, templates."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text

ZONE = ZoneInfo("America/New_York")
SCHEDULING = "Hello, do you see people on Tuesdays? I would like to book an appointment. Thank you."
FOR_A_CHILD = "Hello, my son is eight years old. Do you work with children of that age? Thank you."


def calendar(*spans: tuple[datetime, datetime]) -> str:
    """An iCalendar file with these busy spans."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}@test\r\nDTSTART:{a:%Y%m%dT%H%M%SZ}\r\nDTEND:{b:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n"
        for n, (a, b) in enumerate(spans)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//EN\r\n{events}END:VCALENDAR\r\n"


def with_calendar(home: Path, *spans: tuple[datetime, datetime], more: str = "") -> Practice:
    """A practice with one calendar file."""
    made = Practice.in_folders(home, more)
    text = made.config.read_text()
    made.config.write_text(text.replace("waitlist = true", 'waitlist = true\ncalendars = ["busy.ics"]', 1))
    (home / "busy.ics").write_text(calendar(*spans))
    return made


def writes(practice: Practice, body: str, *, sender: str = "Jane Doe <jane@example.org>", **more: str) -> None:
    practice.receive(mail(body, sender=sender, **more))
    practice.ok("poll")


def waiting(practice: Practice) -> list[dict]:  # type: ignore[type-arg]
    """What the queue holds."""
    return practice.ok("queue", "--json").json  # type: ignore[no-any-return]


def sent(practice: Practice) -> list[EmailMessage]:
    """Every mail that left."""
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((practice.home / "outgoing").rglob("*"))
        if path.is_file()
    ]


class TestFreeTimes:
    def test_a_letter_names_free_times_in_the_practices_zone(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        writes(practice, ASKS_ROOM)
        (item,) = waiting(practice)
        offers = [datetime.fromisoformat(time) for time in item["draft"]["offers"]]
        assert len(offers) == 3
        for offer in offers:
            local = offer.astimezone(ZONE)
            told = f"- {local:%A}, {local:%B} {local.day} at {(local.hour - 1) % 12 + 1}:{local:%M} {local:%p}"
            assert told in item["draft"]["body"]
            assert offer > datetime.now(UTC) + timedelta(hours=23)

    def test_a_time_offered_to_one_is_not_offered_to_another(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        for n in range(4):
            practice.receive(mail(ASKS_ROOM, sender=f"P{n} <p{n}@example.org>"))
        practice.ok("poll")
        offers = [time for item in waiting(practice) for time in item["draft"]["offers"]]
        assert len(offers) == len(set(offers)) == 12

    def test_two_hundred_drafts_in_one_pass_offer_no_time_twice(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        text = practice.config.read_text()
        practice.config.write_text(text.replace("calendars =", "horizon_days = 100\ncalendars =", 1))
        for n in range(200):
            practice.receive(mail(ASKS_ROOM, sender=f"P <p{n}@example.org>"))
        assert practice.ok("poll", "--json").json["drafts"] == 200
        offers = [time for item in waiting(practice) for time in item["draft"]["offers"]]
        assert len(offers) == len(set(offers)) > 300
        for time in offers:
            local = datetime.fromisoformat(time).astimezone(ZONE)
            assert local.weekday() < 5
            assert 9 <= local.hour < 19

    def test_a_rejected_letter_gives_its_times_back(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        writes(practice, ASKS_ROOM, sender="A <a@example.org>")
        (first,) = waiting(practice)
        practice.ok("reject", first["id"])
        writes(practice, ASKS_ROOM, sender="B <b@example.org>")
        assert waiting(practice)[0]["draft"]["offers"] == first["draft"]["offers"]

    def test_a_stale_offer_is_refreshed_at_approval_and_shown_again(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        writes(practice, ASKS_ROOM)
        (item,) = waiting(practice)
        taken = datetime.fromisoformat(item["draft"]["offers"][0])
        (tmp_path / "busy.ics").write_text(
            calendar((taken.astimezone(UTC), taken.astimezone(UTC) + timedelta(minutes=30)))
        )
        refused = practice.run("approve", item["id"], "--now")
        assert refused.code == 1
        assert "not free any more" in refused.err
        assert refused.err.count("\n") == 1
        assert sent(practice) == []
        assert practice.run("approve", item["id"]).code == 1, "the changed letter was not shown yet"
        (again,) = waiting(practice)
        assert item["draft"]["offers"][0] not in again["draft"]["offers"]
        assert len(again["draft"]["offers"]) == 3
        practice.ok("approve", item["id"], "--now")
        assert len(sent(practice)) == 1

    def test_an_edited_letter_is_not_rewritten_but_its_taken_time_blocks_it(self, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        writes(practice, ASKS_ROOM)
        (item,) = waiting(practice)
        practice.ok("edit", item["id"], "--body", "-", stdin=item["draft"]["body"] + "\n\nP.S. It rains.")
        taken = datetime.fromisoformat(item["draft"]["offers"][0]).astimezone(UTC)
        (tmp_path / "busy.ics").write_text(calendar((taken, taken + timedelta(minutes=30))))
        (edited,) = waiting(practice)
        refused = practice.run("approve", item["id"])
        assert refused.code == 1
        assert "edit" in refused.err
        assert waiting(practice)[0]["draft"]["body"] == edited["draft"]["body"]
        without = "\n".join(line for line in edited["draft"]["body"].split("\n") if not line.startswith("- "))
        practice.ok("edit", item["id"], "--body", "-", stdin=without)
        assert waiting(practice)[0]["draft"]["offers"] == []
        practice.ok("approve", item["id"], "--now")

    @pytest.mark.parametrize("content", ["", "<html>sign in</html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
    def test_an_unreadable_calendar_means_no_times_and_says_so(self, content: str, tmp_path: Path) -> None:
        practice = with_calendar(tmp_path)
        (tmp_path / "busy.ics").write_text(content)
        practice.receive(mail(ASKS_ROOM))
        report = practice.ok("poll", "--json").json
        assert any("busy.ics" in notice for notice in report["notices"])
        (item,) = waiting(practice)
        assert item["draft"]["offers"] == []
        assert any("busy.ics" in remark for remark in item["draft"]["remarks"])
        (tmp_path / "busy.ics").write_text(calendar())
        practice.ok("poll")
        assert len(waiting(practice)[0]["draft"]["offers"]) == 3, "readable again, so they are offered"


class TestOnePersonOneLetter:
    def test_a_second_mail_before_the_answer_folds_into_one_letter(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE, subject="Insurance")
        writes(practice, SCHEDULING, subject="Insurance")
        (item,) = waiting(practice)
        assert "in network with Aetna" in item["draft"]["body"]
        assert "on Tuesdays" in item["draft"]["body"]
        assert item["draft"]["body"].count("Dear ") == 1
        assert item["folds"] == ["m1"]
        everything = {entry["id"]: entry["state"] for entry in practice.ok("queue", "--all", "--json").json}
        assert everything == {"m1": "folded", "m2": "waiting"}
        practice.ok("approve", "m2", "--now")
        assert len(sent(practice)) == 1

    def test_a_letter_somebody_wrote_on_is_not_swallowed(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE)
        practice.ok("edit", "m1", "--body", "-", stdin="My own words.")
        writes(practice, SCHEDULING)
        first, second = sorted(waiting(practice), key=lambda entry: str(entry["id"]))
        assert first["draft"]["body"] == "My own words."
        assert any("they wrote again" in why for why in first["draft"]["blocked"])
        assert second["folds"] == []

    def test_a_note_goes_along(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE)
        practice.ok("edit", "m1", "--note", "It was good to talk to you.")
        writes(practice, SCHEDULING)
        (item,) = waiting(practice)
        assert "It was good to talk to you." in item["draft"]["body"]

    def test_what_was_folded_waits_again_when_the_later_mail_was_nothing(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE)
        writes(practice, SCHEDULING)
        practice.ok("relabel", "m2", "spam")
        states = {entry["id"]: entry for entry in practice.ok("queue", "--all", "--json").json}
        assert states["m1"]["state"] == "waiting"
        assert "in network with Aetna" in states["m1"]["draft"]["body"]

    def test_undoing_that_word_folds_them_again(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE)
        writes(practice, SCHEDULING)
        (before,) = waiting(practice)
        practice.ok("relabel", "m2", "spam")
        practice.ok("undo", "m2")
        (after,) = waiting(practice)
        assert after["folds"] == ["m1"]
        assert after["draft"]["body"] == before["draft"]["body"]

    def test_a_changed_subject_in_an_old_thread_is_a_new_inquiry_of_the_same_lead(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE, subject="Insurance", message_id="<first@example.org>")
        practice.ok("queue", "--json")
        practice.ok("approve", "m1", "--now")
        ours = sent(practice)[0]["Message-ID"]
        writes(practice, SCHEDULING, subject="Appointment", In_Reply_To=ours, References=f"<first@example.org> {ours}")
        (item,) = waiting(practice)
        assert item["draft"]["subject"] == "Re: Appointment"
        assert item["lead"]["id"] == "p1"
        assert "Thank you for writing to" not in item["draft"]["body"], "they are no newcomer any more"
        events = practice.ok("lead", "show", "p1", "--json").json["events"]
        assert [event["kind"] for event in events].count("asked") == 2


class TestWroteOfDanger:
    URGENT = "I have taken all my pills tonight and I do not want to wake up. I just wanted somebody to know."

    def test_no_ordinary_letter_goes_while_a_danger_mail_waits(self, practice: Practice) -> None:
        writes(practice, self.URGENT)
        writes(practice, ASKS_INSURANCE)
        danger, letter = waiting(practice)
        assert danger["disposition"] == "urgent"
        assert any("danger" in why for why in letter["draft"]["blocked"])
        assert practice.run("approve", letter["id"]).code == 1
        practice.ok("done", danger["id"], "--how", "phone")
        (letter,) = waiting(practice)
        assert letter["draft"]["blocked"] == []


def test_what_the_owner_settled_does_not_block_the_older_letter_any_more(practice: Practice) -> None:
    writes(practice, ASKS_INSURANCE)
    practice.ok("edit", "m1", "--body", "-", stdin="My own words.")
    writes(practice, SCHEDULING)
    blocked = {item["id"]: item["draft"]["blocked"] for item in waiting(practice)}
    assert any("they wrote again" in why for why in blocked["m1"])
    practice.ok("done", "m2", "--how", "none")
    assert {item["id"]: item["draft"]["blocked"] for item in waiting(practice)} == {"m1": []}


def test_an_address_that_nobody_reads_is_answered_only_on_purpose(practice: Practice) -> None:
    writes(practice, ASKS_INSURANCE, sender="Jane Doe <jane@example.org>", Reply_To="no-reply@forms.example")
    for item in waiting(practice):
        assert item["draft"] is None or any("nobody reads" in why for why in item["draft"]["blocked"])


class TestKnownPeople:
    def test_a_known_client_is_never_sent_a_newcomers_letter(self, practice: Practice) -> None:
        practice.ok("lead", "add", "jane@example.org", "--stage", "engage")
        writes(practice, ASKS_ROOM)
        (item,) = waiting(practice)
        assert item["kind"] == "client"
        if item["draft"] is not None:
            assert "new clients" not in item["draft"]["body"]
            assert "first session" not in item["draft"]["body"]

    def test_clients_come_from_a_list(self, practice: Practice, tmp_path: Path) -> None:
        (tmp_path / "clients.csv").write_text("Name,E-mail\nJane Doe,jane@example.org\n")
        practice.ok("lead", "import", str(tmp_path / "clients.csv"))
        writes(practice, ASKS_INSURANCE)
        assert waiting(practice)[0]["kind"] == "client"
        assert waiting(practice)[0]["lead"]["stage"] == "engage"


class TestReferral:
    FIT = """
    [practice.fit]
    works_with = ["adults", "couples", "teens"]
    does_not_work_with = ["children under 12"]
    [[practice.fit.referrals]]
    name = "Dr. Lee, child psychologist"
    contact = "lee@kids.example"
    for = ["children"]
    """

    def referring(self, home: Path) -> Practice:
        made = Practice.in_folders(home)
        before, _, rest = made.config.read_text().partition("[practice.fit]")
        after = rest[rest.index("[[accounts]]") :]
        made.config.write_text(before + "\n".join(line.strip() for line in self.FIT.splitlines()) + "\n" + after)
        return made

    def test_a_kind_no_names_somebody_and_is_logged(self, tmp_path: Path) -> None:
        practice = self.referring(tmp_path)
        writes(practice, FOR_A_CHILD)
        (item,) = waiting(practice)
        body = item["draft"]["body"]
        assert "children under 12" in body
        assert "Dr. Lee, child psychologist (lee@kids.example)" in body
        assert "reply with" not in body, "a no does not end like a yes"
        assert practice.ok("lead", "show", "p1", "--json").json["outcome"] == "open"
        practice.ok("approve", item["id"], "--now")
        lead = practice.ok("lead", "show", "p1", "--json").json
        assert lead["outcome"] == "referred_out"
        assert [e["note"] for e in lead["events"] if e["kind"] == "referred out"] == ["to Dr. Lee, child psychologist"]

    def test_a_referral_that_was_struck_out_is_not_logged(self, tmp_path: Path) -> None:
        practice = self.referring(tmp_path)
        writes(practice, FOR_A_CHILD)
        practice.ok("edit", "m1", "--body", "-", stdin="Please call me, I can see him after all.")
        practice.ok("queue", "--json")
        practice.ok("approve", "m1", "--now")
        assert practice.ok("lead", "show", "p1", "--json").json["outcome"] == "open"


class TestOwnResponses:
    def with_response(self, home: Path, name: str, text: str) -> Practice:
        made = Practice.in_folders(home, '\n[responses]\npath = "mine"\n')
        (home / "mine").mkdir()
        (home / "mine" / name).write_text(text)
        return made

    def test_a_changed_response_redoes_only_what_waits_unedited(self, tmp_path: Path) -> None:
        practice = self.with_response(tmp_path, "insurance.md", '+++\ntitle = "Mine"\n+++\nFirst words.\n')
        for n in range(3):
            practice.receive(mail(sender=f"P{n} <p{n}@example.org>"))
        practice.ok("poll")
        assert all("First words." in entry["draft"]["body"] for entry in waiting(practice))
        practice.ok("approve", "m1")
        practice.ok("edit", "m2", "--body", "-", stdin="By hand.")
        practice.ok("edit", "m3", "--note", "See you.")
        (tmp_path / "mine" / "insurance.md").write_text('+++\ntitle = "Mine"\n+++\nSecond words.\n')
        everything = {entry["id"]: entry for entry in practice.ok("queue", "--all", "--json").json}
        assert "First words." in everything["m1"]["draft"]["body"], "approved"
        assert everything["m2"]["draft"]["body"] == "By hand."
        assert "Second words." in everything["m3"]["draft"]["body"]
        assert "See you." in everything["m3"]["draft"]["body"]
        practice.ok("send")
        assert "First words." in plain_text(sent(practice)[0])

    def test_a_fact_that_is_given_heals_the_drafts_that_missed_it(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        full = practice.config.read_text()
        practice.config.write_text(full.replace('fee = "$160 for 50 minutes"\n', ""))
        writes(practice, ASKS_INSURANCE)
        (item,) = waiting(practice)
        assert item["draft"]["blocked"] == ["to fill in: practice.insurance.fee"]
        practice.config.write_text(full)
        (item,) = waiting(practice)
        assert item["draft"]["blocked"] == []
        assert "$160 for 50 minutes" in item["draft"]["body"]

    def test_an_owners_file_goes_with_the_letter(self, tmp_path: Path) -> None:
        text = '+++\ntitle = "Mine"\nattach = ["fees.pdf"]\nstage = "intake"\n+++\nPlease see the list.\n'
        practice = self.with_response(tmp_path, "insurance.md", text)
        writes(practice, ASKS_INSURANCE)
        (item,) = waiting(practice)
        assert any("fees.pdf" in why for why in item["draft"]["blocked"]), "the file is not there"
        (tmp_path / "mine" / "fees.pdf").write_bytes(b"%PDF-1.4 old")
        (item,) = waiting(practice)
        assert item["draft"]["blocked"] == []
        assert item["draft"]["attachments"] == ["fees.pdf"]
        shown = item["draft"]["sha256"]
        (tmp_path / "mine" / "fees.pdf").write_bytes(b"%PDF-1.4 new")
        assert practice.run("approve", "m1", "--sha256", shown).code == 1, "another file is another letter"
        practice.ok("show", "m1")
        practice.ok("approve", "m1", "--now")
        (mail_,) = sent(practice)
        (attached,) = mail_.iter_attachments()
        assert attached.get_filename() == "fees.pdf"
        assert attached.get_content() == b"%PDF-1.4 new"
        assert practice.ok("lead", "show", "p1", "--json").json["stage"] == "intake"

    def test_every_paragraph_has_its_source(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE)
        (item,) = waiting(practice)
        draft = item["draft"]
        assert "\n\n".join(source["text"] for source in draft["sources"]) == draft["body"]
        by_label = {source["label"]: source for source in draft["sources"]}
        assert by_label["insurance"]["file"] == "insurance.md"
        assert "practice.insurance.in_network" in by_label["insurance"]["facts"]
        shown = practice.ok("show", "m1").out
        assert "insurance: insurance.md (practice.insurance.in_network" in shown


class TestUnderstoodInPart:
    def test_a_question_nobody_heard_leaves_a_hole_that_blocks(self, practice: Practice) -> None:
        writes(practice, ASKS_INSURANCE + " By the way, did you ever get the fax from my old landlord?")
        (item,) = waiting(practice)
        assert any("question" in why for why in item["draft"]["blocked"])
        assert any("landlord" in remark for remark in item["draft"]["remarks"])
        assert "landlord" not in item["draft"]["body"]
        practice.ok("queue", "--json")
        assert practice.run("approve", "m1").code == 1


def test_a_late_answer_says_so_and_an_early_one_does_not(tmp_path: Path) -> None:
    practice = Practice.in_folders(tmp_path)
    practice.receive(mail(sender="A <a@example.org>"), days_ago=20)
    practice.receive(mail(sender="B <b@example.org>"))
    practice.ok("poll")
    late = {item["from"]: "had to wait" in item["draft"]["body"] for item in waiting(practice)}
    assert late == {"a@example.org": True, "b@example.org": False}
