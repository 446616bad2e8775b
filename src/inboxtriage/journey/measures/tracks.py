"""The way of each person, from the events that count: the same stage, outcome and tier as `journey.history` tells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, cast

from inboxtriage.journey.lead import CLIENT_STAGES, OUTCOMES_OF, EventKind
from inboxtriage.journey.measures.rows import Fact, Facts, Person
from inboxtriage.journey.stage import STAGES, Outcome, Stage

_Said = TypeVar("_Said")
_ENDING = ("closed", *OUTCOMES_OF)


@dataclass(slots=True)
class Track:
    """One person's moves, ends and tier, each in the order in which they were recorded."""

    person: Person
    moves: list[tuple[datetime, Stage]] = field(default_factory=list)
    ends: list[tuple[datetime, Outcome]] = field(default_factory=list)
    tiers: list[tuple[datetime, str]] = field(default_factory=list)

    def stage_at(self, moment: datetime) -> Stage | None:
        """Where they stood; None before they came."""
        found = _last(self.moves, moment)
        if found is None:
            return STAGES[0] if self.person.first_seen_at < moment else None
        return found

    def outcome_at(self, moment: datetime) -> Outcome:
        """How it had ended by then."""
        return _last(self.ends, moment) or "open"

    def tier_at(self, moment: datetime) -> str:
        """Their tier; "" for none."""
        return _last(self.tiers, moment) or ""

    def furthest(self, moment: datetime) -> int:
        """The place, in the order of the stages, of the furthest one that they had come to."""
        return max((STAGES.index(stage) for at, stage in self.moves if at < moment), default=0)

    @property
    def came_as_client(self) -> bool:
        """Whether they were a client already when they were first recorded."""
        return bool(self.moves) and self.moves[0][1] in CLIENT_STAGES

    def became_client(self) -> datetime | None:
        """When they first enrolled, or came to a later stage; None where they did not, or were one before."""
        if self.came_as_client:
            return None
        return next((at for at, stage in self.moves if stage in CLIENT_STAGES), None)

    def stays(self) -> Iterable[tuple[Stage, datetime, datetime]]:
        """Each stage that they have left, from when to when. A move that was dated back leaves no negative stay."""
        if not self.moves:
            return
        since, stage = self.moves[0]
        for at, to in self.moves[1:]:
            if to == stage:
                continue
            if at >= since:
                yield stage, since, at
            since, stage = at, to


def tracks(people: Sequence[Person], facts: Facts) -> dict[int, Track]:
    """The way of everybody, by their number."""
    found = {person.number: Track(person) for person in people}
    for fact in facts.all:
        if fact.stage is not None and fact.person in found:
            found[fact.person].moves.append((fact.at, fact.stage))
    for fact in facts.of(*_ENDING):
        if fact.person in found:
            found[fact.person].ends.append((fact.at, _outcome(fact)))
    for fact in facts.of("tier"):
        if fact.person in found:
            found[fact.person].tiers.append((fact.at, fact.value))
    return found


def days(span: timedelta) -> float:
    """A span in days."""
    return span / timedelta(days=1)


def _outcome(fact: Fact) -> Outcome:
    if fact.kind == "closed":
        return cast("Outcome", fact.value)
    return OUTCOMES_OF[cast("EventKind", fact.kind)]


def _last(dated: Sequence[tuple[datetime, _Said]], moment: datetime) -> _Said | None:
    for at, value in reversed(dated):
        if at < moment:
            return value
    return None
