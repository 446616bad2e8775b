"""An approved mail on its way: the states it can be in, and the only moves between them (CONTRACT.md).

`sending` is committed before connecting, `committing` after 354 and before the first body byte. What dies in the
first goes back to the queue; what dies in the second is `unknown` until there is proof (RFC 1047, G1, G2).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

State = Literal["queued", "sending", "committing", "sent", "deferred", "failed", "unknown", "cancelled"]
STATES: tuple[State, ...] = get_args(State)

MOVES: dict[State, frozenset[State]] = {
    "queued": frozenset({"sending", "cancelled"}),
    "sending": frozenset({"committing", "queued", "deferred", "failed"}),
    "committing": frozenset({"sent", "deferred", "failed", "unknown"}),
    "deferred": frozenset({"sending", "cancelled", "failed"}),
    "unknown": frozenset({"sent", "queued"}),
    "sent": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
DUE: tuple[State, ...] = ("queued", "deferred")  # waiting for its moment
LIVE: tuple[State, ...] = ("queued", "sending", "committing", "deferred", "unknown", "sent")  # bars another one
AFTER_DEATH: dict[State, State] = {"sending": "queued", "committing": "unknown"}  # a claim whose process died


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail in the outbox. `mime` are the frozen bytes; the digests are those of the approval."""

    id: str
    item: str
    account: str
    sender: str
    to: str
    subject: str
    message_id: str
    draft_sha256: str
    wire_sha256: str
    mime: bytes
    state: State
    attempts: int
    approved_at: datetime
    not_before: datetime
    last_reply: str | None
