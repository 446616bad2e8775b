"""How much may leave in a time: the last guard against a loop or a slip of the hand (G34). Pure.

Counted is what was handed to a server, also where nobody knows the end of it. A loop with a machine that strips every
header and writes from a fresh address tag each time ends here, whoever says yes to its letters.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handed:
    """One letter that was handed over: when, to whom, and the Message-IDs of the conversation it belongs to."""

    at: datetime
    to: str
    thread: frozenset[str]


def departures(handed: Sequence[datetime], now: datetime, per_hour: int) -> Iterator[datetime]:
    """When the next letters may leave, one after the other without end, after those that were handed over."""
    taken = sorted(handed)
    while True:
        free = taken[-per_hour] + HOUR if len(taken) >= per_hour else now
        taken.append(max(free, now))
        yield taken[-1]


def to_one(handed: Collection[Handed], to: str, thread: frozenset[str]) -> int:
    """How many of the letters went to this person, or are of this conversation, whichever are more.

    A conversation is followed from letter to letter, for a mail may name only the last one that it answers.
    """
    person = without_tag(to)
    rest, ids, in_thread = list(handed), set(thread), 0
    while near := [letter for letter in rest if letter.thread & ids]:
        in_thread += len(near)
        ids.update(*(letter.thread for letter in near))
        rest = [letter for letter in rest if letter not in near]
    return max(in_thread, sum(without_tag(letter.to) == person for letter in handed))


def without_tag(address: str) -> str:
    """The address in lower case, without a plus tag (RFC 5233): jane+x@ is jane@."""
    local, at, domain = address.lower().rpartition("@")
    return re.sub(r"(?<=.)\+.*", "", local) + at + domain
