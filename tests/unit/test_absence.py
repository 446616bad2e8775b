"""The rules of what is acknowledged during an absence, the moments of an absence, and the text that is bound."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.approval.audit import GENESIS, Act, Action, Entry, seal
from inboxtriage.approval.standing import LATE, Arrived, Wording, digest, name_of, unauthorised, why_not
from inboxtriage.config.settings import Absence, Hours, Practice, Settings, Standards
from inboxtriage.hours.absence import Away, away
from inboxtriage.hours.office import office_hours
from inboxtriage.message.model import Automated, Message, Person, Words
from inboxtriage.triage.verdict import Verdict

ABSENCE = Absence(date(2026, 10, 30), date(2026, 11, 2))  # summer time ends in New York on 1 November
Said = tuple[Action, str, str]
OWN = frozenset({"hello@harbor.example"})
GOOD_PERSON = Person("Jane", "jane@example.org", "jane@example.org", None, "from")
GOOD_MESSAGE = Message(
    "<1@example.org>", None, (), None, "Hello", None, ("hello@harbor.example",), GOOD_PERSON, Words("", ""), None
)
GOOD_VERDICT = Verdict("reply", "asks", kind="inquiry", labels=("insurance",))


def span(absence: Absence = ABSENCE, *, zone: str = "America/New_York", holidays: tuple[str, ...] = ()) -> Away:
    hours = Hours(mon=("09:00-17:00",), tue=("09:00-17:00",), wed=("09:00-17:00",), fri=("09:00-17:00",))
    wanted = Standards(absences=(absence,), holidays=holidays)
    settings = Settings(practice=Practice(timezone=zone, hours=hours), standards=wanted)
    return away(office_hours(settings), settings.standards, absence)


AWAY = span()
NOON = datetime(2026, 10, 31, 16, tzinfo=UTC)
GOOD = Arrived(NOON, "waiting", "hello@harbor.example", GOOD_VERDICT, GOOD_MESSAGE)


def refused(mail: Arrived, *, approved: datetime = AWAY.starts, now: datetime | None = None) -> str | None:
    return why_not(mail, AWAY, approved, now or mail.received_at, OWN)


class TestMoments:
    def test_both_midnights_are_the_practices_own_across_the_change_of_the_clock(self) -> None:
        assert datetime(2026, 10, 30, 4, tzinfo=UTC) == AWAY.starts  # EDT
        assert datetime(2026, 11, 3, 5, tzinfo=UTC) == AWAY.ends  # EST

    def test_the_answer_comes_within_the_standard_on_days_that_are_open(self) -> None:
        assert (AWAY.first, AWAY.last, AWAY.back) == (ABSENCE.from_, ABSENCE.until, date(2026, 11, 3))
        assert datetime(2026, 11, 3, 22, tzinfo=UTC) == AWAY.answer_at

    def test_a_holiday_and_a_closed_day_after_it_are_no_day_of_return(self) -> None:
        when = span(Absence(date(2026, 10, 30), date(2026, 11, 3)), holidays=("2026-11-04",))
        assert when.back == date(2026, 11, 6), "Wednesday is a holiday, Thursday is closed"

    def test_a_practice_that_does_not_open_again_promises_nothing(self) -> None:
        shut = Absence(date(2026, 11, 1), date(2030, 1, 1))
        when = _shut(shut)
        assert (when.back, when.answer_at) == (None, None)

    @given(
        st.dates(date(2024, 1, 1), date(2030, 1, 1)),
        st.integers(0, 40),
        st.sampled_from(["America/New_York", "Europe/Madrid", "America/Santiago", "Africa/Cairo", "Pacific/Apia"]),
    )
    def test_what_is_promised_lies_after_it_and_each_moment_is_in_it_by_its_local_day(
        self, first: date, days: int, zone: str
    ) -> None:
        last = first + timedelta(days=days)
        when = span(Absence(first, last), zone=zone)
        assert when.answer_at is not None
        assert when.ends <= when.answer_at
        for moment in (when.starts - timedelta(seconds=1), when.starts, when.ends - timedelta(seconds=1), when.ends):
            assert when.covers(moment) == (first <= moment.astimezone(ZoneInfo(zone)).date() <= last)


def _shut(absence: Absence) -> Away:
    settings = Settings(standards=Standards(absences=(absence, Absence(date(2026, 1, 1), date(2040, 1, 1)))))
    return away(office_hours(settings), settings.standards, absence)


class TestRules:
    def test_a_plain_question_of_a_person_is_acknowledged(self) -> None:
        assert refused(GOOD) is None

    @pytest.mark.parametrize("kind", ["client", "inquiry"])
    @pytest.mark.parametrize("disposition", ["reply", "read"])
    def test_so_is_what_a_client_writes_or_what_is_not_understood(self, kind: str, disposition: str) -> None:
        verdict = replace(GOOD_VERDICT, kind=kind, disposition=disposition)  # type: ignore[arg-type]
        assert refused(replace(GOOD, verdict=verdict)) is None

    @pytest.mark.parametrize(
        "verdict",
        [
            replace(GOOD_VERDICT, disposition="urgent", urgent=True),
            replace(GOOD_VERDICT, urgent=True),
            replace(GOOD_VERDICT, reason="unsure; look twice: some words could mean danger"),
            replace(GOOD_VERDICT, disposition="ignore"),
            replace(GOOD_VERDICT, disposition="quarantine", kind=None),
            *(replace(GOOD_VERDICT, disposition="read", kind=kind) for kind in ("vendor", "spam", "colleague", None)),
        ],
    )
    def test_danger_machines_and_strangers_with_other_ends_are_not(self, verdict: Verdict) -> None:
        assert refused(replace(GOOD, verdict=verdict)) is not None

    @pytest.mark.parametrize(
        "person",
        [
            replace(GOOD_PERSON, answer_to=None),
            replace(GOOD_PERSON, answer_to="jane@ex ample.org"),
            replace(GOOD_PERSON, answer_to="Hello+x@Harbor.example"),
            replace(GOOD_PERSON, answer_to="no-reply@example.org"),
            replace(GOOD_PERSON, answer_to="MAILER-DAEMON@example.org"),
            replace(GOOD_PERSON, doubts=("answers go to somebody else",)),
            replace(GOOD_PERSON, via="forward"),
            replace(GOOD_PERSON, via="voicemail"),
        ],
    )
    def test_an_address_that_is_not_surely_theirs_is_not_written_to(self, person: Person) -> None:
        assert refused(replace(GOOD, message=replace(GOOD_MESSAGE, person=person))) is not None

    @pytest.mark.parametrize("via", ["from", "reply_to"])
    @pytest.mark.parametrize("sure", [True, False])
    def test_any_sign_of_a_machine_is_enough(self, via: str, sure: bool) -> None:
        person = replace(GOOD_PERSON, via=via)  # type: ignore[arg-type]
        message = replace(GOOD_MESSAGE, person=person, automated=Automated("list mail", sure=sure))
        assert refused(replace(GOOD, message=message)) == "list mail"

    def test_a_form_comes_by_a_machine_and_names_a_person(self) -> None:
        person = replace(GOOD_PERSON, via="form")
        by_form = replace(GOOD_MESSAGE, person=person, automated=Automated("sent by noreply", sure=False))
        assert refused(replace(GOOD, message=by_form)) is None
        answer = replace(by_form, automated=Automated("Auto-Submitted: auto-replied", sure=False, answer=True))
        assert refused(replace(GOOD, message=answer)) is not None

    @pytest.mark.parametrize(
        "mail",
        [
            replace(GOOD, written_to=None),
            replace(GOOD, state="answered"),
            replace(GOOD, state="ignored"),
            replace(GOOD, message=replace(GOOD_MESSAGE, encrypted=True)),
            replace(GOOD, message=replace(GOOD_MESSAGE, unreadable="cut off")),
        ],
    )
    def test_only_what_was_written_to_us_and_waits_and_was_read_whole(self, mail: Arrived) -> None:
        assert refused(mail) is not None

    @given(
        st.timedeltas(timedelta(days=-5), timedelta(days=8)),
        st.timedeltas(timedelta(days=-5), timedelta(days=8)),
        st.timedeltas(timedelta(days=-5), timedelta(days=8)),
    )
    def test_by_no_clock_is_anything_sent_outside_it_or_before_the_approval_or_late(
        self, came: timedelta, approved: timedelta, looked: timedelta
    ) -> None:
        received, at, now = (AWAY.starts + one for one in (came, approved, looked))
        allowed = refused(replace(GOOD, received_at=received), approved=at, now=now) is None
        wanted = (
            AWAY.starts <= received < AWAY.ends
            and AWAY.starts <= now < AWAY.ends
            and received >= at.replace(microsecond=0)
            and now - received <= LATE
            and received - now <= timedelta(hours=1)
        )
        assert allowed == wanted


class TestBinding:
    TEXT = Wording("en", "Away", "Until Monday.")

    @pytest.mark.parametrize(
        ("when", "zone", "text"),
        [
            (replace(AWAY, first=date(2026, 10, 29)), "UTC", TEXT),
            (replace(AWAY, last=date(2026, 11, 3)), "UTC", TEXT),
            (replace(AWAY, answer_at=None), "UTC", TEXT),
            (AWAY, "Europe/Madrid", TEXT),
            (AWAY, "UTC", replace(TEXT, language="es")),
            (AWAY, "UTC", replace(TEXT, subject="Away.")),
            (AWAY, "UTC", replace(TEXT, body="Until Monday")),
        ],
    )
    def test_whatever_changes_is_another_text(self, when: Away, zone: str, text: Wording) -> None:
        assert digest(when, zone, text) != digest(AWAY, "UTC", self.TEXT)

    @staticmethod
    def chain(*acts: Said) -> list[Entry]:
        entries: list[Entry] = []
        for seq, (action, item, sha256) in enumerate(acts, 1):
            act = Act(NOON, "maya", action, item, f"o{seq}" if action == "acknowledged" else "", sha256, "")
            entries.append(seal(seq, entries[-1].hash if entries else GENESIS, act))
        return entries

    def test_an_acknowledgement_needs_its_approval_before_it_and_not_withdrawn(self) -> None:
        name = name_of(ABSENCE.from_, "en")
        given: Said = ("standing approved", name, "a")
        taken: Said = ("standing withdrawn", name, "a")
        sent: Said = ("acknowledged", "m2", "a")
        assert unauthorised(self.chain(given, sent, taken)) == []
        assert len(unauthorised(self.chain(sent, given))) == 1
        assert len(unauthorised(self.chain(given, taken, sent))) == 1
        assert len(unauthorised(self.chain(given, ("acknowledged", "m2", "b")))) == 1
