"""What fuzzing once broke holds since; and the targets themselves hold on every poison that is small (G16, G17, G44)."""

from pathlib import Path

import pytest

from tests import poison
from tests.fuzz.targets import TARGETS

KEPT = sorted(file for file in (Path(__file__).parents[1] / "fuzz" / "kept").iterdir() if file.suffix != ".md")


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_what_broke_it_breaks_it_no_more(file: Path) -> None:
    TARGETS[file.name.partition("-")[0]](file.read_bytes())


@pytest.mark.parametrize("name", poison.TRAPS)
def test_every_trap(name: str) -> None:
    """G44."""
    TARGETS["message"](poison.TRAPS[name]())
