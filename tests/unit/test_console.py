"""Tables that fit, moments as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.cli.console import fitted, when

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
