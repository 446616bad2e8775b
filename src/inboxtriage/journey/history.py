"""Events -> where a lead stands. Nothing of this is ever stored, so nothing can contradict the events.

An event that was undone stays on record and counts no more; that it was undone is an event itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.journey.lead import CONTACTS, OURS, OUTCOMES_OF, THEIRS, Event, EventKind
from inboxtriage.journey.stage import OUTCOMES, STAGES, Outcome, Stage


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
    parting_on: str | None = None  # from which day the work with them is to end, where that is planned (`parting`)


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
    return _outcome(living(events))


def last_contact(events: Sequence[Event]) -> datetime | None:
    """When either side last spoke to the other."""
    return max((event.at for event in living(events) if event.kind in CONTACTS), default=None)


def standing(events: Sequence[Event]) -> Standing:
    """Where one lead stands, from its events in the order in which they were recorded.

    It is asked of thousands at once by `store.standings`, which leaves out events that this does not look at: a kind
    that is to count here belongs into `COUNTED` too.
    """
    alive = living(events)
    since, checked = _moved(alive)
    contact, ours, theirs = _contacts(alive)
    said = {event.kind: event.value for event in alive}
    dates = {event.what: event.value for event in alive if event.kind == "date"} if "date" in said else {}
    return Standing(
        stage=STAGES[0] if since is None or since.stage is None else since.stage,
        since=since,
        outcome=_outcome(alive),
        tier=said.get("tier") or None,
        writable=said.get("may be written to") != "no",
        last_contact=contact,
        last_ours=ours,
        last_theirs=theirs,
        checked=frozenset(checked),
        proposals=_proposals(alive) if "proposed" in said else (),
        dates={what: value for what, value in dates.items() if value},
        zone=said.get("zone") or None,
        language=said.get("language") or None,
        promises=_promises(alive) if "promised" in said else (),
        parting_on=_parting_on(alive) if said.get("letting go") else None,
    )


_LAST_COUNTS: frozenset[EventKind] = frozenset({"tier", "may be written to", "zone", "language"})
# What a decision of each kind is about: it settles what was proposed of that. A move settles proposals of a stage.
_SETTLES: dict[EventKind, str] = {
    "closed": "outcome",
    "reopened": "outcome",
    "tier": "tier",
    "may be written to": "contact",
}
# Every kind that says something about now wherever it stands among the events; besides these count what moved the
# lead last, what reopened it last, and the last contacts.
COUNTED: frozenset[EventKind] = (
    _LAST_COUNTS
    | frozenset(_SETTLES)
    | frozenset(
        {
            "referred out",
            "checked",
            "unchecked",
            "date",
            "proposed",
            "dismissed",
            "promised",
            "promise kept",
            "letting go",
        }
    )
)


def _moved(alive: Sequence[Event]) -> tuple[Event | None, set[str]]:
    """The move to the present stage, and what was checked since. Who is merged has not moved: see `identity`."""
    moves: dict[str, Event] = {}
    since: Event | None = None
    checked: set[str] = set()
    for event in alive:
        if event.stage is not None:
            since = moves.get(event.what, event) if event.kind == "merged" else event
            moves[str(since.id)] = since
            checked.clear()
        if event.kind == "checked":
            checked.add(event.what)
        elif event.kind == "unchecked":
            checked.discard(event.what)
    return since, checked


def _outcome(alive: Sequence[Event]) -> Outcome:
    for event in reversed(alive):
        if event.kind == "closed":
            return _outcome_named(event.value)
        if event.kind in OUTCOMES_OF:
            return OUTCOMES_OF[event.kind]
    return "open"


def _contacts(alive: Sequence[Event]) -> tuple[Event | None, Event | None, Event | None]:
    """The last contact, ours and theirs; of two at one moment the one recorded last."""
    contact = ours = theirs = None
    for event in alive:
        if event.kind in CONTACTS:
            contact = event if contact is None or event.at >= contact.at else contact
            if event.kind in THEIRS:
                theirs = event if theirs is None or event.at >= theirs.at else theirs
            elif event.kind in OURS:
                ours = event if ours is None or event.at >= ours.at else ours
    return contact, ours, theirs


def _proposals(alive: Sequence[Event]) -> tuple[Proposal, ...]:
    """What is still open: nothing of the kind was decided since."""
    found: dict[str, Proposal] = {}
    for event in alive:
        if event.kind == "proposed":
            found[event.what] = Proposal(event.what, event.value, event.cause, event.note, event.at)
        elif event.kind == "dismissed":
            found.pop(event.what, None)
        if event.stage is not None:  # what was proposed was proposed of another stage
            found.pop("stage", None)
            found.pop("outcome", None)
        if event.kind == "closed":
            found.pop("stage", None)
        if event.kind in _SETTLES:
            found.pop(_SETTLES[event.kind], None)
    return tuple(found.values())


def _promises(alive: Sequence[Event]) -> tuple[str, ...]:
    open_: list[str] = []
    for event in alive:
        if event.kind == "promised":
            open_.append(event.value)
        elif event.kind == "promise kept" and event.value in open_:
            open_.remove(event.value)
    return tuple(sorted(open_))


def _parting_on(alive: Sequence[Event]) -> str | None:
    last = next(event for event in reversed(alive) if event.kind in {"letting go", "closed"})
    return last.value if last.kind == "letting go" else None


def _outcome_named(text: str) -> Outcome:
    return next(one for one in OUTCOMES if one == text)
