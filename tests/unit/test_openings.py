"""Free times: nothing that is taken, closed or too soon is ever offered; and what is offered is the nearest to the wish."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.calendar.protocol import Busy
from inboxtriage.config.settings import DAYS
from inboxtriage.reply.openings import Rules, Wish, choose, free_times

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 9, 8, 0, tzinfo=NEW_YORK)
WEEK = dict.fromkeys(range(5), ((9 * 60, 12 * 60),))
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Sydney"]


def rules(**changed: Any) -> Rules:
    usual: dict[str, Any] = {
        "zone": NEW_YORK,
        "spans": WEEK,
        "closed": frozenset(),
        "session_minutes": 50,
        "buffer_minutes": 10,
        "notice_hours": 0,
        "horizon_days": 2,
    }
    return Rules(**(usual | changed))


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone)


def taken(begin: str, end: str, zone: ZoneInfo = NEW_YORK) -> Busy:
    return Busy(at(begin, zone).astimezone(UTC), at(end, zone).astimezone(UTC))


def said(times: tuple[datetime, ...]) -> list[str]:
    return [f"{one:%m-%dT%H:%M}" for one in times]


def free(
    *busy: Busy, now: datetime = MONDAY, held: tuple[tuple[datetime, datetime], ...] = (), **changed: Any
) -> list[str]:
    return said(free_times(now, rules(**changed), busy, held))


def test_an_empty_calendar_gives_every_place_of_the_open_hours() -> None:
    assert free(horizon_days=1) == ["11-09T09:00", "11-09T10:00", "11-09T11:00"]
    assert free() == [f"11-{day:02d}T{hour:02d}:00" for day in (9, 10) for hour in (9, 10, 11)]


@pytest.mark.parametrize(
    ("session", "buffer", "expected"),
    [
        (50, 10, ["09:00", "10:00", "11:00"]),
        (50, 0, ["09:00", "10:00", "11:00"]),
        (45, 0, ["09:00", "09:45", "10:30", "11:15"]),
        (50, 15, ["09:00", "10:15"]),
        (60, 0, ["09:00", "10:00", "11:00"]),
        (60, 10, ["09:00", "10:15"]),
        (180, 10, ["09:00"]),
        (181, 0, []),
    ],
)
def test_places_are_a_session_and_its_buffer_apart_in_quarter_hours(
    session: int, buffer: int, expected: list[str]
) -> None:
    found = free(session_minutes=session, buffer_minutes=buffer, horizon_days=1)
    assert found == [f"11-09T{one}" for one in expected]


def test_each_span_of_a_day_begins_its_own_places() -> None:
    two = {0: ((17 * 60 + 20, 19 * 60), (9 * 60, 10 * 60))}
    assert free(spans=two) == ["11-09T09:00", "11-09T17:20"]


def test_spans_that_overlap_give_no_two_sessions_at_once() -> None:
    assert free(spans={0: ((540, 720), (570, 780))}) == ["11-09T09:00", "11-09T10:00", "11-09T11:00"]


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        (("10:00", "10:50"), ["09:00", "11:00"]),
        (("09:55", "10:05"), ["11:00"]),
        (("10:50", "10:55"), ["09:00"]),
        (("11:59", "14:00"), ["09:00", "10:00"]),
        (("08:00", "08:50"), ["09:00", "10:00", "11:00"]),
        (("08:00", "08:51"), ["10:00", "11:00"]),
        (("10:30", "10:30"), ["09:00", "11:00"]),
        (("00:00", "23:59"), []),
    ],
)
def test_what_is_taken_is_kept_free_with_its_buffer(busy: tuple[str, str], expected: list[str]) -> None:
    found = free(taken(f"11-09T{busy[0]}", f"11-09T{busy[1]}"), horizon_days=1)
    assert found == [f"11-09T{one}" for one in expected]


def test_a_long_span_is_not_forgotten_behind_a_short_one_within_it() -> None:
    away = taken("11-08T00:00", "11-10T00:00")
    assert free(away, taken("11-09T07:00", "11-09T07:10"), horizon_days=1) == []


def test_what_is_held_for_others_is_kept_free_without_a_buffer() -> None:
    assert free(held=((at("11-09T10:00"), at("11-09T11:00")),), horizon_days=1) == ["11-09T09:00", "11-09T11:00"]


def test_closed_days_are_left_out() -> None:
    assert free(closed=frozenset({date(2026, 11, 9)})) == ["11-10T09:00", "11-10T10:00", "11-10T11:00"]


def test_nothing_is_offered_sooner_than_the_notice_or_later_than_the_horizon() -> None:
    assert free(notice_hours=26) == ["11-10T10:00", "11-10T11:00"]
    assert free(now=at("11-08T10:00"), horizon_days=1) == ["11-09T09:00", "11-09T10:00"]
    assert free(notice_hours=72) == []


def test_a_night_shift_may_last_until_midnight() -> None:
    assert free(spans={0: ((22 * 60, 24 * 60),)}, horizon_days=1) == ["11-09T22:00", "11-09T23:00"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", ["spring", "autumn"])
def test_in_the_week_of_a_clock_change_the_wall_clock_counts(zone: str, change: str) -> None:
    """The days around the change keep their hours on the wall; what is taken is compared in real time."""
    here = ZoneInfo(zone)
    sunday = CHANGES[zone, change]
    now = datetime.combine(sunday - timedelta(days=2), time(0), here)
    spans = dict.fromkeys(range(7), ((9 * 60, 11 * 60),))
    every = [f"{sunday + timedelta(days=n):%m-%d}T{hour}" for n in (-2, -1, 0, 1) for hour in ("09:00", "10:00")]
    found = free_times(now, rules(zone=here, spans=spans, horizon_days=4), ())
    assert said(found)[:8] == every
    assert [one.astimezone(UTC).astimezone(here).hour for one in found[:8]] == [9, 10] * 4
    offsets = {one.date(): one.utcoffset() for one in found}
    assert offsets[sunday - timedelta(days=1)] != offsets[sunday]
    ten = datetime.combine(sunday, time(10), here).astimezone(UTC)
    left = free_times(now, rules(zone=here, spans=spans, horizon_days=4), [Busy(ten, ten + timedelta(minutes=50))])
    assert said(left)[:7] == [one for one in every if one != f"{sunday:%m-%d}T10:00"]


CHANGES = {
    ("America/New_York", "spring"): date(2026, 3, 8),
    ("America/New_York", "autumn"): date(2026, 11, 1),
    ("Europe/Berlin", "spring"): date(2026, 3, 29),
    ("Europe/Berlin", "autumn"): date(2026, 10, 25),
    ("Australia/Sydney", "spring"): date(2026, 10, 4),
    ("Australia/Sydney", "autumn"): date(2026, 4, 5),
}
NIGHT = {  # one session after another from 00:00 to 06:00, 60 minutes each
    ("America/New_York", "spring"): ["00:00", "01:00", "03:00", "04:00", "05:00"],
    ("America/New_York", "autumn"): ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
    ("Europe/Berlin", "spring"): ["00:00", "01:00", "03:00", "04:00", "05:00"],
    ("Europe/Berlin", "autumn"): ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
    ("Australia/Sydney", "spring"): ["00:00", "01:00", "03:00", "04:00", "05:00"],
    ("Australia/Sydney", "autumn"): ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
}


@pytest.mark.parametrize(("zone", "change"), NIGHT)
def test_in_the_night_of_a_clock_change_no_time_is_offered_that_does_not_exist(zone: str, change: str) -> None:
    here, day = ZoneInfo(zone), CHANGES[zone, change]
    now = datetime.combine(day, time(0), here)
    spans = {6: ((0, 6 * 60),)}
    found = free_times(now, rules(zone=here, spans=spans, session_minutes=60, buffer_minutes=0, horizon_days=1), ())
    assert [f"{one:%H:%M}" for one in found] == NIGHT[zone, change]
    real = [one.astimezone(UTC) for one in found]
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(real))


def test_a_session_across_the_change_is_as_long_as_any_other() -> None:
    """From 01:30 on the spring night, 60 minutes end at 03:30, so the place at 03:00 is not free beside it."""
    night = datetime(2026, 3, 8, 0, tzinfo=NEW_YORK)
    spans = {6: ((90, 120), (180, 300)), 5: ()}
    both = rules(spans=spans, session_minutes=30, buffer_minutes=0, horizon_days=1)
    assert said(free_times(night, both, ()))[:2] == ["03-08T01:30", "03-08T03:00"]
    long = rules(spans={6: ((90, 240),)}, session_minutes=60, buffer_minutes=0, horizon_days=1)
    assert said(free_times(night, long, ())) == ["03-08T01:30"]


def week_of(*texts: str) -> tuple[datetime, ...]:
    return tuple(sorted(at(text) for text in texts))


FREE = week_of(
    "11-09T09:00",
    "11-09T17:00",
    "11-10T09:00",
    "11-10T16:00",
    "11-11T10:00",
    "11-12T18:00",
    "11-14T11:00",
    "11-16T09:00",
)  # Mon, Mon, Tue, Tue, Wed, Thu, Sat, Mon


@pytest.mark.parametrize(
    ("wish", "expected", "fits"),
    [
        (Wish(), ["11-09T09:00", "11-10T09:00", "11-11T10:00"], True),
        (Wish(days=("mon",)), ["11-09T09:00", "11-09T17:00", "11-16T09:00"], True),
        (Wish(days=("sat",)), ["11-14T11:00"], True),
        (Wish(days=("2026-11-10",)), ["11-10T09:00", "11-10T16:00"], True),
        (Wish(days=("wed", "2026-11-14")), ["11-11T10:00", "11-14T11:00"], True),
        (Wish(times=("17:00-",)), ["11-09T17:00", "11-12T18:00"], True),
        (Wish(times=("-10:00",)), ["11-09T09:00", "11-10T09:00", "11-16T09:00"], True),
        (Wish(times=("16:00-17:00",)), ["11-10T16:00"], True),
        (Wish(times=("16:00-17:00", "18:00-")), ["11-10T16:00", "11-12T18:00"], True),
        (Wish(times=("18:00-02:00",)), ["11-12T18:00"], True),
        (Wish(start=date(2026, 11, 12)), ["11-12T18:00", "11-14T11:00", "11-16T09:00"], True),
        (Wish(start=date(2026, 11, 11), end=date(2026, 11, 12)), ["11-11T10:00", "11-12T18:00"], True),
        # days within the timeframe, nearest to the wished time
        (Wish(days=("tue",), times=("17:30-",)), ["11-10T09:00", "11-10T16:00"], False),
        (Wish(days=("mon",), times=("12:00-13:00",)), ["11-09T09:00", "11-09T17:00", "11-16T09:00"], False),
        (
            Wish(days=("mon",), times=("12:00-13:00",), end=date(2026, 11, 10)),
            ["11-09T09:00", "11-09T17:00"],
            False,
        ),
        (Wish(times=("19:00-",)), ["11-09T17:00", "11-10T16:00", "11-12T18:00"], False),
        # times within the timeframe, nearest to a wished date
        (Wish(days=("fri",), times=("17:00-",)), ["11-09T17:00", "11-12T18:00"], False),
        (Wish(days=("2026-11-13",)), ["11-11T10:00", "11-12T18:00", "11-14T11:00"], False),
        (Wish(days=("fri",)), ["11-09T09:00", "11-10T09:00", "11-11T10:00"], False),
        # any within the timeframe
        (Wish(days=("fri",), times=("20:00-",), end=date(2026, 11, 9)), ["11-09T09:00", "11-09T17:00"], False),
        (
            Wish(days=("sat",), times=("11:00-12:00",), end=date(2026, 11, 10)),
            ["11-09T09:00", "11-10T09:00", "11-10T16:00"],
            False,
        ),
        # wished days and times, nearest to the timeframe
        (Wish(days=("sat",), start=date(2026, 11, 18), end=date(2026, 11, 22)), ["11-14T11:00"], False),
        # any time, nearest to the timeframe
        (Wish(days=("sun",), start=date(2026, 11, 18)), ["11-12T18:00", "11-14T11:00", "11-16T09:00"], False),
    ],
)
def test_what_is_offered_is_as_wished_or_the_nearest_there_is(wish: Wish, expected: list[str], fits: bool) -> None:
    choice = choose(FREE, wish, 3)
    assert (said(choice.times), choice.fits) == (expected, fits)


def test_a_wished_weekday_nearest_to_the_timeframe_comes_first() -> None:
    choice = choose(FREE, Wish(days=("mon",), start=date(2026, 11, 18)), 1)
    assert (said(choice.times), choice.fits) == (["11-16T09:00"], False)


def test_without_free_times_nothing_is_offered() -> None:
    assert (choose((), Wish(), 3).times, choose((), Wish(), 3).fits) == ((), False)
    assert choose(FREE, Wish(), 0).times == ()


spans_of_day = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 40)).map(lambda p: (p[0] * 15, min(p[0] * 15 + p[1] * 15, 1440))),
    max_size=3,
).map(tuple)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda d: d.replace(second=0, tzinfo=UTC))  # noqa: DTZ001
some_rules = st.builds(
    Rules,
    zone=st.sampled_from([*ZONES, "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]).map(ZoneInfo),
    spans=st.dictionaries(st.integers(0, 6), spans_of_day, min_size=1),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5),
    session_minutes=st.integers(1, 180),
    buffer_minutes=st.integers(0, 45),
    notice_hours=st.integers(0, 72),
    horizon_days=st.integers(0, 20),
)


@st.composite
def lengths_around(draw: st.DrawFn, now: datetime) -> list[tuple[datetime, datetime]]:
    found = draw(st.lists(st.tuples(st.integers(-2000, 30000), st.integers(0, 3000)), max_size=12))
    return [(now + timedelta(minutes=a), now + timedelta(minutes=a + b)) for a, b in found]


@settings(max_examples=300, deadline=None)
@given(st.data(), some_rules, moments)
def test_no_free_time_breaks_a_rule(data: st.DataObject, given_rules: Rules, now: datetime) -> None:
    busy = [Busy(*ends) for ends in data.draw(lengths_around(now))]
    held = data.draw(lengths_around(now))
    found = free_times(now, given_rules, busy, held)
    zone, length = given_rules.zone, timedelta(minutes=given_rules.session_minutes)
    buffer = timedelta(minutes=given_rules.buffer_minutes)
    sessions = []
    for one in found:
        start = one.astimezone(UTC)
        end = start + length
        assert one.tzinfo is zone
        assert start.astimezone(zone).replace(tzinfo=None) == one.replace(tzinfo=None)
        assert one.date() not in given_rules.closed
        assert (
            now + timedelta(hours=given_rules.notice_hours) <= start <= now + timedelta(days=given_rules.horizon_days)
        )
        midnight = datetime.combine(one.date(), time(), zone)
        minute = one.hour * 60 + one.minute
        assert any(
            opens <= minute and end <= (midnight + timedelta(minutes=closes)).astimezone(UTC)
            for opens, closes in given_rules.spans[one.weekday()]
        )
        for span in busy:
            assert end <= span.start - buffer or start >= span.end + buffer
        for begin, until in held:
            assert end <= begin or start >= until
        sessions.append((start, end))
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(sessions))


@settings(max_examples=100, deadline=None)
@given(st.data(), some_rules, moments)
def test_every_place_that_is_not_free_has_a_reason(data: st.DataObject, given_rules: Rules, now: datetime) -> None:
    """Taking a busy span away never takes a free time away that stood alone: what is left out is met by something."""
    busy = [Busy(*ends) for ends in data.draw(lengths_around(now))]
    everything = free_times(now, given_rules, ())
    found = set(free_times(now, given_rules, busy))
    length, buffer = timedelta(minutes=given_rules.session_minutes), timedelta(minutes=given_rules.buffer_minutes)
    beside = sorted(one.astimezone(UTC) for one in found)
    for one in everything:
        start = one.astimezone(UTC)
        if one not in found:
            met = any(start < span.end + buffer and span.start - buffer < start + length for span in busy)
            assert met or any(start < other + length and other < start + length for other in beside)


span_texts = st.tuples(st.integers(0, 23), st.integers(0, 23)).flatmap(
    lambda p: st.sampled_from([f"{p[0]:02d}:00-", f"-{p[1]:02d}:30", f"{min(p):02d}:00-{max(p):02d}:30"])
)
wishes: Callable[[date], st.SearchStrategy[Wish]] = lambda day: st.builds(  # noqa: E731 - read as one rule
    Wish,
    days=st.lists(
        st.sampled_from(DAYS) | st.integers(-3, 20).map(lambda n: (day + timedelta(days=n)).isoformat()), max_size=3
    ).map(tuple),
    times=st.lists(span_texts, max_size=2).map(tuple),
    start=st.none() | st.integers(-2, 10).map(lambda n: day + timedelta(days=n)),
    end=st.none() | st.integers(-2, 15).map(lambda n: day + timedelta(days=n)),
)


def satisfies(one: datetime, wish: Wish) -> bool:
    clock = f"{one:%H:%M}"
    within = [span.split("-") for span in wish.times]
    return (
        (not wish.days or one.date().isoformat() in wish.days or DAYS[one.weekday()] in wish.days)
        and (not within or any((begin or "00:00") <= clock < (end or "24:00") for begin, end in within))
        and (wish.start is None or one.date() >= wish.start)
        and (wish.end is None or one.date() <= wish.end)
    )


@settings(max_examples=300, deadline=None)
@given(st.data(), some_rules, moments, st.integers(0, 5))
def test_a_choice_is_free_short_and_honest(data: st.DataObject, given_rules: Rules, now: datetime, count: int) -> None:
    found = free_times(now, given_rules, ())
    wish = data.draw(wishes(now.date()))
    choice = choose(found, wish, count)
    fitting = [one for one in found if satisfies(one, wish)]
    assert set(choice.times) <= set(found)
    assert list(choice.times) == sorted(set(choice.times))
    assert len(choice.times) == min(count, len(fitting) or len(found)) or (not fitting and len(choice.times) <= count)
    assert bool(choice.times) == bool(found and count)
    assert choice.fits == bool(fitting and count)
    if choice.fits:
        assert all(satisfies(one, wish) for one in choice.times)
        days = {one.date() for one in fitting}
        assert len({one.date() for one in choice.times}) == min(count, len(days))
        assert not count or fitting[0] in choice.times
