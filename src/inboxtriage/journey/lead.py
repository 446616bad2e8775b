"""A lead: one person, and the dated events from which everything else about them is derived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.journey.stage import Stage

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
]
CONTACTS: frozenset[str] = frozenset({"asked", "wrote", "reply sent", "contact"})  # either side spoke


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
