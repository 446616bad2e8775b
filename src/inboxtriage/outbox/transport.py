"""What carries a mail out of the house: one call, which says at the last safe moment that it is about to commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inboxtriage.outbox.settle import Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail for one recipient: the envelope (RFC 5321) and the frozen bytes."""

    sender: str
    recipient: str
    message_id: str
    mime: bytes


class Transport(Protocol):
    """Delivers parcels one after the other, on one connection where it can."""

    async def deliver(self, parcel: Parcel, commit: Callable[[], None]) -> Outcome:
        """Deliver one parcel; never raises for what a server does.

        `commit` is called after the server is ready to take the mail and before the first byte of it leaves. If it
        raises, nothing is sent and the error passes through.
        """
        ...

    async def close(self) -> None:
        """End the connection politely; errors in doing so mean nothing any more."""
        ...

    async def probe(self) -> None:
        """Connect and sign in without sending; raises Unreachable or SignInFailed."""
        ...
