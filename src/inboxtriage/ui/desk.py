"""The desk: a sitting, what was read of its steps, and every decision on its way to the store and back.

One goes on at once; what could not be done comes back with its reason. Knows the worker, and nothing of a screen.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import reading, walk
from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.backlog.closing import Closing, closing
from inboxtriage.service.backlog.closing import send as send_what_is_due
from inboxtriage.service.backlog.deck import Deck, ids
from inboxtriage.service.backlog.finding import Searched, find
from inboxtriage.service.backlog.reading import Read, Reading
from inboxtriage.service.backlog.sitting import Batch, Sitting, undo
from inboxtriage.service.backlog.walk import Step
from inboxtriage.ui.worker import AHEAD, DECISION, Worker

_READ_AHEAD = 3  # steps

Job = Callable[[Assembly], list[Decision]]


class Desk:
    """`changed` is called when something else is to be seen, `tell` with a line for the person; `now` is the clock."""

    def __init__(
        self, worker: Worker, changed: Callable[[], None], tell: Callable[[str], None], now: Callable[[], datetime]
    ) -> None:
        self._worker, self._changed, self._tell, self._now = worker, changed, tell, now
        self._sitting = Sitting()
        self.readings: dict[str, Reading] = {}
        self.is_open = False
        self._under_way: list[str] = []  # mails about which a decision is on its way
        self._asked: set[tuple[str, ...]] = set()  # steps that are being read
        self._searched: dict[str, Searched] = {}  # message -> what a search looks through

    @property
    def deck(self) -> Deck:
        """What is left."""
        return self._sitting.deck

    @property
    def approved(self) -> dict[str, str]:
        """Every mail whose letter was approved in this sitting, and its id in the outbox."""
        return self._sitting.approved

    def at_work(self) -> None:
        """A key was pressed."""
        self._sitting.at_work(self._now())

    def read_again(self, then: Callable[[int], None]) -> None:
        """Look what waits now; how many mails are new is told."""

        def renew(steps: list[Step]) -> None:
            new = self.deck.renew(steps, self._under_way)
            self.readings.clear()
            if not self.is_open:
                self.at_work()
            self.is_open = True
            then(len(new))
            self.look()

        self._worker.do(walk.steps, renew)

    def look(self) -> None:
        """Read the step one looks at, and the next ones ahead, and show what is known."""
        ahead = self.deck.left[self.deck.at : self.deck.at + 1 + _READ_AHEAD]
        for n, step in enumerate(ahead):
            self._read(step, DECISION if n == 0 else AHEAD)
        self._changed()

    def has_read(self, step: Step) -> bool:
        """Whether everything of a step is at hand."""
        return all(item in self.readings for item in ids(step))

    def is_under_way(self, step: Step) -> bool:
        """Whether something of it is being changed."""
        return any(item in self._under_way for item in ids(step))

    def decide(self, job: Job, items: Collection[str], *, stays: bool = False) -> None:
        """Have something done with mails of this step, and go on; or stay where it only changes (`stays`)."""
        batch = self._sitting.decide(items, self._now(), stays=stays)
        if batch is None:
            return
        self._under_way += batch.items
        self._forget(batch.items, others=True)

        def work(a: Assembly) -> list[Decision]:
            batch.decisions = job(a)
            return batch.decisions

        self._worker.do(work, lambda decisions: self._came_back(batch, decisions))
        self.look() if not stays else self._changed()

    def _came_back(self, batch: Batch, decisions: Sequence[Decision]) -> None:
        self._is_done(batch)
        self._forget(batch.items)
        failed = self._sitting.came_back(batch, decisions, went_on=True)
        if failed:
            self._tell("; ".join(failed.values()))
        elif batch.stays:
            self._tell("; ".join(one.said for one in decisions))
        elif minds := [one.mind for one in decisions if one.mind]:
            self._tell("; ".join(minds).replace("`inboxtriage send`", "`inboxtriage send` (here: q, then S)"))
        self.look()

    def undo(self) -> bool:
        """Take back what was decided last in this sitting, and go back there; False where nothing was."""
        batch = self._sitting.take_back()
        if batch is None:
            return False
        self._under_way += batch.items
        self._worker.do(lambda a: undo(a, batch), lambda decisions: self._undone(batch, decisions))
        return True

    def _undone(self, batch: Batch, decisions: Sequence[Decision]) -> None:
        self._is_done(batch)
        self._forget(batch.items, others=True)
        self._tell(self._sitting.taken_back(batch, decisions))
        self.look()

    def _is_done(self, batch: Batch) -> None:
        for item in batch.items:
            self._under_way.remove(item)

    def change(
        self, job: Callable[[Assembly], Decision], item: str, failed: Callable[[str], None] | None = None
    ) -> None:
        """Change the letter of one mail, which then stands there changed. Nothing of it is taken back by `undo`.

        `failed` is told why, where it could not be done.
        """
        self._under_way.append(item)
        self._changed()

        def back(decision: Decision) -> None:
            self._under_way.remove(item)
            self._forget([item])
            self._tell(decision.said)
            self.look()
            if decision.failed and failed is not None:
                failed(decision.said)

        self._worker.do(job, back)

    def search(self, words: str, then: Callable[[list[tuple[str, str]]], None]) -> None:
        """The mails that are left in which all of these words stand, each with a line of it."""
        waiting = [entry for step in self.deck.left for entry in step.entries]
        self._worker.do(lambda a: find(a, waiting, words, self._searched), then)

    def close(self, then: Callable[[Closing], None]) -> None:
        """How it stands with what was approved, when all that is under way is done."""

        def count(_: None) -> None:  # only now all that was decided before is known here
            outs = set(self.approved.values())
            self._worker.do(lambda a: closing(a, outs), then)

        self._worker.do(lambda _: None, count)

    def send(self, then: Callable[[Closing], None]) -> None:
        """Send what is due."""
        self._worker.do(send_what_is_due, then)

    def _read(self, step: Step, first: int) -> None:
        mine = ids(step)
        if mine in self._asked or self.has_read(step) or self.is_under_way(step):
            return
        self._asked.add(mine)

        def back(found: Read) -> None:
            self._asked.discard(mine)
            if step not in self.deck.left or self.is_under_way(step):
                return
            self.readings |= found.readings
            self.deck.exchange(step, found.step)
            for item, state in found.gone.items():
                self._tell(f"{item} waits no more: {state} meanwhile")
            if step is not self.deck.current and not found.gone:
                self._changed()
            else:
                self.look()

        self._worker.do(lambda a: reading.read(a, step), back, first=first)

    def _forget(self, items: Collection[str], *, others: bool = False) -> None:
        """What was read of these may not be so any more; nor of the `others` of the same people."""
        for item in items:
            found = self.readings.pop(item, None)
            for other in found.others if found and others else ():
                self.readings.pop(other.entry.item.id, None)
