"""Who approved what, and when: a chain in which every record seals the one before it (G54).

It holds numbers and digests, no mail text and no address.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Action = Literal["approved", "withdrawn", "resent", "marked sent"]
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `draft_sha256` is what the person saw, `wire_sha256` the exact bytes that may be sent."""

    seq: int
    at: datetime
    actor: str
    action: Action
    item: str
    outgoing: str
    draft_sha256: str
    wire_sha256: str
    previous: str
    hash: str


def seal(
    seq: int,
    previous: str,
    *,
    at: datetime,
    actor: str,
    action: Action,
    item: str,
    outgoing: str,
    draft_sha256: str,
    wire_sha256: str,
) -> Entry:
    """The record that follows the one whose hash is `previous`."""
    said = json.dumps(
        [seq, previous, at.isoformat(), actor, action, item, outgoing, draft_sha256, wire_sha256], separators=(",", ":")
    )
    digest = hashlib.sha256(said.encode()).hexdigest()
    return Entry(seq, at, actor, action, item, outgoing, draft_sha256, wire_sha256, previous, digest)


def faults(entries: Sequence[Entry], highest: int) -> Iterator[str]:
    """Everything that shows the chain was tampered with; `highest` is the highest number ever given out."""
    previous = GENESIS
    for expected, entry in enumerate(entries, 1):
        if entry.seq != expected:
            yield f"record {expected} is missing"
            return
        true = seal(
            entry.seq,
            previous,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            item=entry.item,
            outgoing=entry.outgoing,
            draft_sha256=entry.draft_sha256,
            wire_sha256=entry.wire_sha256,
        )
        if entry.previous != previous or entry.hash != true.hash:
            yield f"record {entry.seq} was changed"
            return
        previous = entry.hash
    if len(entries) < highest:
        yield f"{highest - len(entries)} record(s) at the end are missing"
