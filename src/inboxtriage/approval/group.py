"""Groups of letters that one decision can settle together: the same questions, answered from the same facts.

A group is read as a card: the text that all its letters share, once and in full, and for each letter the lines that are
its own. Nothing of any letter is left out of the card (`Card.letter` gives each one back). A group's name is a digest
of its members and their drafts, so that a group which changed in any way is no more (stale). Pure.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BREAK = re.compile(r"\n{2,}")
_ALIKE = 0.4  # the share of a letter's words that a group has in common at least, or its card would save no reading


@dataclass(frozen=True, slots=True)
class Member:
    """A draft that may be approved together with others like it.

    `says` is what it answers from, the same for letters of one group: the kind of writer, and for each answer its
    file and facts.
    """

    item: str
    sha256: str
    labels: tuple[str, ...]
    language: str
    body: str
    says: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """Paragraphs of one letter alone, which stand before the shared paragraph of that number (or behind the last)."""

    before: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Letters read together: the paragraphs that all share, in order, and by letter those of its own."""

    shared: tuple[str, ...]
    own: tuple[tuple[Own, ...], ...]

    def letter(self, member: int) -> str:
        """The whole letter of one member, as it will be sent."""
        before = {own.before: own.paragraphs for own in self.own[member]}
        parts: list[str] = []
        for n, paragraph in enumerate(self.shared):
            parts += [*before.get(n, ()), paragraph]
        return "\n\n".join([*parts, *before.get(len(self.shared), ())])


def groups(members: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    """The groups of two and more, by name, each in the order in which its members came."""
    alike: dict[tuple[object, ...], list[list[Member]]] = defaultdict(list)
    for member in members:
        clusters = alike[frozenset(member.labels), member.language, member.says]
        mine = next((one for one in clusters if _fits(one[0].body, member.body)), None)
        if mine is None:
            clusters.append([member])
        else:
            mine.append(member)
    found = (one for clusters in alike.values() for one in clusters if len(one) > 1)
    return {_name(one): tuple(one) for one in found}


def card(bodies: Sequence[str]) -> Card:
    """These letters as one card."""
    letters = [paragraphs(body) for body in bodies]
    shared = letters[0] if letters else []
    for letter in letters[1:]:
        shared = _common(shared, letter)
    return Card(tuple(shared), tuple(tuple(_own(shared, letter)) for letter in letters))


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a letter."""
    return _BREAK.split(body.strip("\n"))


def _fits(one: str, other: str) -> bool:
    """Whether two letters share enough of their words, by whole paragraphs, to be read together."""
    first, second = paragraphs(one), paragraphs(other)
    shared = sum(len(text.split()) for text in _common(first, second))
    return shared >= _ALIKE * max(len(one.split()), len(other.split()))


def _common(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The longest sequence of paragraphs that both letters have in the same order."""
    longest = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in range(len(first) - 1, -1, -1):
        for j in range(len(second) - 1, -1, -1):
            same = longest[i + 1][j + 1] + 1 if first[i] == second[j] else 0
            longest[i][j] = max(same, longest[i + 1][j], longest[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        if first[i] == second[j]:
            found.append(first[i])
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _own(shared: Sequence[str], letter: Sequence[str]) -> Iterable[Own]:
    """The paragraphs of a letter that are not the shared ones, by where they stand among these."""
    n, mine = 0, list[str]()
    for paragraph in letter:
        if n < len(shared) and paragraph == shared[n]:
            if mine:
                yield Own(n, tuple(mine))
                mine = []
            n += 1
        else:
            mine.append(paragraph)
    if mine:
        yield Own(n, tuple(mine))


def _name(members: list[Member]) -> str:
    said = "\n".join(sorted(f"{member.item} {member.sha256}" for member in members))
    return "g" + hashlib.sha256(said.encode()).hexdigest()[:12]
