"""Events -> where a lead stands. Nothing of this is ever stored, so nothing can contradict the events.

An event that was undone stays on record and counts no more; that it was undone is an event itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from inboxtriage.journey.lead import CONTACTS, OURS, OUTCOMES_OF, THEIRS, Event
from inboxtriage.journey.stage import STAGES, Outcome, Stage


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that evidence speaks for and that nobody has decided about.

    `what` ("stage", "outcome", "tier", "contact") is to become `value`; `cause` is the mail, or what else brought it
    about, and `why` says it in words.
    """

    what: str
    value: str
    cause: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that the events of one lead say about now.

    Each `last_*` is the event that says so, or None. `checked` is of the present stage only: who comes round to a
    stage again begins its list again. `promises` are days, oldest first, by which something was promised.
    """

    stage: Stage
    since: Event | None  # the move to this stage
    outcome: Outcome
    tier: str | None
    writable: bool  # False: they asked not to be written to
    last_contact: Event | None
    last_ours: Event | None
    last_theirs: Event | None
    checked: frozenset[str]
    proposals: tuple[Proposal, ...]
    dates: dict[str, str]
    zone: str | None
    language: str | None
    promises: tuple[str, ...]


def living(events: Sequence[Event]) -> list[Event]:
    """The events that count: all but those that were undone, and but the undoing itself. An undoing is final."""
    undone = {event.value for event in events if event.kind == "undone"}
    if not undone:
        return list(events)
    return [event for event in events if event.kind != "undone" and str(event.id) not in undone]


def stage_of(events: Sequence[Event]) -> Stage:
    """The stage that the last move led to; a lead without one stands at the beginning."""
    return next((event.stage for event in reversed(living(events)) if event.stage is not None), STAGES[0])


def stages_along(events: Sequence[Event]) -> list[Stage]:
    """The stage after each event."""
    along: list[Stage] = []
    undone = any(event.kind == "undone" for event in events)
    for n, event in enumerate(events):
        if undone:
            along.append(stage_of(events[: n + 1]))
        else:
            along.append(event.stage or (along[-1] if along else STAGES[0]))
    return along


def outcome_of(events: Sequence[Event]) -> Outcome:
    """How it ended with a person, by the last event that says so; "open" until then, and again when they ask again."""
    for event in reversed(living(events)):
        if event.kind == "closed":
            return next(one for one in get_args(Outcome) if one == event.value)
        if event.kind in OUTCOMES_OF:
            return OUTCOMES_OF[event.kind]
    return "open"


def last_contact(events: Sequence[Event]) -> datetime | None:
    """When either side last spoke to the other."""
    return max((event.at for event in living(events) if event.kind in CONTACTS), default=None)


def standing(events: Sequence[Event]) -> Standing:
    """Where one lead stands, from its events in the order in which they were recorded."""
    alive = living(events)
    dates = {event.what: event.value for event in alive if event.kind == "date"}
    since = next((event for event in reversed(alive) if event.stage is not None), None)
    return Standing(
        stage=stage_of(events),
        since=since,
        outcome=outcome_of(events),
        tier=_last_value(alive, "tier"),
        writable=_last_value(alive, "may be written to") != "no",
        last_contact=_latest(alive, CONTACTS),
        last_ours=_latest(alive, OURS),
        last_theirs=_latest(alive, THEIRS),
        checked=_checked(alive[alive.index(since) :] if since else alive),
        proposals=_proposals(alive),
        dates={what: value for what, value in dates.items() if value},
        zone=_last_value(alive, "zone"),
        language=_last_value(alive, "language"),
        promises=_promises(alive),
    )


def _latest(alive: Sequence[Event], kinds: frozenset[str]) -> Event | None:
    return max((event for event in alive if event.kind in kinds), key=lambda event: event.at, default=None)


def _last_value(alive: Sequence[Event], kind: str) -> str | None:
    return next((event.value for event in reversed(alive) if event.kind == kind), "") or None


def _checked(alive: Sequence[Event]) -> frozenset[str]:
    checked: set[str] = set()
    for event in alive:
        if event.kind == "checked":
            checked.add(event.what)
        elif event.kind == "unchecked":
            checked.discard(event.what)
    return frozenset(checked)


def _proposals(alive: Sequence[Event]) -> tuple[Proposal, ...]:
    """What is still open: nothing of the kind was decided since."""
    settles = {"stage": {"moved", "added"}, "outcome": {"closed", "reopened"}, "tier": {"tier"}}
    settles["contact"] = {"may be written to"}
    found: dict[str, Proposal] = {}
    for event in alive:
        if event.kind == "proposed":
            found[event.what] = Proposal(event.what, event.value, event.cause, event.note, event.at)
        elif event.kind == "dismissed":
            found.pop(event.what, None)
        else:
            if event.stage is not None:
                found.pop("stage", None)
            for what, kinds in settles.items():
                if event.kind in kinds:
                    found.pop(what, None)
    return tuple(found.values())


def _promises(alive: Sequence[Event]) -> tuple[str, ...]:
    open_: list[str] = []
    for event in alive:
        if event.kind == "promised":
            open_.append(event.value)
        elif event.kind == "promise kept" and event.value in open_:
            open_.remove(event.value)
    return tuple(sorted(open_))
