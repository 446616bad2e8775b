"""Who belongs to whom: couples and families, and by whose word somebody came. Pure, from events alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from inboxtriage.journey.history import living
from inboxtriage.journey.lead import Event

Tie = Literal["couple", "family", "colleague", "other"]
TIES: tuple[Tie, ...] = get_args(Tie)


@dataclass(frozen=True, slots=True)
class Referrals:
    """By whose word a lead came (a lead's id, or words; None: not known), and which leads came by theirs."""

    by: str | None = None
    given: tuple[str, ...] = ()


def ties(events: Sequence[Event]) -> dict[str, str]:
    """The leads that one is linked with, by id, and as what."""
    found: dict[str, str] = {}
    for event in living(events):
        if event.kind == "linked":
            found[event.value] = event.what
        elif event.kind == "unlinked":
            found.pop(event.value, None)
    return found


def referred_by(events: Sequence[Event]) -> str | None:
    """Who sent them: a lead's id, or words. What was said last counts; "" takes it back."""
    return next((event.value for event in reversed(living(events)) if event.kind == "referred by"), "") or None


def referrals(events: Mapping[str, Sequence[Event]], roots: Mapping[str, str] | None = None) -> dict[str, Referrals]:
    """Referrals received and given by each lead, from everybody's events.

    `roots` names, for a lead that was found to be the same person as another, the one that stays: the two count once,
    and nobody refers themselves. Leads without any referral are not in it; referrers who are no lead are, by the words
    for them.
    """
    root = roots or {}
    by: dict[str, str] = {}
    for lead, told in events.items():
        who = referred_by(told)
        person = root.get(lead, lead)
        if who is not None and root.get(who, who) != person:
            by.setdefault(person, root.get(who, who))
    given: dict[str, list[str]] = {}
    for lead, who in by.items():
        given.setdefault(who, []).append(lead)
    return {
        lead: Referrals(by.get(lead), tuple(given.get(lead, ())))
        for lead in sorted(by.keys() | given.keys(), key=_order)
    }


def _order(lead: str) -> tuple[int, str]:
    return len(lead), lead
