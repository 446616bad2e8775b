"""What the measures are taken from: people, events that count, mails and letters, as plain rows.

`store.measures` reads them; everything about people is by the number of the lead that stands for the person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from inboxtriage.journey.plan import Plan
from inboxtriage.journey.stage import Stage

End = Literal["answered", "without", "waiting"]


class Person(NamedTuple):
    """One person; of those who were found to be one, the lead that stays."""

    number: int
    source: str
    first_seen_at: datetime


class Fact(NamedTuple):
    """An event that counts (it was not undone), as far as a measure looks at it."""

    id: int
    person: int
    kind: str
    at: datetime
    stage: Stage | None
    what: str
    value: str


class Mail(NamedTuple):
    """A mail of a person to which an answer may be owed. `ended_at` is when it was answered or settled.

    `end`: "answered" by mail, by phone or elsewhere; settled "without" an answer; "waiting". `took`: office hours until
    it was answered, once that was worked out (`answering.timed`).
    """

    person: int | None
    received_at: datetime
    disposition: str
    labels: Sequence[str]
    due_at: datetime | None
    end: End
    ended_at: datetime | None
    took: float | None = None


class Sent(NamedTuple):
    """A letter that left: whether a person changed it first, and how long it waited for their yes."""

    at: datetime
    edited: bool
    written_at: datetime
    approved_at: datetime


class Spoken(NamedTuple):
    """How often one person and the practice spoke in the period, by the kind of event that says so."""

    person: int
    kind: str
    times: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are reported on, both included, in the practice's zone: from `begin` to before `end` (UTC)."""

    since: date
    until: date
    zone: ZoneInfo
    begin: datetime = field(init=False)
    end: datetime = field(init=False)

    def __post_init__(self) -> None:
        """The two moments, worked out once."""
        object.__setattr__(self, "begin", midnight(self.since, self.zone))
        object.__setattr__(self, "end", midnight(self.until + timedelta(days=1), self.zone))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days + 1

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies in it."""
        return self.begin <= moment < self.end


class Facts:
    """Events that count, in the order in which they were recorded, found by their kind."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.all = list(facts)
        self._by_kind: dict[str, list[Fact]] = {}
        for fact in self.all:
            self._by_kind.setdefault(fact.kind, []).append(fact)

    def of(self, *kinds: str) -> list[Fact]:
        """Those of some kinds."""
        found = [fact for kind in kinds for fact in self._by_kind.get(kind, ())]
        return sorted(found) if len(kinds) > 1 else found


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that a report is made of, up to the end of its period; only a promise may have been kept later.

    `ever_logged`: of "revenue" and "hours", what was logged at any time.

    `forgotten` mails belonged to people who were erased: they are in no figure.
    """

    people: Sequence[Person]
    facts: Facts
    spoken: Sequence[Spoken] = ()
    mails: Sequence[Mail] = ()
    sent: Sequence[Sent] = ()
    names: frozenset[str] = field(default_factory=frozenset)  # of people, lower case: never shown as a source
    ever_logged: frozenset[str] = frozenset()
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Standard:
    """What is promised: response targets in office hours by disposition, and the journey's plan."""

    hours: dict[str, float]
    plan: Plan


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in a zone; UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
