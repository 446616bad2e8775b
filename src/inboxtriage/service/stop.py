"""The wish to end, as a worker in another thread sees it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxtriage.mailbox.protocol import Mailbox


class Stop:
    """A wish to end, seen between two steps of work; `mailbox` is broken off when it comes."""

    def __init__(self) -> None:
        self.wished = False
        self.mailbox: Mailbox | None = None

    def wish(self) -> None:
        """End as soon as nothing is left half done."""
        self.wished = True
        if self.mailbox is not None:
            self.mailbox.abort()
