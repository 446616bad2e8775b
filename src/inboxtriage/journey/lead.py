"""A lead: one person, and the dated events from which everything else about them is derived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from inboxtriage.journey.stage import Outcome, Stage

EventKind = Literal[
    # what was said, either way
    "asked",
    "wrote",
    "draft approved",
    "approval undone",
    "reply sent",  # an answer to their mail
    "letter sent",  # a letter of ours that answers none; `what` is its name
    "contact",  # a call, a meeting; `what` is "phone", "meeting", "elsewhere", or a touch (`value`: its occurrence)
    "noted",  # `what`: "" | "decision" | "agreement" | "lesson"; `value`: its date, where it is not `at`
    "done undone",
    # where they stand
    "added",
    "moved",
    "referred out",
    "closed",  # `value` is the outcome
    "reopened",
    "proposed",  # by evidence: `what` is "stage", "outcome", "tier" or "contact", `value` what is proposed
    "dismissed",  # a proposal, with the same `what` and `value`
    "undone",  # `value` is the id of the event that counts no more
    # what is known of them
    "tier",  # `value`: "A", "B", "C", or "" for none
    "checked",  # `what` is the item of the checklist
    "unchecked",
    "may be written to",  # `value`: "yes" or "no"
    "date",  # `what`: "birthday", "anniversary" or the owner's own; `value`: YYYY-MM-DD, or --MM-DD; "" for none
    "zone",  # `value`: their time zone
    "language",  # `value`: the two letters of the language that letters to them are in
    # people
    "referred by",  # `value`: a lead's id, or words
    "linked",  # `what`: "couple", "family" …; `value`: the other lead's id
    "unlinked",
    "letting go",  # the work with them is to end: `what` is the colleague or "", `value` from which day, "" for not
    "let-go step",  # `what` is the step, `value` "done" or ""
    "reviewed",  # seen when the owner went through the whole list
    "merged",  # `value`: the lead that was taken in (on the one that stays), or that took this one in
    "split",
    # letters that the plan asks for
    "touch written",  # `what` is the touch, `value` its occurrence; the cause is the draft
    "touch dropped",  # with the same `what` and `value`: it was not to be, or no longer
    # feedback, measures, promises
    "survey sent",  # `what` is the survey
    "scored",  # `what` is the survey, `value` the number
    "consented",  # `what`: "testimonial"; `value`: to what
    "consent withdrawn",
    "testimonial",  # `note` holds their words
    "logged",  # `what`: "revenue" or "hours"; `value`: a number
    "promised",  # `value`: by which day (YYYY-MM-DD)
    "promise kept",  # `value`: the same day
]
CONTACTS: frozenset[str] = frozenset({"asked", "wrote", "reply sent", "letter sent", "contact"})  # either side spoke
OURS: frozenset[str] = frozenset({"reply sent", "letter sent"})
THEIRS: frozenset[str] = frozenset({"asked", "wrote"})
# What an event says about how it ends with a person; somebody who asks again is open again.
OUTCOMES_OF: dict[EventKind, Outcome] = {"asked": "open", "referred out": "referred_out", "reopened": "open"}
CLIENT_STAGES: tuple[Stage, ...] = ("enroll", "engage", "wrap_up", "follow_up")
TIERS: tuple[str, ...] = ("A", "B", "C")


def is_client(stage: Stage) -> bool:
    """Whether somebody at this stage is, or was, a client: no newcomer, whatever they ask."""
    return stage in CLIENT_STAGES


class Event(NamedTuple):
    """Something that happened. `stage` is set only where it moved the lead; `cause` names what brought it about.

    `what` and `value` say what it is about, as each kind does (above); `id` is the row's, 0 before it is stored.
    A tuple, because they are read by the hundred thousand.
    """

    kind: EventKind
    at: datetime
    cause: str
    note: str = ""
    stage: Stage | None = None
    what: str = ""
    value: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Lead:
    """One person. A caller may have a phone number and no address.

    `merged_into` is the id of the lead that this one was found to be the same person as.
    """

    id: str
    address: str | None
    name: str | None
    phone: str | None
    source: str
    first_seen_at: datetime
    merged_into: str | None = None
