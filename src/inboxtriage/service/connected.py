"""An account's mailbox, opened when it is first needed and kept for the passes that follow."""

from types import TracebackType
from typing import Self

from inboxtriage.config.settings import Account
from inboxtriage.errors import Unreachable
from inboxtriage.mailbox.protocol import Mailbox
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.stop import Stop


class Connected:
    """The connection of one account, closed at the end of the block; broken off when the end is wished for."""

    def __init__(self, a: Assembly, account: Account, stop: Stop) -> None:
        self._a, self._account, self._stop = a, account, stop
        self._open: Mailbox | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._open is not None:
            self._stop.mailbox = None
            if kind is not None:
                self._open.abort()  # who made no sense, or is dead, is not waited for once more
            self._open.close()

    def mailbox(self) -> Mailbox:
        """The open mailbox. Raises Unreachable, SignInFailed or SecretMissing."""
        if self._open is None:
            self._open = self._a.mailbox(self._account)
            self._stop.mailbox = self._open  # first this, then the look: a wish between the two is seen by one of them
        if self._stop.wished:
            raise Unreachable("broken off, because the end is wished for")
        return self._open
