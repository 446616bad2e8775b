"""The wish to end, as a worker in another thread sees it."""

import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxtriage.mailbox.protocol import Mailbox

_SLICE_SECONDS = 1.0


class Stop:
    """A wish to end, seen between two steps of work; `mailbox` is broken off when it comes.

    `beats` grows while whoever works or rests under it goes on.
    """

    def __init__(self) -> None:
        self.wished = False
        self.mailbox: Mailbox | None = None
        self.beats = 0

    def wish(self) -> None:
        """End as soon as nothing is left half done."""
        self.wished = True
        self.break_off()

    def break_off(self) -> None:
        """Break the mailbox's connection; whoever waits for it then goes on with an error."""
        if self.mailbox is not None:
            self.mailbox.abort()

    def rest(self, seconds: float) -> None:
        """Wait, but not longer than until the end is wished for.

        Counted in slices and not read off a clock, so that no jump of one changes it (G29); a condition variable
        would hang under a clock that is moved.
        """
        left = seconds
        while left > 0 and not self.wished:
            step = min(left, _SLICE_SECONDS)
            select.select([], [], [], step)
            left -= step
            self.beats += 1
