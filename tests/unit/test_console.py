"""Tables that fit, moments as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.cli.console import fitted, laid_out, when

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("America/New_York"))


@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=9), st.integers(10, 240))
def test_only_elastic_columns_give_way_and_only_where_they_must(columns: list[tuple[int, bool]], room: int) -> None:
    widths, elastic = [w for w, _ in columns], [e for _, e in columns]
    found = fitted(widths, elastic, room)
    for given_width, width, gives in zip(widths, found, elastic, strict=True):
        assert width == given_width or (gives and 4 <= width < given_width)
    if sum(widths) <= room:
        assert found == widths
    elif sum(found) > room:
        assert all(width <= 4 for width, gives in zip(found, elastic, strict=True) if gives), "nothing was left to give"
    else:
        assert sum(found) == room


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(hours=3), "today 17:00"),
        (timedelta(days=1), "Sat 21 Nov 20:00"),
        (timedelta(days=400), "18 Oct 2025 20:00"),
    ],
)
def test_moments(ago: timedelta, said: str) -> None:
    assert when((NOW - ago).astimezone(ZoneInfo("UTC")), NOW) == said


columns_ = st.lists(st.tuples(st.integers(1, 90), st.booleans(), st.booleans()), min_size=1, max_size=9)


@given(columns_, st.integers(20, 240))
def test_what_must_be_whole_stands_there_whole_where_the_window_has_room_for_it(
    columns: list[tuple[int, bool, bool]], width: int
) -> None:
    widths, elastic = [one[0] for one in columns], [one[1] for one in columns]
    whole = [True, *(one[2] for one in columns[1:])]
    found = laid_out(widths, elastic, whole, width)
    must = [n for n, stays in enumerate(whole) if stays]
    assert set(must) <= set(found)
    assert list(found) == sorted(found)
    if sum(widths[n] for n in must) + 3 * (len(must) - 1) + 2 <= width:
        assert all(found[n] == widths[n] for n in must)
        assert sum(found.values()) + 3 * (len(found) - 1) + 2 <= width
    dropped = [n for n in range(len(widths)) if n not in found]
    assert all(n in must for n in found if dropped and n > min(dropped)), "from the right"
    assert all(found[n] >= min(widths[n], 12) for n in found if n not in must), "what is cut can still be read"


def test_the_queue_at_eighty_columns() -> None:
    widths, elastic = [3, 6, 39, 43, 50, 6, 11], [False, False, True, True, True, False, False]
    whole = [True, True, False, True, False, False, False]
    assert laid_out(widths, elastic, whole, 80) == {0: 3, 1: 6, 2: 17, 3: 43}
    assert laid_out(widths, elastic, whole, 40) == {0: 3, 1: 6, 3: 23}, "an address is folded, not cut"
