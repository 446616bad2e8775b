"""Groups of letters that ask for one decision: the same questions answered in the same words, but for the greeting.

A group's name is a digest of its members and their drafts, so that a group which changed in any way is no more (stale).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A draft that may be approved together with others like it."""

    item: str
    sha256: str
    labels: tuple[str, ...]
    language: str
    body: str


def groups(members: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    """The groups of two and more, by name."""
    alike: dict[tuple[object, ...], list[Member]] = {}
    for member in members:
        _, _, words = member.body.partition("\n")  # the first line greets by name
        alike.setdefault((frozenset(member.labels), member.language, words), []).append(member)
    return {_name(found): tuple(found) for found in alike.values() if len(found) > 1}


def _name(members: list[Member]) -> str:
    said = "\n".join(sorted(f"{member.item} {member.sha256}" for member in members))
    return "g" + hashlib.sha256(said.encode()).hexdigest()[:12]
