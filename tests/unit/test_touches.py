"""When somebody is written to: never before its day, never on a day when nobody is there, once for each occurrence."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.config.settings import Absence, Hours, Practice, Settings, Standards
from inboxtriage.errors import ResponseFault
from inboxtriage.hours.decent import decent_from
from inboxtriage.hours.office import OfficeHours, office_hours
from inboxtriage.journey.dates import day_of, stated
from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import Event, EventKind, Lead
from inboxtriage.journey.plan import Plan, StagePlan, Survey, Touch, read_plan
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.journey.touches import Had, Occasion, Past, Reckoning, Upcoming

ROOT = Path(__file__).parents[2]
ZONES = ("America/New_York", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
NINE_TO_FIVE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
BORN = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
STARTS = st.integers(0, 364).map(lambda days: datetime(2026, 1, 1, 4, tzinfo=UTC) + timedelta(days=days))


def office(zone: str = "America/New_York", **standards: object) -> OfficeHours:
    practice = Practice(timezone=zone, hours=Hours(**NINE_TO_FIVE))  # type: ignore[arg-type]
    return office_hours(Settings(practice=practice, standards=Standards(**standards)))  # type: ignore[arg-type]


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def plan(**touches: Touch) -> Plan:
    stages = {stage: StagePlan(stage) for stage in STAGES}
    return Plan(stages, touches, surveys={"satisfaction": Survey("survey")})


def event(
    kind: EventKind, text: str, number: int, *, stage: Stage | None = None, what: str = "", value: str = ""
) -> Event:
    return Event(kind, at(text), f"o{number}", "", stage, what, value, number)


def upcoming(
    events: Sequence[Event], now: str, past: Past | None = None, hours: OfficeHours | None = None, **touches: Touch
) -> list[Upcoming]:
    lead = Lead("p1", "a@example.org", None, None, "email", events[0].at if events else BORN)
    return Reckoning(plan(**touches), hours or office(), at(now)).of(lead, standing(events), past or Past())


def when(found: Sequence[Upcoming], zone: str = "America/New_York") -> list[str]:
    return [f"{one.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for one in found]


NUDGE = Touch("silence", "silence", letter="nudge", days=5, times=2, then="no_answer")
ASKED = event("asked", "2026-03-02T10:00", 1, stage="inquire")
ANSWERED = event("reply sent", "2026-03-03T10:00", 2)


class TestCounting:
    @pytest.mark.parametrize(
        ("came", "days", "due"),
        [
            ("2026-03-02T10:00", 5, "2026-03-09T09:00"),  # a Saturday; over the start of daylight saving time
            ("2026-10-26T10:00", 7, "2026-11-02T09:00"),  # and over its end
            ("2026-03-02T10:00", 0, "2026-03-02T10:00"),  # at once, while somebody is there
            ("2026-03-02T18:00", 0, "2026-03-03T09:00"),
            ("2026-03-06T18:00", 0, "2026-03-09T09:00"),
            ("2026-03-02T23:59", 1, "2026-03-03T09:00"),  # its own day, on the practice's clock
            ("2026-12-31T10:00", 1, "2027-01-04T09:00"),  # New Year's Day is closed here
            ("2024-02-28T10:00", 1, "2024-02-29T09:00"),
            ("2026-03-02T10:00", -3, "2026-03-02T10:00"),  # never before what it is counted from
        ],
    )
    def test_from_a_stage(self, came: str, days: int, due: str) -> None:
        moved = event("moved", came, 7, stage="enroll")
        touch = Touch("welcome", "stage", letter="welcome", days=days)
        (found,) = upcoming([moved], came, hours=office(holidays=("US",)), welcome=touch)
        assert (when([found]), found.occurrence) == ([due], "7")

    def test_tiers_change_the_days_and_none_means_none(self) -> None:
        touch = Touch("hello", "contact", letter="x", days=100, tiers={"A": 10, "C": 0})
        known = [event("moved", "2026-03-02T10:00", 1, stage="engage"), event("contact", "2026-03-02T10:00", 2)]
        due = {}
        for tier in ("", "A", "B", "C"):
            due[tier] = when(
                upcoming([*known, event("tier", "2026-03-02T10:00", 3, value=tier)], "2026-03-02T12:00", hello=touch)
            )
        assert due == {"": ["2026-06-10T09:00"], "A": ["2026-03-12T09:00"], "B": ["2026-06-10T09:00"], "C": []}

    def test_contact_counts_whichever_way(self) -> None:
        touch = Touch("hello", "contact", letter="x", days=10)
        known = [event("moved", "2026-03-02T10:00", 1, stage="engage")]
        assert when(upcoming(known, "2026-03-02T12:00", hello=touch)) == ["2026-03-12T09:00"], "none yet: the stage"
        for kind in ("wrote", "asked", "reply sent", "letter sent", "contact"):
            heard = [*known, event(kind, "2026-04-01T10:00", 2)]
            assert when(upcoming(heard, "2026-04-02T12:00", hello=touch)) == ["2026-04-13T09:00"], kind

    def test_a_rejected_letter_comes_round_again(self) -> None:
        touch = Touch("hello", "contact", letter="x", days=10)
        known = [event("contact", "2026-03-02T10:00", 2)]
        had = Past({"hello": {"2.1": Had(at("2026-03-20T10:00"))}})
        (found,) = upcoming(known, "2026-03-20T12:00", had, hello=touch)
        assert (found.occurrence, when([found])) == ("2.2", ["2026-03-30T09:00"])


class TestDaysOfTheYear:
    BIRTHDAY = Touch("birthday", "date", what="birthday", letter="birthday", within=7)

    def found(self, stated_: str, now: str, touch: Touch = BIRTHDAY, past: Past | None = None) -> list[tuple[str, str]]:
        known = [
            event("moved", "2023-01-02T10:00", 1, stage="engage"),
            event("date", "2023-01-02T10:00", 2, what="birthday", value=stated_),
        ]
        found = upcoming(known, now, past, hello=touch)
        return list(zip([one.occurrence for one in found], when(found), strict=True))

    @pytest.mark.parametrize(
        ("day", "now", "due"),
        [
            ("--05-12", "2026-05-01T10:00", ("2026", "2026-05-12T09:00")),
            ("1980-05-12", "2026-05-13T10:00", ("2026", "2026-05-12T09:00")),  # missed, and not too late
            ("1980-05-12", "2026-05-20T10:00", ("2027", "2027-05-12T09:00")),
            ("--02-29", "2026-02-01T10:00", ("2026", "2026-03-02T09:00")),  # the first of March is a Sunday
            ("--02-29", "2028-02-01T10:00", ("2028", "2028-02-29T09:00")),
            ("--01-01", "2026-12-20T10:00", ("2027", "2027-01-01T09:00")),
            ("--12-31", "2027-01-02T10:00", ("2026", "2026-12-31T09:00")),
        ],
    )
    def test_each_year_once(self, day: str, now: str, due: tuple[str, str]) -> None:
        assert self.found(day, now) == [due]

    def test_days_before(self) -> None:
        early = Touch("birthday", "date", what="birthday", letter="birthday", days=-7)
        assert self.found("--01-04", "2026-12-20T10:00", early) == [("2027", "2026-12-28T09:00")]

    def test_one_that_was_seen_to_is_next_year(self) -> None:
        had = Past({"hello": {"2026": Had(at("2026-05-12T10:00"))}})
        assert self.found("--05-12", "2026-05-13T10:00", past=had) == [("2027", "2027-05-12T09:00")]

    def test_a_letter_by_hand_was_for_that_day(self) -> None:
        had = Past(by_hand={"birthday": at("2026-05-08T10:00")})
        assert self.found("--05-12", "2026-05-12T10:00", past=had) == []

    def test_no_season_from_before_they_came(self) -> None:
        season = Touch("season", "season", on="03-01", letter="season", stages=("follow_up",))
        came = [event("moved", "2026-10-05T10:00", 1, stage="follow_up")]
        assert when(upcoming(came, "2026-10-06T10:00", season=season)) == ["2027-03-01T09:00"]

    @given(st.text(alphabet="0123456789-", max_size=12))
    def test_any_text_is_a_day_or_none(self, text: str) -> None:
        day = stated(text)
        if day is not None:
            assert stated(day) == day
            assert all(day_of(day, year) is not None for year in (2023, 2024))
        assert day_of(text, 2023) is None or day_of(text, 2024) is not None


class TestSilence:
    def test_only_while_they_say_nothing(self) -> None:
        assert upcoming([ASKED], "2026-06-01T10:00", nudge=NUDGE) == [], "we owe the answer"
        assert when(upcoming([ASKED, ANSWERED], "2026-03-04T10:00", nudge=NUDGE)) == ["2026-03-09T09:00"]
        for kind in ("wrote", "contact"):
            spoken = event(kind, "2026-03-05T10:00", 3)
            assert upcoming([ASKED, ANSWERED, spoken], "2026-06-01T10:00", nudge=NUDGE) == [], kind

    def test_the_whole_row(self) -> None:
        """Each nudge leaves on its day: two come, then the end is proposed, and nothing after that."""
        events, told = [ASKED, ANSWERED], []
        had: dict[str, Had] = {}
        proposed: set[tuple[str, str]] = set()
        for day in range(90):
            now = at("2026-03-03T16:00") + timedelta(days=day)
            local = f"{now.astimezone(ZoneInfo('America/New_York')):%Y-%m-%dT%H:%M}"
            for one in upcoming(events, local, Past({"nudge": had}, proposed=frozenset(proposed)), nudge=NUDGE):
                if one.due_at > now:
                    continue
                told.append(("then" if one.then else one.occurrence, local[:10]))
                assert one.occurrence not in had
                if one.then:
                    proposed.add((one.then, one.cause))
                else:
                    had[one.occurrence] = Had(now)
                    events.append(Event("letter sent", now, f"o{len(events)}", what="nudge", id=len(events) + 1))
        assert told == [("2.1", "2026-03-09"), ("3.2", "2026-03-16"), ("then", "2026-03-23")]

    def test_an_answer_begins_a_new_row(self) -> None:
        nudged = event("letter sent", "2026-03-09T10:00", 3, what="nudge")
        had = Past({"nudge": {"2.1": Had(at("2026-03-09T10:00"))}})
        again = [
            ASKED,
            ANSWERED,
            nudged,
            event("asked", "2026-03-10T10:00", 4),
            event("reply sent", "2026-03-11T10:00", 5),
        ]
        (found,) = upcoming(again, "2026-03-12T10:00", had, nudge=NUDGE)
        assert (found.occurrence, found.then) == ("5.1", None)


class TestNothingIsDue:
    @pytest.mark.parametrize(
        "said",
        [
            event("closed", "2026-03-04T10:00", 9, value="declined"),
            event("referred out", "2026-03-04T10:00", 9),
            event("may be written to", "2026-03-04T10:00", 9, value="no"),
            event("proposed", "2026-03-04T10:00", 9, what="outcome", value="withdrawn"),
            event("proposed", "2026-03-04T10:00", 9, what="contact", value="no"),
        ],
        ids=lambda one: f"{one.kind} {one.what}",
    )
    def test_with_who_wants_no_more(self, said: Event) -> None:
        assert upcoming([ASKED, ANSWERED], "2026-06-01T10:00", nudge=NUDGE) != []
        assert upcoming([ASKED, ANSWERED, said], "2026-06-01T10:00", nudge=NUDGE) == []

    def test_a_stage_that_is_proposed_stops_nothing(self) -> None:
        said = event("proposed", "2026-03-04T10:00", 9, what="stage", value="intake")
        assert upcoming([ASKED, ANSWERED, said], "2026-06-01T10:00", nudge=NUDGE) != []

    def test_testimonials_only_of_who_was_content(self) -> None:
        touch = Touch("words", "event", what="scored: satisfaction", letter="testimonial", days=3)
        came = [event("moved", "2026-03-02T10:00", 1, stage="wrap_up")]
        for value, asked in (("9", 1), ("7", 1), ("6", 0), ("0", 0), ("", 0)):
            scored = {"scored: satisfaction": (Occasion("8", at("2026-03-02T10:00"), value),)}
            assert len(upcoming(came, "2026-03-03T10:00", Past(occasions=scored), words=touch)) == asked, value


KINDS = st.sampled_from(("asked", "wrote", "reply sent", "letter sent", "contact", "moved", "noted"))
EVENTS = st.lists(st.tuples(KINDS, MOMENTS, st.sampled_from(STAGES)), max_size=8)
TOUCH = st.builds(
    Touch,
    why=st.just("why"),
    after=st.sampled_from(("silence", "stage", "contact", "date", "season", "event")),
    letter=st.sampled_from((None, "nudge")),
    what=st.sampled_from(("birthday", "scored: satisfaction")),
    on=st.sampled_from(("02-29", "03-01", "01-01", "12-31")),
    days=st.integers(-40, 400),
    times=st.integers(1, 3),
    within=st.integers(0, 60),
    then=st.sampled_from((None, "no_answer")),
)


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.lists(TOUCH, max_size=4), st.sampled_from(ZONES), STARTS)
def test_any_life_under_any_plan(
    lived: list[tuple[EventKind, datetime, Stage]], touches: list[Touch], zone: str, start: datetime
) -> None:
    """Every day for some weeks everything that is due is seen to: each occurrence once, on its day, when open."""
    absence = Absence(date(2026, 7, 1), date(2026, 7, 20))
    hours = office(zone, holidays=("US", "2026-08-03"), absences=(absence,))
    events = [Event("date", BORN, "by hand", what="birthday", value="--02-29", id=1)]
    for number, (kind, moment, stage) in enumerate(sorted(lived, key=lambda one: one[1]), start=2):
        moved = stage if kind == "moved" else None
        events.append(Event(kind, moment, f"m{number}", stage=moved, id=number))
    lead = Lead("p1", "a@example.org", None, None, "email", BORN)
    occasions = {"scored: satisfaction": (Occasion("2", datetime(2026, 5, 1, tzinfo=UTC), "9"),)}
    asked = plan(**{f"t{n}": touch for n, touch in enumerate(touches)})
    had: dict[str, dict[str, Had]] = {}
    seen: set[tuple[str, str]] = set()
    for day in range(0, 120, 3):
        now = start + timedelta(days=day)
        found = Reckoning(asked, hours, now).of(lead, standing(events), Past(had, occasions))
        assert len({(one.name, one.occurrence) for one in found}) == len(found)
        assert [one.due_at for one in found] == sorted(one.due_at for one in found)
        for one in found:
            touch = asked.touches[one.name]
            local = one.due_at.astimezone(ZoneInfo(zone))
            assert local.date() not in hours.closed
            assert local.weekday() < 5
            assert local.time() >= time(9)
            if touch.after not in {"date", "season"}:
                assert one.due_at >= one.since
                assert local.date() >= one.since.astimezone(ZoneInfo(zone)).date() + timedelta(days=touch.days)
            elif touch.days >= 0:
                assert one.due_at >= one.since
            if one.due_at <= now:
                assert (one.name, one.occurrence) not in seen, "once"
                seen.add((one.name, one.occurrence))
                had.setdefault(one.name, {})[one.occurrence] = Had(now)


class TestDecent:
    @pytest.mark.parametrize(
        ("now", "zone", "leaves"),
        [
            ("2026-11-16T12:00", "America/New_York", "2026-11-16T12:00"),
            ("2026-11-16T06:00", "America/New_York", "2026-11-16T08:00"),
            ("2026-11-16T20:00", "America/New_York", "2026-11-17T08:00"),
            ("2026-11-20T21:00", "America/New_York", "2026-11-23T08:00"),
            ("2026-11-16T16:00", "Europe/Madrid", "2026-11-17T02:00"),
            ("2026-11-16T12:00", "Asia/Kolkata", "2026-11-16T21:30"),
            ("2026-10-31T12:00", "America/New_York", "2026-11-02T08:00"),
        ],
    )
    def test_hours(self, now: str, zone: str, leaves: str) -> None:
        assert decent_from(at(now), office(), ZoneInfo(zone), time(8), time(20)) == at(leaves)

    @given(MOMENTS, st.sampled_from(ZONES))
    def test_never_at_night_never_early(self, now: datetime, zone: str) -> None:
        there = ZoneInfo(zone)
        leaves = decent_from(now, office(), there, time(8), time(20)).astimezone(there)
        assert leaves >= now
        assert time(8) <= leaves.time() < time(20)
        assert leaves.weekday() < 5
        assert decent_from(leaves, office(), there, time(8), time(20)) == leaves

    def test_a_practice_that_is_never_open_holds_nothing_back(self) -> None:
        never = office(absences=(Absence(date(2020, 1, 1), date(2040, 1, 1)),))
        assert decent_from(at("2026-11-16T23:00"), never, never.zone, time(8), time(20)) == at("2026-11-16T23:00")


class TestPlans:
    @pytest.mark.parametrize("profile", ["therapist", "general", "seasonal"])
    def test_the_shipped_ones_can_be_meant(self, profile: str) -> None:
        folder = ROOT / "responses"
        found = read_plan([folder / "journey.toml", folder / f"journey.{profile}.toml"])
        assert ("testimonial" in found.touches) == (profile != "therapist"), "APA 5.05"

    @pytest.mark.parametrize(
        ("touch", "word"),
        [
            ('after = "date"', "what"),
            ('after = "event"', "what"),
            ('after = "season"\non = "02-30"', "03-01"),
            ('after = "season"', "03-01"),
            ('after = "stage"\ndays = 99999999999', "days"),
            ('after = "stage"\ntiers = { A = -9999 }', "days"),
            ('after = "stage"\ntimes = 0', "times"),
            ('after = "soon"', "soon"),
            ('after = "stage"\nletters = "x"', "letters"),
        ],
    )
    def test_what_cannot_be_meant_is_said(self, touch: str, word: str, tmp_path: Path) -> None:
        file = tmp_path / "journey.toml"
        file.write_text(f'[touches.x]\nwhy = "?"\n{touch}\n')
        with pytest.raises(ResponseFault, match=word):
            read_plan([ROOT / "responses" / "journey.toml", file])
