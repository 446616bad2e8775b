"""The clauses of one mail as plain text, one a line, and lists of phrases that are put together from words."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from inboxtriage.triage.phrases import Phrases, plain

_NAMED_WORDS = re.compile(r"\{([a-z_]+)\}")
_EDGES = " \t¿¡?!.…,;:)(\"'*-"
_GAP = re.compile(r"\.\*|\{\d,\d\}")
_ONE = re.compile(r"(\\.|\[[^]]*\]|.)(?:[?*+]|\{[\d,]+\})?")  # "(?" opens a group: its "?" is no repetition of it
_TELLING = re.compile(r"[a-z]{3}")
_LIST_MARK = re.compile(r"^(?:\d{1,2}|[a-h])[.)] +")


@dataclass(frozen=True, slots=True)
class Clauses:
    """Plain clauses without the marks at their ends, a line each in `text`; which of them end in a question mark."""

    text: str
    starts: tuple[int, ...]
    questions: frozenset[int]

    def at(self, position: int) -> int:
        """The number of the clause in which `position` of the text stands."""
        return bisect_right(self.starts, position) - 1

    def of(self, number: int) -> str:
        """The clause of that number; as many as there were sentences."""
        end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end]


def clauses(sentences: Sequence[str]) -> Clauses:
    """The clauses that phrases are looked for in. The last mail is kept: six questions are put to it in a row."""
    return _clauses(tuple(sentences))


@lru_cache(maxsize=1)
def _clauses(sentences: tuple[str, ...]) -> Clauses:
    lines = [" ".join(plain(sentence).split()) for sentence in sentences]
    starts, position = [], 0
    bare = []
    for line in lines:
        starts.append(position)
        bare.append(_LIST_MARK.sub("", line).strip(_EDGES))
        position += len(bare[-1]) + 1
    return Clauses("\n".join(bare), tuple(starts), frozenset(i for i, line in enumerate(lines) if "?" in line))


_TOGETHER = 15_000  # letters of phrases; more at once outgrow the memory of RE2 for its states, and any text is slow


class _Keys(Phrases):
    """Lists of phrases of which it can matter only whether one stands in a text."""

    __slots__ = ()

    def standing(self, text: str) -> list[str]:
        """The names of the lists of which a phrase stands in plain `text`."""
        return [self._phrases[number][0] for number in self._all.Match(text) or ()]


class ClausePhrases:
    """Lists of phrases that may leave a gap (".*") within a clause.

    Many gaps looked for at once make RE2 slow; so a phrase with a gap is looked for only where the words that must
    stand behind its last gap (or, where there are none, before it) occur.
    """

    __slots__ = ("_far", "_keys", "_near")

    def __init__(self, lists: Mapping[str, Iterable[str]], words: Mapping[str, Iterable[str]] | None = None) -> None:
        near: dict[str, list[str]] = {}
        keys: dict[str, list[str]] = {}
        self._far: dict[str, tuple[str, Phrases]] = {}
        for name, patterns in lists.items():
            for pattern in (put_in(p, words or {}) for p in patterns):
                if (key := _key(pattern)) is None:
                    near.setdefault(name, []).append(pattern)
                else:
                    keys[pattern] = [key]
                    self._far[pattern] = name, Phrases({name: [pattern]})
        every = [(name, pattern) for name, patterns in near.items() for pattern in patterns]
        self._near = tuple(_Keys(_lists(some)) for some in _parts(every))
        self._keys = _Keys(keys)

    def spans(self, text: str) -> dict[str, set[tuple[int, int]]]:
        """Where in plain `text` phrases of each list stand, as Phrases.spans tells it."""
        found: dict[str, set[tuple[int, int]]] = {}
        for near in self._near:
            for name, places in near.spans(text).items():
                found.setdefault(name, set()).update(places)
        for pattern in self._keys.standing(text) if self._far else ():
            name, phrase = self._far[pattern]
            for places in phrase.spans(text).values():
                found.setdefault(name, set()).update(places)
        return found

    def standing(self, text: str) -> set[str]:
        """The names of the lists of which a phrase stands in plain `text`."""
        found = {name for near in self._near for name in near.standing(text)}
        if self._far:
            found.update(self._far[p][0] for p in self._keys.standing(text) if self._far[p][1].spans(text))
        return found


def _parts(phrases: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The phrases, (name, phrase) each, in as many parts of about the same length as can be looked for quickly."""
    letters = sum(len(phrase) for _, phrase in phrases)
    most = letters / max(1, math.ceil(letters / _TOGETHER))
    part: list[tuple[str, str]] = []
    length = 0
    for name, phrase in phrases:
        part.append((name, phrase))
        length += len(phrase)
        if length >= most:
            yield part
            part, length = [], 0
    if part:
        yield part


def _lists(phrases: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The lists of phrases by name, of (name, phrase) each."""
    lists: dict[str, list[str]] = {}
    for name, phrase in phrases:
        lists.setdefault(name, []).append(phrase)
    return lists


def put_in(pattern: str, words: Mapping[str, Iterable[str]]) -> str:
    """The pattern with each {name} in it replaced by any one of the `words` of that name."""
    return _NAMED_WORDS.sub(
        lambda match: "(?:" + "|".join(put_in(word, words) for word in words[match[1]]) + ")", pattern
    )


def _key(pattern: str) -> str | None:
    """The part of a pattern behind its last gap, or before its first where that says nothing; None without a gap."""
    atoms = list(_atoms(pattern))
    gaps = [i for i, atom in enumerate(atoms) if _GAP.search(atom)]
    if not gaps:
        return None
    behind, before = "".join(atoms[gaps[-1] + 1 :]).strip(), "".join(atoms[: gaps[0]]).strip()
    return behind if _TELLING.search(behind) else before


def _atoms(pattern: str) -> Iterator[str]:
    """The pattern cut at its top level: each letter, class or group with the repetition behind it."""
    begin = 0
    while begin < len(pattern):
        depth = 0
        end = begin
        for piece in _ONE.finditer(pattern, begin):
            depth += (piece[1] == "(") - (piece[1] == ")")
            end = piece.end()
            if depth == 0:
                break
        yield pattern[begin:end]
        begin = end


def longest(spans: Mapping[str, Iterable[tuple[int, int]]]) -> list[tuple[int, int, str]]:
    """The (start, end, name) of all spans in order; one that stands within a longer one of another name is left out."""
    found = sorted((start, -end, name) for name, places in spans.items() for start, end in places)
    kept: list[tuple[int, int, str]] = []
    furthest = -1
    for start, end, name in found:
        if -end > furthest or (kept and kept[-1][:2] == (start, -end)):
            kept.append((start, -end, name))
            furthest = max(furthest, -end)
    return kept
