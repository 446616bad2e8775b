"""The set phrases of cues.toml, each list compiled into one expression that must match a whole line."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    text = files("inboxtriage.message").joinpath("cues.toml").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return table


def alternatives(section: str, *names: str) -> str:
    """The phrases of one section, as an uncompiled alternation."""
    table = _table()[section]
    return "(?:" + "|".join(phrase for name in names for phrase in table[name]) + ")"


@cache
def line(section: str, *names: str) -> re.Pattern[str]:
    """Matches (with `fullmatch`) a line that is one of the phrases."""
    return re.compile(r"\s*" + alternatives(section, *names) + r"\s*", re.IGNORECASE)


@cache
def anywhere(section: str, *names: str) -> re.Pattern[str]:
    """Finds (with `search`) one of the phrases, at word borders."""
    return re.compile(r"(?<!\w)" + alternatives(section, *names), re.IGNORECASE)
