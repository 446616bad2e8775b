"""Events -> where a lead stands. Nothing of this is ever stored, so nothing can contradict the events."""

from collections.abc import Sequence
from datetime import datetime

from inboxtriage.journey.lead import CONTACTS, OUTCOMES_OF, Event
from inboxtriage.journey.stage import STAGES, Outcome, Stage


def stage_of(events: Sequence[Event]) -> Stage:
    """The stage that the last move led to; a lead without one stands at the beginning."""
    return next((event.stage for event in reversed(events) if event.stage is not None), STAGES[0])


def stages_along(events: Sequence[Event]) -> list[Stage]:
    """The stage after each event."""
    return [stage_of(events[: n + 1]) for n in range(len(events))]


def outcome_of(events: Sequence[Event]) -> Outcome:
    """How it ended with a person, by the last event that says so; "open" until then, and again when they ask again."""
    return next((OUTCOMES_OF[event.kind] for event in reversed(events) if event.kind in OUTCOMES_OF), "open")


def last_contact(events: Sequence[Event]) -> datetime | None:
    """When either side last spoke to the other."""
    return max((event.at for event in events if event.kind in CONTACTS), default=None)
