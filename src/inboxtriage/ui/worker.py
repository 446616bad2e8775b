"""One thread for everything that touches the store, with an assembly of its own: jobs one after the other.

The screen never waits for it. What a person decided goes first and in order; what is only read ahead comes after that.
"""

import itertools
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from inboxtriage.service.assembly import Assembly

DECISION, AHEAD, IDLE = 0, 1, 2  # what goes first
T = TypeVar("T")


class Worker:
    """Takes jobs until it is told to end. `tell` brings a call to the thread of the screen."""

    def __init__(self, a: Assembly, tell: Callable[[Callable[[], None]], object]) -> None:
        self._a, self._tell = a.again(), tell
        self._jobs: queue.PriorityQueue[tuple[int, int, Any, Any]] = queue.PriorityQueue()
        self._number = itertools.count()
        self._busy = 0  # jobs that are not done, told of by the thread of the screen alone
        self._thread = threading.Thread(target=self._run, name="review", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is done and told."""
        return self._busy == 0

    def do(self, job: Callable[[Assembly], T], then: Callable[[T], None], *, first: int = DECISION) -> None:
        """Do something with the store, then say what came of it on the thread of the screen."""
        self._busy += 1
        self._jobs.put((first, next(self._number), job, then))

    def end(self) -> None:
        """Finish what was decided, leave the rest, and give the store back. Waits for it."""
        self._jobs.put((DECISION, next(self._number), None, None))
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                _, _, job, then = self._jobs.get()
                if job is None:
                    return
                self._one(job, then)
        finally:
            self._a.close()

    def _one(self, job: Callable[[Assembly], Any], then: Callable[[Any], None]) -> None:
        try:
            result = job(self._a)
        except BaseException as error:  # noqa: BLE001 - it is raised where it can be told
            failed = error

            def tell() -> None:
                self._busy -= 1
                raise failed
        else:

            def tell() -> None:
                self._busy -= 1
                then(result)

        self._tell(tell)
