"""Two years of three practices, each letter and each due date: the pages in tests/golden are what happens.

Where a page changes, read what changed in it, then `python -m tests.stories`.
"""

from pathlib import Path

import pytest

from tests.stories import GOLDEN, STORIES
from tests.story import LIBRARIES

pytestmark = pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed: no two years pass")


@pytest.mark.parametrize("name", STORIES)
def test_the_story_goes_as_it_was_read_and_found_good(name: str, tmp_path: Path) -> None:
    assert STORIES[name](tmp_path).page() == (GOLDEN / f"story-{name}.md").read_text(encoding="utf-8")
