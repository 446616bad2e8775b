"""What somebody meets who uses every command of the journey by hand for the first time."""

from typing import Any

import pytest

from tests.practice import Practice


def events(practice: Practice, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = practice.ok("lead", "show", who, "--json").json["events"]
    return found


def words(practice: Practice, *command: str) -> str:
    """What a command says, its blanks drawn together."""
    return " ".join(practice.ok(*command).out.split())


class TestFigures:
    @pytest.mark.parametrize(
        ("figure", "kept"), [("1,5", "1.5"), ("0,25", "0.25"), ("1,500", "1500"), ("$1,200.50", "1200.50")]
    )
    def test_a_comma_is_never_just_dropped(self, figure: str, kept: str, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        assert f": {kept}\n" in practice.ok("lead", "log", "p1", "hours", figure).out

    @pytest.mark.parametrize("figure", ["1,2345", "1.500,50", "1,5,5", "1,50.5"])
    def test_what_could_be_two_numbers_is_refused(self, figure: str, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org")
        refused = practice.run("lead", "log", "p1", "hours", figure)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert [one["kind"] for one in events(practice, "p1")] == ["added"]
