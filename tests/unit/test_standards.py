"""By when: the soonest target in office hours, lateness, and the day on which a practice that is away is back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.config.settings import Absence, Hours, Practice, Settings, Standards
from inboxtriage.hours.office import OfficeHours, office_hours
from inboxtriage.hours.standards import answered_by, back_on, due, is_late

ZONE = ZoneInfo("America/New_York")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))


def office(
    standards: Standards, spans: Mapping[str, tuple[str, ...]] = WEEK, zone: str = "America/New_York"
) -> OfficeHours:
    open_hours = Hours(**spans)  # type: ignore[arg-type]
    return office_hours(Settings(practice=Practice(timezone=zone, hours=open_hours), standards=standards))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due_at(
    received: str, standards: Standards, disposition: str = "reply", *labels: str, tier: str | None = None
) -> datetime | None:
    return due(office(standards), standards, received=at(received), disposition=disposition, labels=labels, tier=tier)


class TestDue:
    MONDAY = "2026-11-16T09:00"
    STANDARDS = Standards(
        urgent=1, reply=6, read=7, quarantine=5, labels={"scheduling": 2, "fit": 20}, tiers={"A": 3, "C": 12}
    )

    @pytest.mark.parametrize(
        ("disposition", "labels", "tier", "hours"),
        [
            ("urgent", (), None, 1),
            ("reply", (), None, 6),
            ("read", (), None, 7),
            ("quarantine", (), None, 5),
            ("reply", ("scheduling", "fit"), None, 2),
            ("reply", ("fit",), None, 6),  # a label never makes it later
            ("reply", ("insurance",), "B", 6),  # neither has a target of its own
            ("reply", (), "A", 3),
            ("reply", ("scheduling",), "A", 2),
            ("urgent", ("scheduling",), "A", 1),  # nor does a tier delay what is urgent
            ("urgent", (), "C", 1),
        ],
    )
    def test_the_soonest_target_counts(
        self, disposition: str, labels: tuple[str, ...], tier: str | None, hours: int
    ) -> None:
        assert due_at(self.MONDAY, self.STANDARDS, disposition, *labels, tier=tier) == at(self.MONDAY) + timedelta(
            hours=hours
        )

    def test_nothing_is_owed_for_what_is_ignored(self) -> None:
        assert due_at(self.MONDAY, self.STANDARDS, "ignore", "scheduling", tier="A") is None

    def test_fractions_of_an_hour(self) -> None:
        assert due_at(self.MONDAY, Standards(urgent=0.25), "urgent") == at("2026-11-16T09:15")

    def test_the_week_in_which_the_clocks_change(self) -> None:
        """Friday evening to Monday: the wall clock says when, though the weekend is an hour longer or shorter."""
        two = Standards(reply=2)
        assert due_at("2026-10-30T16:00", two) == at("2026-11-02T10:00")
        assert due_at("2027-03-12T16:00", two) == at("2027-03-15T10:00")

    def test_an_absence_across_the_year_end(self) -> None:
        away = Standards(reply=8, absences=(Absence(date(2026, 12, 24), date(2027, 1, 3)),))
        assert due_at("2026-12-23T16:00", away) == at("2027-01-04T16:00")
        assert due_at("2026-12-29T03:00", away) == at("2027-01-04T17:00")

    @settings(max_examples=150, deadline=None)
    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made aware below
        st.timedeltas(timedelta(), timedelta(days=20)),
        st.sampled_from(["urgent", "reply", "read", "quarantine"]),
        st.sampled_from(["America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata"]),
        st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=3),
    )
    def test_it_is_never_before_the_mail_nor_while_closed_and_never_sooner_for_a_later_mail(
        self, moment: datetime, later: timedelta, disposition: str, zone: str, begins: list[date]
    ) -> None:
        standards = Standards(
            holidays=("US-NY",), absences=tuple(Absence(day, day + timedelta(days=9)) for day in begins)
        )
        hours = office(standards, {"mon": ("09:00-12:30", "14:00-17:00"), "thu": ("18:00-24:00",)}, zone)
        first, second = (
            due(hours, standards, received=received, disposition=disposition, labels=())
            for received in (moment.replace(tzinfo=UTC), moment.replace(tzinfo=UTC) + later)
        )
        assert first is not None
        assert second is not None
        assert moment.replace(tzinfo=UTC) < first <= second
        local = (first - timedelta(microseconds=1)).astimezone(hours.zone)  # an opening holds its own last moment
        minutes = local.hour * 60 + local.minute
        assert local.date() not in hours.closed
        assert any(begin <= minutes < end for begin, end in hours.spans[local.weekday()])


def test_late_is_after_the_moment_and_never_without_one() -> None:
    moment = at("2026-11-16T17:00")
    assert not is_late(moment, moment)
    assert is_late(moment, moment + timedelta(seconds=1))
    assert is_late(moment.astimezone(UTC), at("2026-11-16T17:01"))
    assert not is_late(None, moment)


def test_a_reply_is_promised_by_its_own_target() -> None:
    standards = Standards(reply=8, read=1, absences=(Absence(date(2026, 11, 17), date(2026, 11, 20)),))
    assert answered_by(office(standards), standards, at("2026-11-16T12:00")) == at("2026-11-23T12:00")


class TestBackOn:
    AWAY = Standards(holidays=("2026-12-21",), absences=(Absence(date(2026, 12, 24), date(2027, 1, 1)),))

    @pytest.mark.parametrize(
        ("now", "day"),
        [
            ("2026-12-23T12:00", None),  # open
            ("2026-12-23T23:00", None),  # after hours, and away only tomorrow
            ("2026-12-24T00:00", "2027-01-04"),
            ("2026-12-27T12:00", "2027-01-04"),  # a Sunday inside
            ("2027-01-02T12:00", "2027-01-04"),  # the weekend behind it
            ("2027-01-04T08:00", None),
            ("2026-12-19T12:00", "2026-12-22"),  # the weekend before a Monday that is a holiday
            ("2026-12-21T12:00", "2026-12-22"),
            ("2026-12-12T12:00", None),  # an ordinary weekend
        ],
    )
    def test_the_next_day_with_office_hours(self, now: str, day: str | None) -> None:
        assert back_on(office(self.AWAY), at(now)) == (date.fromisoformat(day) if day else None)

    def test_the_day_is_the_practices_own(self) -> None:
        """Late on the 23rd in New York it is the 24th in London already."""
        assert back_on(office(self.AWAY), datetime(2026, 12, 24, 3, tzinfo=UTC)) is None

    def test_a_holiday_on_a_day_that_is_never_open_changes_nothing(self) -> None:
        assert back_on(office(Standards(holidays=("2026-12-13",))), at("2026-12-13T12:00")) is None

    def test_two_absences_in_a_row_are_one(self) -> None:
        twice = (Absence(date(2026, 12, 7), date(2026, 12, 11)), Absence(date(2026, 12, 14), date(2026, 12, 15)))
        assert back_on(office(Standards(absences=twice)), at("2026-12-08T12:00")) == date(2026, 12, 16)

    def test_a_practice_that_does_not_open_within_a_year_promises_no_day(self) -> None:
        assert (
            back_on(office(Standards(absences=(Absence(date(2020, 1, 1), date(2040, 1, 1)),))), at("2026-12-08T12:00"))
            is None
        )
