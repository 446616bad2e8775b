"""A list as people write it ("adults, couples and teens", "NY & NJ") -> its entries; languages by their names."""

import re
from collections.abc import Callable, Sequence

from inboxtriage import shipped
from inboxtriage.errors import UsageProblem

_COMMAS = re.compile(r"\s*,\s*(?:(?:and|or|y|&)\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"(\s+(?:and|or|y|&)\s+)", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_MOST = 3  # words of a name between which such a word can stand

Whole = Callable[[str], bool]


def entries(said: str, whole: Whole = lambda _: False) -> list[str]:
    """The entries, each once, in order. Split at commas and at "and", "or", "&" and "y", not inside brackets.

    What `whole` takes for one name stays together; with ";" between entries nothing else divides them.
    """
    if ";" in said:
        found = said.split(";")
    else:
        found = [one for part in _outside(_COMMAS, said) for one in _divided(part, whole)]
    return list(dict.fromkeys(one for entry in found if (one := " ".join(entry.split()).rstrip("."))))


def is_payer(text: str) -> bool:
    """Whether a text with "and" in it is the name of one insurer ("Blue Cross and Blue Shield")."""
    from inboxtriage.triage.asks.payers import listed  # noqa: PLC0415 - its names are read when they are needed

    names = listed(text)
    if len(names) != 1:
        return False
    parts = [listed(part) for part in _BETWEEN.split(text)[::2]]
    return all(parts) or names not in parts  # "Aetna and Harborcare" is Aetna, and somebody who is not known


def language(said: str) -> str:
    """The name of a language as letters know it ("español", "spanish": Spanish). Raises UsageProblem."""
    from inboxtriage.reply.speech import language_named  # noqa: PLC0415 - reads the names of all languages

    data = shipped.table("service.setup", "languages")
    word = said.strip().casefold()
    known = {name.casefold(): name for name in data["also"]} | {
        name.casefold(): usual for usual, names in data["names"].items() for name in names
    }
    found = known.get(word) or language_named(said.strip())
    if found is None:
        raise UsageProblem(f"{said!r} is no language that is known", do=f"write them like {', '.join(data['like'])}")
    return found


def _divided(part: str, whole: Whole) -> list[str]:
    """The parts between "and" and its like, those that are one name together left as they are."""
    pieces = _outside(_BETWEEN, part)
    words, joins = pieces[::2], pieces[1::2]
    found: list[str] = []
    at = 0
    while at < len(words):
        end = next((end for end in _ends(at, len(words)) if whole(_joined(words, joins, at, end))), at + 1)
        found.append(_joined(words, joins, at, end))
        at = end
    return found


def _ends(at: int, count: int) -> range:
    """Where a name that begins at a part may end, the longest first."""
    return range(min(at + _MOST, count), at + 1, -1)


def _joined(words: Sequence[str], joins: Sequence[str], at: int, end: int) -> str:
    return words[at] + "".join(f"{join}{word}" for join, word in zip(joins[at:], words[at + 1 : end], strict=False))


def _outside(divider: re.Pattern[str], text: str) -> list[str]:
    """`divider.split`, but not inside brackets."""
    kept = iter(_BRACKETS.findall(text))
    return [re.sub("\0", lambda _: next(kept), part) for part in divider.split(_BRACKETS.sub("\0", text))]
