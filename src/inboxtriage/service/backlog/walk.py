"""The way through a backlog: who cannot wait first, then what goes together, then one by one; and how long it takes.

Every entry of the queue stands in exactly one step, so that nobody is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from inboxtriage.approval.group import Card
from inboxtriage.approval.group import card as card_of
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.cases import Case, cases
from inboxtriage.service.queue import Entry, entries

StepKind = Literal["urgent", "care", "dated", "group", "single", "selling", "aside"]
_ORDER: tuple[StepKind, ...] = ("urgent", "care", "dated", "group", "single", "selling", "aside")
TOGETHER: frozenset[StepKind] = frozenset({"group", "selling", "aside"})  # steps of several people

# Seconds that a step takes, for the estimate alone: to read a mail and its letter, and what each more takes.
_SECONDS: dict[StepKind, tuple[int, int]] = {
    "urgent": (90, 60),
    "care": (45, 30),
    "dated": (30, 20),
    "group": (20, 8),
    "single": (25, 20),
    "selling": (5, 3),
    "aside": (5, 4),
}
_TO_FILL_IN = 30  # seconds more for a draft that is blocked, and for a mail that has none


@dataclass(frozen=True, slots=True)
class Step:
    """What is decided together. `card`: the letters of a group, in the order of its cases; else None."""

    kind: StepKind
    cases: tuple[Case, ...]
    card: Card | None = None
    group: str | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything in it, case by case."""
        return tuple(entry for case in self.cases for entry in case.entries)

    @property
    def labels(self) -> tuple[str, ...]:
        """What a group asks about."""
        return self.cases[0].head.item.verdict.labels

    @property
    def seconds(self) -> int:
        """How long it takes, roughly."""
        first, more = _SECONDS[self.kind]
        open_ends = sum(_is_open_end(entry) for entry in self.entries) if self.kind in {"dated", "single"} else 0
        return first + more * (len(self.entries) - 1) + _TO_FILL_IN * open_ends


@dataclass(frozen=True, slots=True)
class Estimate:
    """What lies ahead. `mails` counts the older ones that a letter answers too; `aside` are settled already."""

    mails: int
    people: int
    groups: int
    aside: int
    seconds: int

    @property
    def minutes(self) -> int:
        """The time that it takes, in whole minutes; one at least where anything waits."""
        return max(1, round(self.seconds / 60)) if self.mails else 0


def steps(a: Assembly) -> list[Step]:
    """The way through everything that waits now."""
    today = a.clock.now().astimezone(a.hours.zone).date()
    return way(cases(entries(a), today))


def way(waiting: Sequence[Case]) -> list[Step]:
    """The way through these cases. Pure."""
    named: dict[str, list[Case]] = {}
    for case in waiting:
        alone = len(case.entries) > 1 or case.aside is not None or case.is_pressed
        if not alone and case.head.group is not None:
            named.setdefault(case.head.group, []).append(case)
    grouped = {name: together for name, together in named.items() if len(together) > 1}
    found = [_group(name, together) for name, together in grouped.items()]
    sweeps: dict[StepKind, list[Case]] = {"selling": [], "aside": []}
    for case in waiting:
        if case.head.group in grouped and case in grouped[case.head.group]:
            continue
        kind = _kind(case)
        if kind in sweeps:
            sweeps[kind].append(case)
        else:
            found.append(Step(kind, (case,)))
    found += [Step(kind, tuple(swept)) for kind, swept in sweeps.items() if swept]
    place = {entry.item.number: n for n, case in enumerate(waiting) for entry in case.entries}
    return sorted(found, key=lambda step: (_ORDER.index(step.kind), _day(step), place[step.entries[0].item.number]))


def estimate(ahead: Sequence[Step]) -> Estimate:
    """What lies ahead in these steps."""
    every = [entry for step in ahead for entry in step.entries]
    return Estimate(
        mails=sum(1 + len(entry.folded) for entry in every),
        people=sum(len(step.cases) for step in ahead),
        groups=sum(step.kind == "group" for step in ahead),
        aside=sum(len(step.cases) for step in ahead if step.kind == "aside"),
        seconds=sum(step.seconds for step in ahead),
    )


def _group(name: str, together: list[Case]) -> Step:
    """A group, those first who name a day."""
    ordered = sorted(together, key=lambda case: case.wanted_by or date.max)
    bodies = [case.head.draft.draft.body for case in ordered if case.head.draft is not None]
    return Step("group", tuple(ordered), card_of(bodies), name)


def _kind(case: Case) -> StepKind:
    if case.is_urgent:
        return "urgent"
    if case.needs_care:
        return "care"
    if case.aside is not None:
        return "aside"
    if case.is_selling:
        return "selling"
    return "dated" if case.wanted_by is not None else "single"


def _day(step: Step) -> date:
    """The day by which the first of a step wants something; of those that are dated and of groups."""
    days = [case.wanted_by for case in step.cases if case.wanted_by is not None]
    return min(days, default=date.max) if step.kind in {"dated", "group"} else date.max


def _is_open_end(entry: Entry) -> bool:
    return entry.draft is None or bool(entry.draft.blocked)
