"""The figures of the report: each definition on small cases, and the store's selection against whole histories."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxtriage import shipped
from inboxtriage.config.settings import Settings
from inboxtriage.hours.office import office_hours
from inboxtriage.journey.history import living, standing
from inboxtriage.journey.lead import CONTACTS, Event, EventKind
from inboxtriage.journey.measures.journeys import months_before, shown_source
from inboxtriage.journey.measures.months import months_of
from inboxtriage.journey.measures.report import Report, measured, reach
from inboxtriage.journey.measures.rows import Fact, Facts, Mail, Period, Person, Rows, Spoken, Standard
from inboxtriage.journey.measures.spread import Spread, share, spread
from inboxtriage.journey.measures.tracks import tracks
from inboxtriage.journey.plan import FILE, read_plan
from inboxtriage.journey.stage import STAGES
from inboxtriage.store import leads, measures
from inboxtriage.store.database import Database, stamp

UTC_ZONE = ZoneInfo("UTC")
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 29), UTC_ZONE)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
STANDARD = Standard({"urgent": 1.0, "reply": 8.0, "read": 16.0}, read_plan([shipped.folder("responses") / FILE]))
HOURS = office_hours(Settings())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fact(person: int, kind: EventKind, when: str, stage: str | None = None, what: str = "", value: str = "") -> Fact:
    return Fact(0, person, kind, at(when), stage, what, value)  # type: ignore[arg-type]


def report(
    facts: Sequence[Fact] = (),
    mails: Sequence[Mail] = (),
    people: Sequence[Person] | None = None,
    spoken: Sequence[Spoken] = (),
) -> Report:
    if people is None:
        first = {one.person: one.at for one in reversed(facts)}
        people = [Person(number, "email", when) for number, when in first.items()]
    numbered = [one._replace(id=n) for n, one in enumerate(facts, 1)]
    ever = frozenset(one.what for one in facts if one.kind == "logged")
    return measured(Rows(people, Facts(numbered), spoken, mails, ever_logged=ever), PERIOD, STANDARD, HOURS, NOW)


def mail(
    when: str, ended: str | None = None, *, end: str = "answered", due: str | None = None, person: int = 1
) -> Mail:
    due_at = at(due) if due else HOURS.after(at(when), 8)
    return Mail(person, at(when), "reply", ("fit",), due_at, end, at(ended) if ended else None)  # type: ignore[arg-type]


class TestSpread:
    def test_too_few_to_say(self) -> None:
        assert spread([1, 2, 3, 4]) == Spread(4, None, None)
        assert share(4, 4).share is None
        assert share(0, 0).share is None

    def test_nine_of_ten_lie_within(self) -> None:
        assert spread([float(n) for n in range(1, 11)]) == Spread(10, 5.5, 9)
        assert spread([1, 1, 1, 1, 30]) == Spread(5, 1, 30)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.floats(0, 1e6), min_size=5, max_size=30))
    def test_the_ninth_tenth(self, values: list[float]) -> None:
        found = spread(values)
        assert found.p90 is not None
        within = sum(value <= found.p90 + 0.01 for value in values)
        assert within >= 0.9 * len(values)
        below = sum(value < found.p90 - 0.01 for value in values)
        assert below < 0.9 * len(values)


class TestAnswers:
    def test_time_is_counted_in_office_hours(self) -> None:
        mails = [mail("2026-11-20T16:00", "2026-11-23T10:00") for _ in range(5)]  # over a weekend
        assert report(mails=mails).response[0].hours == Spread(5, 2, 2)

    def test_what_is_overdue_was_not_kept_and_what_was_settled_owed_nothing(self) -> None:
        mails = [
            *[mail("2026-11-02T09:00", "2026-11-02T10:00") for _ in range(4)],
            mail("2026-11-02T09:00", "2026-11-04T10:00"),
            mail("2026-11-02T09:00", end="waiting"),
            mail("2026-11-27T16:00", end="waiting", due="2026-11-30T15:00"),
            mail("2026-11-02T09:00", "2026-11-09T10:00", end="without"),
        ]
        found = report(mails=mails).response[0]
        assert (found.mails, found.waiting, found.overdue, found.without) == (8, 2, 1, 1)
        assert (found.kept.count, found.kept.n, found.hours.n) == (4, 6, 5)

    def test_mail_from_before_the_period_is_only_in_its_month(self) -> None:
        found = report(mails=[mail("2026-08-10T09:00", "2026-08-10T10:00")])
        assert found.response[0].mails == 0
        assert {month.month: month.mails for month in found.months}["2026-08"] == 1

    def test_a_question_led_to_a_client_only_if_it_came_before(self) -> None:
        facts = [
            fact(1, "asked", "2026-09-02T09:00", "inquire"),
            fact(1, "moved", "2026-09-12T09:00", "enroll"),
            fact(2, "asked", "2026-09-02T09:00", "inquire"),
            fact(2, "moved", "2026-09-03T09:00", "enroll"),
            fact(3, "asked", "2026-09-02T09:00", "inquire"),
        ]
        mails = [mail("2026-09-04T09:00", "2026-09-04T10:00", person=n) for n in (1, 2, 3)]
        (question,) = report(facts, mails).questions
        assert (question.mails, question.clients.count, question.clients.n) == (3, 1, 2)


class TestJourney:
    def test_the_funnel_counts_those_who_came_in_the_period(self) -> None:
        facts = [
            fact(1, "asked", "2026-09-02T09:00", "inquire"),
            fact(1, "moved", "2026-09-10T09:00", "intake"),
            fact(1, "moved", "2026-09-20T09:00", "engage"),
            fact(2, "asked", "2026-10-02T09:00", "inquire"),
            fact(2, "closed", "2026-10-22T09:00", value="no_answer"),
            fact(3, "added", "2026-10-02T09:00", "engage"),  # a client whom the owner wrote down
            fact(4, "asked", "2026-05-02T09:00", "inquire"),
        ]
        found = report(facts).funnel
        assert (found.people, found.were_clients) == (2, 1)
        reached = {step.stage: step.reached.count for step in found.stages}
        assert reached == dict(zip(STAGES, (2, 2, 1, 1, 1, 0, 0), strict=True))
        assert {one.outcome: one.people for one in found.outcomes} == {"open": 1, "no_answer": 1}
        assert {step.stage: step.now for step in found.stages if step.now} == {"inquire": 1, "engage": 2}

    def test_a_stay_counts_in_the_period_in_which_it_ended(self) -> None:
        facts = [
            fact(1, "asked", "2026-08-22T09:00", "inquire"),
            fact(1, "moved", "2026-09-01T09:00", "intake"),
            fact(1, "moved", "2026-09-01T09:00", "intake"),  # the same again is no move
            fact(1, "moved", "2026-08-01T09:00", "enroll"),  # dated back: no stay of less than nothing
        ]
        stays = {stay.stage: stay.days.n for stay in report(facts).time_in_stage}
        assert stays == {**dict.fromkeys(STAGES, 0), "inquire": 1}

    def test_who_came_round_again_stayed(self) -> None:
        facts = [fact(n, "added", "2026-01-02T09:00", "engage") for n in range(1, 8)]
        facts += [fact(1, "moved", "2026-09-02T09:00", "follow_up"), fact(1, "moved", "2026-11-02T09:00", "enroll")]
        facts += [fact(2, "moved", "2026-09-02T09:00", "wrap_up")]
        facts += [fact(3, "closed", "2026-09-02T09:00", value="ended")]
        six = next(one for one in report(facts).retention if one.months == 6)
        assert (six.kept.n, six.kept.count, six.finished, six.left) == (7, 5, 1, 1)
        assert six.kept.share == pytest.approx(5 / 7, abs=1e-4)

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("form", "form"),
            ("Book  fair", "Book fair"),
            ("jane@example.org", "somebody's word"),
            ("Jane Doe", "somebody's word"),
            ("by jane DOE, a friend", "somebody's word"),
            ("called from 555-010-0123", "somebody's word"),
            ("", "other"),
        ],
    )
    def test_a_source_that_could_name_somebody_is_not_said(self, source: str, shown: str) -> None:
        assert shown_source(source, frozenset({"jane doe"})) == shown

    def test_a_rare_source_of_own_words_is_other(self) -> None:
        people = [Person(n, "Dr. Lee" if n == 1 else "Book fair", at("2026-10-02T09:00")) for n in range(1, 5)]
        found = report(people=people).funnel.sources
        assert [(one.source, one.clients.n) for one in found] == [("Book fair", 3), ("other", 1)]


class TestService:
    def test_scores(self) -> None:
        facts = [fact(n, "scored", "2026-10-02T09:00", what="satisfaction", value=str(n % 11)) for n in range(22)]
        facts.append(fact(1, "scored", "2026-10-02T09:00", what="satisfaction", value="eleven"))
        (found,) = report(facts).satisfaction
        assert (found.score.n, found.low.count) == (22, 14)
        assert found.net == pytest.approx((4 - 14) / 22, abs=1e-4)
        assert [one.n for one in found.scores] == [2] * 11

    def test_no_net_share_of_few(self) -> None:
        facts = [fact(n, "scored", "2026-10-02T09:00", what="satisfaction", value="9") for n in range(19)]
        assert report(facts).satisfaction[0].net is None

    def test_a_keeping_keeps_one_promise(self) -> None:
        facts = [
            fact(1, "promised", "2026-10-01T09:00", value="2026-10-05"),
            fact(1, "promised", "2026-10-01T10:00", value="2026-10-05"),
            fact(1, "promise kept", "2026-10-05T09:00", value="2026-10-05"),
            fact(2, "promised", "2026-10-01T09:00", value="2026-10-05"),
            fact(2, "promise kept", "2026-10-06T09:00", value="2026-10-05"),
            fact(3, "promised", "2026-11-20T09:00", value="2026-11-29"),  # today: not due yet
            fact(4, "promised", "2026-10-01T09:00", value="soon"),
        ]
        found = report(facts).promises
        assert (found.kept.count, found.kept.n, found.late, found.open) == (1, 3, 1, 1)

    def test_words_of_mouth(self) -> None:
        facts = [
            fact(1, "asked", "2026-09-02T09:00", "inquire"),
            fact(1, "referred by", "2026-09-02T09:00", value="p9"),
            fact(2, "asked", "2026-09-02T09:00", "inquire"),
            fact(2, "referred by", "2026-09-02T09:00", value="Dr. Lee"),
            fact(2, "referred out", "2026-09-03T09:00"),
            fact(1, "moved", "2026-09-22T09:00", "enroll"),
            fact(3, "consented", "2026-09-22T09:00", what="testimonial", value="website"),
            fact(3, "consent withdrawn", "2026-10-22T09:00", what="testimonial"),
        ]
        found = report(facts)
        assert (found.referrals.received, found.referrals.from_people, found.referrals.given) == (2, 1, 1)
        assert (found.referrals.clients.count, found.referrals.clients.n) == (1, 2)
        assert found.praise.consents == 0


class TestWork:
    def test_by_tier(self) -> None:
        facts = [
            fact(1, "asked", "2026-09-02T09:00", "inquire"),
            fact(2, "asked", "2026-09-02T09:00", "inquire"),
            fact(1, "tier", "2026-09-02T09:00", value="A"),
            fact(2, "referred by", "2026-09-02T09:00", value="p1"),
            fact(1, "logged", "2026-10-02T09:00", what="hours", value="1.5"),
            fact(1, "logged", "2026-10-02T09:00", what="revenue", value="240"),
            fact(1, "logged", "2026-10-02T09:00", what="revenue", value="a lot"),
            fact(1, "logged", "2026-02-02T09:00", what="revenue", value="1000"),
        ]
        spoken = [Spoken(1, "asked", 3), Spoken(1, "letter sent", 2), Spoken(2, "contact", 1)]
        found = report(facts, spoken=spoken)
        a, none = found.tiers[0], found.tiers[3]
        assert (a.tier, a.people, a.mails, a.letters, a.hours, a.revenue, a.referrals) == ("A", 1, 3, 2, 1.5, 240, 1)
        assert (none.people, none.contacts) == (1, 1)
        assert (found.money.revenue, found.money.hours, found.money.per_hour) == (240, 1.5, 160)

    def test_what_was_never_logged_is_not_zero(self) -> None:
        found = report([fact(1, "asked", "2026-09-02T09:00", "inquire")])
        assert (found.money.revenue, found.money.hours, found.money.per_hour) == (None, None, None)
        assert {month.revenue for month in found.months} == {None}

    def test_nothing_is_known_of_nothing(self) -> None:
        found = report()
        assert found.is_empty
        assert found.months == ()


class TestMonths:
    def test_at_least_a_year_is_drawn(self) -> None:
        months = months_of(PERIOD)
        assert (months[0].since, months[-1].until, len(months)) == (date(2025, 12, 1), PERIOD.until, 12)
        assert reach(PERIOD) == datetime(2025, 12, 1, tzinfo=UTC)

    def test_no_more_than_three(self) -> None:
        assert len(months_of(Period(date(2000, 1, 1), date(2026, 1, 1), UTC_ZONE))) == 36

    @given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
    def test_months_before(self, day: date, months: int) -> None:
        found = months_before(day, months)
        assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
        assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


# --- what the store selects, against whole histories ---

KINDS: tuple[EventKind, ...] = (
    "asked", "wrote", "reply sent", "letter sent", "contact", "noted", "added", "moved", "referred out", "closed",
    "reopened", "undone", "tier", "referred by", "survey sent", "scored", "consented", "consent withdrawn", "testimonial",
    "logged", "promised", "promise kept", "checked", "draft approved",
)  # fmt: skip
VALUES = {
    "closed": ("declined", "withdrawn", "no_answer", "ended", "referred_out"),
    "tier": ("A", "B", "C", ""),
    "referred by": ("p1", "p2", "p3", "Dr. Lee"),
    "scored": ("3", "9", "10", "x"),
    "logged": ("12.5", "100", "many"),
    "promised": ("2026-09-20", "2026-11-10"),
    "promise kept": ("2026-09-20", "2026-11-10"),
}
WHATS = {"scored": ("satisfaction",), "survey sent": ("satisfaction",), "logged": ("revenue", "hours")}


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Event]]:
    """Events of four leads, in the order in which they are recorded; some dated back, some undone."""
    made: list[tuple[int, Event]] = []
    for _ in range(draw(st.integers(1, 30))):
        kind = draw(st.sampled_from(KINDS))
        lead = draw(st.integers(1, 4))
        value = draw(st.sampled_from(VALUES.get(kind, ("",))))
        if kind == "undone":
            mine = [event.id for who, event in made if who == lead and event.kind != "undone"]
            if not mine:
                continue
            value = str(draw(st.sampled_from(mine)))
        stage = draw(st.sampled_from(STAGES)) if kind in {"moved", "added", "asked"} else None
        if kind == "asked" and draw(st.booleans()):
            stage = None
        when = at("2025-10-01T00:00") + timedelta(hours=draw(st.integers(0, 424 * 24)))
        what = draw(st.sampled_from(WHATS.get(kind, ("",))))
        made.append((lead, Event(kind, when, "test", stage=stage, what=what, value=value, id=len(made) + 1)))
    return made


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.sampled_from([{}, {2: 1}, {3: 1, 4: 3}, {1: 4, 2: 4}]))
def test_what_is_selected_gives_what_everything_gives(
    folder: Path, history: list[tuple[int, Event]], merged: dict[int, int]
) -> None:
    db = Database(folder)
    with db.writing():
        db.run("DELETE FROM event")
        db.run("UPDATE lead SET merged_into = NULL")
        db.run("DELETE FROM lead")
        for number in range(1, 5):
            row = {"id": number, "source": "email", "first_seen_at": stamp(at(f"2026-0{number + 4}-20T09:00"))}
            db.insert("lead", row)
        for one, into in merged.items():
            db.run("UPDATE lead SET merged_into = ? WHERE id = ?", into, one)
        for lead, event in history:
            row = {"id": event.id, "lead": lead, "kind": event.kind, "stage": event.stage, "at": stamp(event.at)}
            db.insert("event", {**row, "cause": "test", "note": "", "what": event.what, "value": event.value})
    selected = measures.rows(db, PERIOD.begin, PERIOD.end, reach(PERIOD))
    whole = _everything(db, merged)
    db.close()
    assert measured(selected, PERIOD, STANDARD, HOURS, NOW) == measured(whole, PERIOD, STANDARD, HOURS, NOW)


def _everything(db: Database, merged: dict[int, int]) -> Rows:
    """The rows by the pure definitions alone: every event that counts, every lead under the one that stays."""

    def root(number: int) -> int:
        return root(merged[number]) if number in merged else number

    facts = []
    for lead, events in leads.all_events(db).items():
        for event in living(events):
            value = (
                f"p{root(int(event.value[1:]))}"
                if event.kind == "referred by" and event.value[0] == "p"
                else event.value
            )
            facts.append(Fact(event.id, root(lead), event.kind, event.at, event.stage, event.what, value))
    people: dict[int, Person] = {}
    for one in leads.everyone(db):
        number = root(int(one.id[1:]))
        seen = min(one.first_seen_at, people[number].first_seen_at) if number in people else one.first_seen_at
        people[number] = Person(number, one.source, seen)
    spoken = [Spoken(one.person, one.kind, 1) for one in facts if one.kind in CONTACTS and PERIOD.holds(one.at)]
    ordered = sorted(people.values(), key=lambda person: person.first_seen_at)
    facts = [one for one in facts if one.at < PERIOD.end or one.kind == "promise kept"]
    ever = frozenset(one.what for one in facts if one.kind == "logged")
    return Rows(ordered, Facts(sorted(facts)), spoken, ever_logged=ever)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_where_somebody_stands_is_what_their_history_says(history: list[tuple[int, Event]]) -> None:
    for lead in range(1, 5):
        events = [event for who, event in history if who == lead]
        alive = living(events)
        facts = Facts(Fact(e.id, lead, e.kind, e.at, e.stage, e.what, e.value) for e in alive)
        track = tracks([Person(lead, "email", at("2025-09-01T00:00"))], facts)[lead]
        later = at("2030-01-01T00:00")
        expected = standing(events)
        assert track.stage_at(later) == expected.stage
        assert track.outcome_at(later) == expected.outcome
        assert (track.tier_at(later) or None) == expected.tier


def test_what_was_undone_counts_no_more(folder: Path) -> None:
    """Also where the undoing is recorded after the period."""
    db = Database(folder)
    with db.writing():
        lead = leads.add(db, address=None, name=None, phone=None, source="email", at=at("2026-09-05T09:00"))
        moved = leads.happened(db, lead, "moved", at=at("2026-10-01T09:00"), cause="test", stage="enroll")
        leads.happened(db, lead, "undone", at=at("2026-12-05T09:00"), cause="test", value=str(moved))
    found = measures.rows(db, PERIOD.begin, PERIOD.end, reach(PERIOD))
    db.close()
    assert [one for one in found.facts.all if one.person == lead] == []
