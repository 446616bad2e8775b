"""Every promise of docs/guarantees.md is held by a test that names it."""

import pytest

from tests import guarantees


def test_the_page_names_the_tests_that_hold_each_row() -> None:
    assert guarantees.PAGE.read_text("utf-8") == guarantees.page(), "run `python -m tests.guarantees`"


def test_every_row_is_there() -> None:
    assert list(guarantees.rows()) == [f"G{n}" for n in range(1, 58)]


@pytest.mark.parametrize("row", guarantees.rows())
def test_each_is_held_by_a_test(row: str) -> None:
    assert row in guarantees.proofs(), f"no test names {row}"


def test_no_test_names_a_row_that_is_not_there() -> None:
    assert set(guarantees.proofs()) <= set(guarantees.rows())
