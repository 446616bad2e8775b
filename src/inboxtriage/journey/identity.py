"""One person under several records: which of them stands for the person, and what all of them say together.

Records that were merged are a tree: each names the one that it was merged into, and the root stands for the person.
Nothing moves from record to record. What was recorded stays where it was recorded, so that a split gives everything
back; what follows from a merge is worked out each time it is read.

The history is all events in the order in which they were recorded. Where the records contradicted each other when they
were merged, this decides:

- Stage: who is a client in one record is a client. Of two client stages the one recorded last counts, of two others
  the one that is further on. What was checked off goes with it; at the same stage all of it counts.
- Outcome: that of the client, where only one of them is; else what was said last.
- Tier: the higher one.
- Who asked not to be written to in one record is not written to.
- Dates, language and zone: what was said last. Promises: all of them; proposals too, but for an end that was proposed
  at a stage that counts no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from inboxtriage.journey.history import Proposal, Standing, living, standing
from inboxtriage.journey.lead import TIERS, Event, EventKind, Lead, is_client
from inboxtriage.journey.stage import STAGES, Outcome, Stage


def person(root: Lead, members: Sequence[Lead]) -> Lead:
    """The person: the root's record, what it lacks filled in from the others, who came when the first of them came."""
    first = min([root, *members], key=lambda lead: lead.first_seen_at)
    return replace(
        root,
        address=root.address or next((one.address for one in members if one.address), None),
        name=root.name or next((one.name for one in members if one.name), None),
        phone=root.phone or next((one.phone for one in members if one.phone), None),
        source=first.source,
        first_seen_at=first.first_seen_at,
    )


def history(root: str, recorded: Mapping[str, Sequence[Event]], taken: Mapping[str, Sequence[str]]) -> list[Event]:
    """What happened with a person, in order. `recorded`: by record; `taken`: the records merged into each.

    After the event of a merge stand those that say what was decided (above), where the events alone would say
    otherwise; they are stored nowhere and have the id of the merge. Where the stage is decided, the merge has it, and
    in `what` the event by which that stage was come to.
    """
    told = list(recorded.get(root, ()))
    merges = {event.value: event for event in told if event.kind == "merged"}  # the last one with each counts
    for member in sorted(taken.get(root, ()), key=lambda member: _id(merges.get(member))):
        theirs = history(member, recorded, taken)
        told = _joined(told, theirs, merges.get(member))
    return told


def _id(merge: Event | None) -> int:
    return merge.id if merge is not None else 0


def _joined(told: list[Event], theirs: list[Event], merge: Event | None) -> list[Event]:
    together = sorted([*told, *theirs], key=lambda event: event.id)
    if merge is None:
        return together
    alive = [event for event in living(together) if event.id < merge.id]
    of_theirs = set(theirs)
    both = standing(alive)
    decided = _decide(
        standing([event for event in alive if event not in of_theirs]),
        standing([event for event in alive if event in of_theirs]),
        both,
    )
    at = together.index(merge)
    return [*together[:at], *_said(decided, both, merge), *together[at + 1 :]]


@dataclass(frozen=True, slots=True)
class _Decision:
    stage: Stage
    since: Event | None
    checked: frozenset[str]
    next_stage: Proposal | None
    outcome: Outcome
    tier: str | None
    writable: bool


def _decide(ours: Standing, theirs: Standing, both: Standing) -> _Decision:
    """What counts of two records of one person, by the rules above. `both`: what their events say in one row."""
    first, second = (theirs, ours) if _goes_before(theirs, ours) else (ours, theirs)
    same = first.stage == second.stage
    only_one = is_client(first.stage) and not is_client(second.stage)
    return _Decision(
        stage=first.stage,
        since=first.since,
        checked=first.checked | second.checked if same else first.checked,
        next_stage=_next_stage(first) or (_next_stage(second) if same else None),
        outcome=first.outcome if only_one else both.outcome,
        tier=min((one for one in (first.tier, second.tier) if one), key=_rank, default=None),
        writable=first.writable and second.writable,
    )


def _goes_before(one: Standing, other: Standing) -> bool:
    """Whether the stage of `one` counts, where each record names its own."""
    if is_client(one.stage) and is_client(other.stage):
        return _id(one.since) > _id(other.since)
    return STAGES.index(one.stage) > STAGES.index(other.stage)


def _rank(tier: str) -> int:
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def _next_stage(where: Standing) -> Proposal | None:
    return next((one for one in where.proposals if one.what == "stage"), None)


def _said(decided: _Decision, both: Standing, merge: Event) -> Iterator[Event]:
    """The merge, and what it decides otherwise than the events do."""

    def and_so(kind: EventKind, value: str, what: str = "") -> Event:
        return merge._replace(kind=kind, cause="merged", note="", what=what, value=value)

    moved = decided.stage != both.stage
    yield merge._replace(stage=decided.stage, what=str(_id(decided.since))) if moved else merge
    checked = frozenset() if moved else both.checked
    for item in sorted(decided.checked - checked):
        yield and_so("checked", "", item)
    for item in sorted(checked - decided.checked):
        yield and_so("unchecked", "", item)
    ended = decided.outcome != both.outcome
    if ended:  # first, since with an end no next stage is proposed any more
        yield and_so("reopened", "") if decided.outcome == "open" else and_so("closed", decided.outcome)
    lapsed = moved or (ended and decided.outcome != "open")
    wanted, there = decided.next_stage, None if lapsed else _next_stage(both)
    if wanted is not None and wanted != there:
        yield Event("proposed", wanted.at, wanted.cause, wanted.why, None, wanted.what, wanted.value, merge.id)
    elif wanted is None and there is not None:
        yield and_so("dismissed", there.value, there.what)
    if decided.tier != both.tier:
        yield and_so("tier", decided.tier or "")
    if decided.writable != both.writable:
        yield and_so("may be written to", "yes" if decided.writable else "no")
