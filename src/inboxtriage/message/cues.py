"""The set phrases of cues.toml, each list compiled into one expression that must match a whole line."""

import re
from functools import cache

from inboxtriage import shipped

_LONGEST_LINE = 1_000


def alternatives(section: str, *names: str) -> str:
    """The phrases of one section, as an uncompiled alternation."""
    table = shipped.table("message", "cues")[section]
    return "(?:" + "|".join(phrase for name in names for phrase in table[name]) + ")"


class LinePattern:
    """An expression that a whole line matches or not. A very long line is never a set phrase, and is not tried."""

    __slots__ = ("_pattern",)

    def __init__(self, expression: str) -> None:
        self._pattern = re.compile(expression, re.IGNORECASE)

    def fullmatch(self, line: str) -> re.Match[str] | None:
        """The match of all of `line`, or None."""
        return self._pattern.fullmatch(line) if len(line) <= _LONGEST_LINE else None


@cache
def line(section: str, *names: str) -> LinePattern:
    """Matches (with `fullmatch`) a line that is one of the phrases."""
    return LinePattern(r"\s*" + alternatives(section, *names) + r"\s*")


@cache
def one_of(section: str, *names: str) -> LinePattern:
    """Matches (with `fullmatch`) a line that is a phrase of one of the lists; `lastgroup` is the first that fits."""
    return LinePattern("|".join(rf"(?P<{name}>\s*{alternatives(section, name)}\s*)" for name in names))


@cache
def anywhere(section: str, *names: str) -> re.Pattern[str]:
    """Finds (with `search`) one of the phrases, at word borders."""
    return re.compile(r"(?<!\w)" + alternatives(section, *names), re.IGNORECASE)
