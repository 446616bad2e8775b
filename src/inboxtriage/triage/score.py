"""The number with which somebody answers a survey: what their words begin with, or are. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from inboxtriage.triage.phrases import plain, table

_LONGEST = 2_000  # letters that are looked at for further words
_NO_MORE = re.compile(r"[\w'$%]+")


@dataclass(frozen=True, slots=True)
class Score:
    """The number; `bare` where nothing else is said that a person should read."""

    value: int
    bare: bool


def score(words: str, *, least: int, most: int, name: str | None = None) -> Score | None:
    """The score that the new words of an answer begin with, from `least` to `most`; None where they begin otherwise.

    "9", "9/10", "I'd say an 8", "un nueve": yes. "9 am", "2 sessions", "8.5", "7 or 8", "4/5" on a scale to ten: no.
    `name` is the writer's, with which they may sign.
    """
    text = plain(words[:_LONGEST]).strip()
    found = _begins().match(text)
    if found is None:
        return None
    value, scale = _number(found["number"]), found["scale"]
    if (scale is not None and _number(scale) != most) or not least <= value <= most:
        return None
    rest = text[found.end() :]
    if not _may_follow().match(rest):
        return None
    quiet = {*table("score")["nothing_more"], *re.findall(r"\w+", plain(name or ""))}
    whole = len(words) <= _LONGEST
    return Score(value, bare=whole and all(word in quiet for word in _NO_MORE.findall(rest)))


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _values()[word]


@cache
def _values() -> dict[str, int]:
    return {word: int(number) for number, words in table("score")["words"].items() for word in words}


def _any_of(name: str) -> str:
    return "(?:" + "|".join(sorted(table("score")[name], key=len, reverse=True)) + ")"


@cache
def _begins() -> re.Pattern[str]:
    number = r"[0-9]{1,3}|" + "|".join(sorted(_values(), key=len, reverse=True))
    return re.compile(
        rf"(?:{_any_of('greeting')}\b[^\n,!.:]{{0,40}}[,!.:\n]\s*)?"
        rf"(?:{_any_of('before')}[\s,:]+){{0,2}}(?:{_any_of('article')} )?"
        rf"(?<![\w$£€#+.,:/-])(?P<number>{number})(?![\w])"
        rf"(?: ?(?:/|{_any_of('of')}) ?(?P<scale>{number})(?!\w))?"
    )


@cache
def _may_follow() -> re.Pattern[str]:
    """An end, a mark that ends a statement, or a word that goes on with why; no unit, no second number."""
    return re.compile(
        r"\s*$|\s*\n|\s*[!;)]|\s*\.(?!\d)|\s*,(?! ?\d)|\s*:(?!\d)|\s+[–—-]\s|\s*[^\w\s$%/:.,'+–—-]|"
        rf"\s+{_any_of('goes_on')}\b(?! \d)"
    )
