"""The steps of a backlog that are left, and where one stands among them. Pure; changed by what a person does.

Every mail that waits stands in exactly one step of the deck, until it was decided about; what was decided and could not
be done comes back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from inboxtriage.service.backlog.cases import Case, people
from inboxtriage.service.backlog.walk import TOGETHER, Estimate, Step, StepKind, estimate
from inboxtriage.service.queue import Entry


class Deck:
    """What is left, in order; `at` is the step one looks at. `skipped` come again when all others are done."""

    def __init__(self) -> None:
        self.left: list[Step] = []
        self.at = 0
        self.alone: set[str] = set()  # struck out of a group or spared from a list: they come one by one
        self.skipped: list[str] = []
        self.pace = 1.0  # the part of the estimate that this person needs
        self._people: set[object] = set()
        self._behind: list[str] = []  # where one came from, by a mail of each step
        self.refused: dict[str, str] = {}  # what could not be done, and why; said when one comes to it again

    @property
    def current(self) -> Step | None:
        """The step one looks at; None where nothing is left."""
        return self.left[self.at] if self.left else None

    @property
    def people(self) -> int:
        """How many people are left."""
        return len(_people(self.left))

    @property
    def everybody(self) -> int:
        """How many people there were, with those who are left."""
        return len(self._people)

    @property
    def estimate(self) -> Estimate:
        """What lies ahead, at the pace of this person."""
        ahead = estimate(self.left)
        return replace(ahead, people=self.people, seconds=round(ahead.seconds * self.pace))

    def renew(self, steps: Sequence[Step], but: Collection[str] = (), *, looking: bool = True) -> list[str]:
        """Take the steps of now, without the mails `but`, about which is being decided; the mails that are new.

        One stays where one was. Who cannot wait and came in since comes next: behind the step that one looks at, or
        before it where it was not seen yet (not `looking`).
        """
        before = {item for step in self.left for item in ids(step)}
        was = ids(self.current)
        fresh = [one for step in steps for one in _one_by_one(_without(step, but), self.alone)]
        late = [one for one in fresh if self.is_skipped(one)]
        late.sort(key=lambda one: min(self.skipped.index(item) for item in ids(one) if item in self.skipped))
        self.left = [one for one in fresh if not self.is_skipped(one)] + late
        self._people |= _people(self.left)
        self.at = next((n for n, one in enumerate(self.left) if was and was[0] in ids(one)), min(self.at, self._last))
        if was:
            passed = self.left[: self.at]
            pressing = [one for one in passed if one.kind == "urgent" and not before & set(ids(one))]
            rest = self.left[self.at :]
            self.at -= len(pressing)
            seen = [rest.pop(0)] if looking and rest else []
            self.left = [*(one for one in passed if one not in pressing), *seen, *pressing, *rest]
        return [item for one in self.left for item in ids(one) if item not in before]

    def take_out(self, items: Collection[str]) -> None:
        """These were decided about. What is left of a group or a list comes one by one, where it stood."""
        found: list[Step] = []
        at = self.at
        for n, step in enumerate(self.left):
            if not set(items) & set(ids(step)):
                found.append(step)
                continue
            rest = _without(step, items)
            self.alone |= set(ids(rest)) if rest else set()
            parts = _one_by_one(rest, self.alone)
            found += parts
            if n < self.at:
                at += len(parts) - 1
        self.left = found
        self.at = at if at < len(found) else 0
        self.skipped = [item for item in self.skipped if item not in items]

    def put_back(self, step: Step, at: int) -> None:
        """A step whose decision was taken back, or could not be done; one looks at it now."""
        self.take_out(ids(step))
        self.at = min(at, len(self.left))
        self.left[self.at : self.at] = _one_by_one(_as_it_is(step), self.alone)
        self._people |= _people([step])

    def put_back_behind(self, step: Step, at: int) -> None:
        """The same, while one goes on with what one looks at: it comes next, or as the one that is left."""
        looking = self.current
        self.put_back(step, at)
        if looking is not None and looking in self.left:
            came = [one for one in self.left if set(ids(one)) & set(ids(step))]
            rest = [one for one in self.left if one not in came]
            self.at = rest.index(looking)
            self.left = [*rest[: self.at + 1], *came, *rest[self.at + 1 :]]

    def exchange(self, old: Step, new: Step | None) -> None:
        """A step as it was read just now in the place of what it was; None where nothing of it is left.

        Letters of a group that have nothing in common any more come one by one.
        """
        if old not in self.left:
            return
        if new is None:
            self.take_out(ids(old))
            return
        if new.kind == "group" and new.card is None:
            self.alone |= set(ids(new))
        n = self.left.index(old)
        parts = _one_by_one(_as_it_is(new), self.alone)
        self.left[n : n + 1] = parts
        if n < self.at:
            self.at += len(parts) - 1

    def go(self, by: int) -> bool:
        """Look at the step before or behind; whether there is one."""
        if not 0 <= self.at + by < len(self.left):
            return False
        self.at += by
        self._behind.clear()
        return True

    def back(self) -> bool:
        """Look at the step from which one jumped here, else at the one before; whether there is one."""
        here = ids(self.current)
        while self._behind:
            item = self._behind.pop()
            if item not in here and self._look_at(item):
                return True
        return self.go(-1)

    def go_to(self, item: str) -> bool:
        """Look at the step of a mail; whether it is left."""
        here = ids(self.current)
        if not self._look_at(item):
            return False
        self._behind += here[:1]
        return True

    def _look_at(self, item: str) -> bool:
        found = next((n for n, step in enumerate(self.left) if item in ids(step)), None)
        self.at = self.at if found is None else found
        return found is not None

    def next_kind(self) -> bool:
        """Look at the next group or the first step of another kind, passing nobody who cannot wait; if there is one."""
        now = self.current
        for n in range(self.at + 1, len(self.left)):
            kind = self.left[n].kind
            if now and (kind in TOGETHER or kind == "urgent" or kind != now.kind):
                return self.go_to(ids(self.left[n])[0])
        return False

    def skip(self) -> bool:
        """Leave this step for the end; whether another one comes."""
        step = self.current
        if step is None or len(self.left) == 1:
            return False
        del self.left[self.at]
        self.left.append(step)
        mine = set(ids(step))
        self.skipped = [item for item in self.skipped if item not in mine] + list(ids(step))
        self._behind += ids(step)[:1]
        if self.at == len(self.left) - 1:
            self.at = 0
        return True

    def is_skipped(self, step: Step) -> bool:
        """Whether it was left for the end."""
        return any(item in self.skipped for item in ids(step))

    @property
    def _last(self) -> int:
        return max(0, len(self.left) - 1)


def ids(step: Step | None) -> tuple[str, ...]:
    """The mails of a step."""
    return tuple(entry.item.id for entry in step.entries) if step else ()


def part(step: Step, items: Collection[str]) -> Step | None:
    """A step with some of its mails alone; None where it has none of them."""
    return _without(step, [item for item in ids(step) if item not in items])


def _people(steps: Iterable[Step]) -> set[object]:
    return set(people([entry for step in steps for entry in step.entries]))


def _without(step: Step, items: Collection[str]) -> Step | None:
    """A step without some of its mails; None where nothing is left of it."""
    if not set(items) & set(ids(step)):
        return step
    kept = ((case, tuple(entry for entry in case.entries if entry.item.id not in items)) for case in step.cases)
    cases = tuple(replace(case, entries=entries) for case, entries in kept if entries)
    return _as_it_is(replace(step, cases=cases, card=None)) if cases else None


def _one_by_one(step: Step | None, alone: Collection[str]) -> list[Step]:
    """A step as one goes through it: each mail of one person by itself, and so who was struck out of several people."""
    if step is None:
        return []
    if step.kind not in TOGETHER:
        return [_single(case, entry, step.kind) for case in step.cases for entry in case.entries]
    apart = [case for case in step.cases if any(entry.item.id in alone for entry in case.entries)]
    rest = tuple(case for case in step.cases if case not in apart)
    if step.kind == "group" and len(rest) < len(step.cases):
        rest = rest if len(rest) > 1 else ()
        apart = [case for case in step.cases if case not in rest]
    singles = [_single(case, entry, "single") for case in apart for entry in case.entries]
    if not rest:
        return singles
    together = step if len(rest) == len(step.cases) else replace(step, cases=rest, card=None)
    return [together, *singles]


def _single(case: Case, entry: Entry, kind: StepKind) -> Step:
    verdict = entry.item.verdict
    if kind == "urgent" and not verdict.urgent:
        kind = "care" if verdict.is_near_danger else "single"
    return Step(kind, (replace(case, entries=(entry,)),))


def _as_it_is(step: Step) -> Step:
    """A group of which one is left is none."""
    return replace(step, kind="single", card=None) if step.kind == "group" and len(step.cases) == 1 else step
