"""Who approved what, and when: a chain in which every record seals the one before it (G54).

It holds numbers and digests, no mail text and no address.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal

Action = Literal[
    "approved",
    "withdrawn",
    "resent",
    "marked sent",
    "forgot",
    "standing approved",  # a text for all who write during an absence (approval.standing)
    "standing withdrawn",
    "acknowledged",  # a mail that left, or may leave, under such an approval
]
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. `draft_sha256` is what they saw, `wire_sha256` the exact bytes that may be sent.

    Of a standing approval `item` is "absence", its first day and the language, and `outgoing` and `wire_sha256` are
    empty. Where a person was forgotten, `item` and `outgoing` name all that went with them, with commas between, and
    the digests are empty.
    """

    at: datetime
    actor: str
    action: Action
    item: str
    outgoing: str
    draft_sha256: str
    wire_sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: an act, sealed together with the record before it."""

    seq: int
    act: Act
    previous: str
    hash: str


def seal(seq: int, previous: str, act: Act) -> Entry:
    """The record that follows the one whose hash is `previous`."""
    at, *rest = astuple(act)
    said = json.dumps([seq, previous, at.isoformat(), *rest], separators=(",", ":"))
    return Entry(seq, act, previous, hashlib.sha256(said.encode()).hexdigest())


def faults(entries: Sequence[Entry], highest: int) -> Iterator[str]:
    """Everything that shows the chain was tampered with; `highest` is the highest number ever given out."""
    previous = GENESIS
    for expected, entry in enumerate(entries, 1):
        if entry.seq != expected:
            yield f"record {expected} is missing"
            return
        if entry.previous != previous or entry.hash != seal(entry.seq, previous, entry.act).hash:
            yield f"record {entry.seq} was changed"
            return
        previous = entry.hash
    if len(entries) < highest:
        yield f"{highest - len(entries)} record(s) at the end are missing"


def forgotten(entries: Sequence[Entry]) -> frozenset[str]:
    """The ids of the mails that are gone because their person was forgotten."""
    acts = (entry.act for entry in entries if entry.act.action == "forgot")
    return frozenset(name for act in acts for name in act.outgoing.split(","))
