"""How many office hours until: zones, daylight saving, holidays, absences, and a practice that is never open."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.config.settings import Absence, Hours, Practice, Settings, Standards
from inboxtriage.hours.office import OfficeHours, office_hours

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))


def hours(
    zone: str = "America/New_York", spans: Mapping[str, tuple[str, ...]] | None = None, **standards: object
) -> OfficeHours:
    open_hours = Hours(**(NINE_TO_FIVE if spans is None else spans))  # type: ignore[arg-type]
    practice = Practice(timezone=zone, hours=open_hours)
    return office_hours(Settings(practice=practice, standards=Standards(**standards)))  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-16T10:00", 2, "2026-11-16T12:00"),
        ("2026-11-16T16:00", 2, "2026-11-17T10:00"),
        ("2026-11-20T16:00", 2, "2026-11-23T10:00"),
        ("2026-11-21T12:00", 1, "2026-11-23T10:00"),
        ("2026-11-16T03:00", 8, "2026-11-16T17:00"),
        ("2026-11-16T09:00", 0, "2026-11-16T09:00"),
        ("2026-11-16T09:00", 16, "2026-11-17T17:00"),
    ],
)
def test_office_hours_are_counted(start: str, count: float, end: str) -> None:
    assert hours().after(at(start), count) == at(end)


def test_holidays_and_absences_are_no_office_hours() -> None:
    closed = hours(holidays=("2026-11-17",), absences=(Absence(date(2026, 11, 18), date(2026, 11, 19)),))
    assert closed.after(at("2026-11-16T16:00"), 2) == at("2026-11-20T10:00")


@pytest.mark.parametrize(
    ("code", "day", "shut"),
    [
        ("US", "2026-11-26", True),  # Thanksgiving: no fixed date
        ("US", "2026-11-27", False),
        ("US", "2026-07-03", True),  # the fourth is a Saturday: observed the day before
        ("US", "2027-12-31", True),  # observed for the New Year after it
        ("US", "2026-02-12", False),
        ("US-NY", "2026-02-12", True),  # only there
        ("ES-MD", "2026-12-08", True),
        ("GB-ENG", "2026-12-28", True),  # Boxing Day is a Saturday
    ],
)
def test_a_country_code_stands_for_its_public_holidays(code: str, day: str, shut: bool) -> None:
    closed = hours(holidays=(code,)).closed
    assert (date.fromisoformat(day) in closed) is shut


def test_codes_dates_and_absences_count_together_over_a_year_end() -> None:
    away = hours(holidays=("US", "2026-12-24"), absences=(Absence(date(2026, 12, 28), date(2026, 12, 30)),))
    assert away.after(at("2026-12-23T16:00"), 2) == at("2026-12-31T10:00")
    assert away.after(at("2026-12-31T16:00"), 2) == at("2027-01-04T10:00")


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["US", "US-NY", "DE-BY", "ES", "CA-ON", "AU-NSW"]))
def test_a_day_asked_for_alone_gives_what_the_library_gives(day: date, code: str) -> None:
    country, _, part = code.partition("-")
    theirs = country_holidays(country, subdiv=part or None, years=range(day.year - 1, day.year + 2))
    assert (day in hours(holidays=(code,)).closed) is (day in list(theirs))


def test_spans_that_overlap_count_once() -> None:
    overlapping = {"mon": ("11:00-17:00", "09:00-12:00", "09:30-10:00")}
    assert hours(spans=overlapping).after(at("2026-11-16T09:00"), 7) == at("2026-11-16T16:00")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Madrid", "Australia/Sydney"])
def test_a_day_that_daylight_saving_shortens_counts_what_is_left(zone: str) -> None:
    """All night open: the day of the change has an hour more or less, and the wall clock still says when."""
    spans = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("00:00-24:00",))
    open_always = hours(zone, spans)
    for start in ("2026-03-07T12:00", "2026-10-31T12:00", "2026-04-04T12:00", "2026-03-28T12:00", "2026-10-24T12:00"):
        begin = at(start, ZoneInfo(zone))
        assert open_always.after(begin, 48) == begin.astimezone(UTC) + timedelta(hours=48)


def test_without_hours_the_usual_ones_set_the_standard() -> None:
    assert hours(spans={}).after(at("2026-11-21T12:00"), 1) == at("2026-11-23T10:00")


def test_a_practice_that_is_closed_for_ever_still_gives_a_moment() -> None:
    away = hours(absences=(Absence(date(2020, 1, 1), date(2030, 1, 1)),))
    assert away.after(at("2026-11-16T10:00"), 2) == at("2026-11-16T12:00")


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    st.floats(0.1, 60),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_the_answer_is_later_within_hours_and_grows(moment: datetime, count: float, zone: str) -> None:
    office = hours(zone)
    start = moment.replace(tzinfo=UTC)
    end = office.after(start, count)
    assert end > start
    local = end.astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    minutes = local.hour * 60 + local.minute + local.second / 60
    assert 9 * 60 <= minutes <= 17 * 60 + 0.01
    assert office.after(start, count + 1) > end


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    st.floats(0, 60),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland"]),
    st.booleans(),
)
def test_the_hours_between_are_those_that_were_counted(
    moment: datetime, count: float, zone: str, all_day: bool
) -> None:
    spans = dict.fromkeys(("mon", "wed", "sat", "sun"), ("00:00-24:00",)) if all_day else None
    office = hours(zone, spans, holidays=("US",))
    start = moment.replace(tzinfo=UTC)
    assert office.between(start, office.after(start, count)) == pytest.approx(count, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 31)), min_size=3, max_size=3))  # noqa: DTZ001
def test_the_hours_between_add_up(moments: list[datetime]) -> None:
    first, second, third = sorted(moment.replace(tzinfo=UTC) for moment in moments)
    office = hours(spans={**NINE_TO_FIVE, "sun": ("00:30-03:30",)})
    whole = office.between(first, third)
    assert office.between(first, second) + office.between(second, third) == pytest.approx(whole, abs=1e-6)
    assert office.between(third, first) == 0
    assert 0 <= whole <= (third - first) / timedelta(hours=1) + 1e-6


def test_a_night_and_a_weekend_are_no_office_hours() -> None:
    office = hours()
    assert office.between(at("2026-11-20T18:00"), at("2026-11-23T08:59")) == 0
    assert office.between(at("2026-11-20T16:00"), at("2026-11-23T10:00")) == 2
