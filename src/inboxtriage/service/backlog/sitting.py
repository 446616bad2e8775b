"""One sitting at a backlog: the deck of steps, what was decided with each key, and what became of it.

Pure but for what it is told: decisions are made elsewhere (`acting`), at once or while one goes on, and what came of
them is said here. Moments are passed in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import acting
from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.backlog.deck import Deck, part
from inboxtriage.service.backlog.pace import Took, Watch, pace
from inboxtriage.service.backlog.walk import Step


@dataclass
class Batch:
    """What is decided with one key; `decisions` are known when it was done. `stays`: nothing is settled by it.

    `step` holds the mails that it is about, and `at` is where they stood in the deck.
    """

    step: Step
    at: int
    items: tuple[str, ...]
    stays: bool = False
    took: Took | None = None
    decisions: list[Decision] = field(default_factory=list)


class Sitting:
    """What one person does between sitting down and getting up."""

    def __init__(self) -> None:
        self.deck = Deck()
        self.approved: dict[str, str] = {}  # message -> id in the outbox
        self._batches: list[Batch] = []
        self._watch = Watch()

    @property
    def settled(self) -> int:
        """How many steps were settled, and not taken back."""
        return sum(not batch.stays for batch in self._batches)

    @property
    def can_undo(self) -> bool:
        """Whether anything was decided that could be taken back."""
        return bool(self._batches)

    def at_work(self, now: datetime) -> None:
        """Somebody sits there: a key was pressed."""
        self._watch.at_work(now)

    def decide(self, items: Collection[str], now: datetime, *, stays: bool = False) -> Batch | None:
        """Something is decided about these mails of the step one looks at, and one goes on; or stays, if that is said.

        None where none of them is in this step. What became of it is said with `came_back`.
        """
        step = self.deck.current
        mine = part(step, items) if step else None
        if mine is None:
            return None
        batch = Batch(mine, self.deck.at, tuple(items), stays)
        if not stays:
            batch.took = self._watch.settled(mine.seconds, now)
            self.deck.take_out(items)
        self._batches.append(batch)
        self._keep_pace()
        return batch

    def came_back(self, batch: Batch, decisions: Sequence[Decision], *, went_on: bool) -> dict[str, str]:
        """What became of a batch: why each mail failed that did. These come back, by themselves.

        Where one went on (`went_on`) they come behind what one looks at now, else one looks at them.
        """
        self.approved |= {one.item: one.out for one in decisions if one.out}
        failed = {one.item: one.said for one in decisions if one.failed}
        batch.decisions = [one for one in decisions if not one.failed]
        if not failed:
            return {}
        self.deck.refused |= failed
        self.deck.alone |= set(failed)
        back = part(batch.step, failed)
        if back is not None and not batch.stays:
            self._put_back(back, batch.at, went_on=went_on)
        if not batch.decisions and batch in self._batches:
            self._batches.remove(batch)
            self._keep_pace()
        return failed

    def take_back(self) -> Batch | None:
        """The last batch that was not taken back yet, to be undone; None where there is none."""
        if not self._batches:
            return None
        batch = self._batches.pop()
        self._keep_pace()
        return batch

    def taken_back(self, batch: Batch, decisions: Sequence[Decision]) -> str:
        """What became of undoing a batch, in words; one goes back there, unless some of it cannot be undone."""
        undone = {one.item for one in decisions if not one.failed}
        failed = [one.said for one in decisions if one.failed]
        for item in undone:
            self.approved.pop(item, None)
        back = part(batch.step, [item for item in batch.items if item in undone or not decisions])
        if decisions and undone and not undone & set(batch.items):  # a proposal: it is of the lead, not of a mail
            back = batch.step
        if back is not None:
            self._put_back(back, batch.at, went_on=bool(failed))
        return "; ".join(failed) or "; ".join(dict.fromkeys(one.said for one in decisions)) or "nothing to undo there"

    def _put_back(self, step: Step, at: int, *, went_on: bool) -> None:
        if went_on:
            self.deck.put_back_behind(step, at)
        else:
            self.deck.put_back(step, at)

    def _keep_pace(self) -> None:
        self.deck.pace = pace(batch.took for batch in self._batches if batch.took is not None)


def undo(a: Assembly, batch: Batch) -> list[Decision]:
    """Take back what was done with a batch, the last first."""
    return [acting.undo(a, one) for one in reversed(batch.decisions) if not one.failed]
