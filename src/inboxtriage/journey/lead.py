"""A lead: one person, and the dated events from which everything else about them is derived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.journey.stage import Outcome, Stage

EventKind = Literal[
    "added",
    "asked",
    "wrote",
    "draft approved",
    "approval undone",
    "reply sent",
    "contact",
    "moved",
    "noted",
    "done undone",
    "referred out",
]
CONTACTS: frozenset[str] = frozenset({"asked", "wrote", "reply sent", "contact"})  # either side spoke
# What an event says about how it ends with a person; somebody who asks again is open again.
OUTCOMES_OF: dict[EventKind, Outcome] = {"asked": "open", "referred out": "referred_out"}
CLIENT_STAGES: tuple[Stage, ...] = ("enroll", "engage", "wrap_up", "follow_up")


def is_client(stage: Stage) -> bool:
    """Whether somebody at this stage is, or was, a client: no newcomer, whatever they ask."""
    return stage in CLIENT_STAGES


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `stage` is set only where it moved the lead; `cause` names what brought it about."""

    kind: EventKind
    at: datetime
    cause: str
    note: str = ""
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """One person. A caller may have a phone number and no address."""

    id: str
    address: str | None
    name: str | None
    phone: str | None
    source: str
    first_seen_at: datetime
