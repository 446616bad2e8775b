"""Delivery into a local Maildir folder: what "sending" means for an account that lives in folders."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from inboxtriage.errors import Unreachable
from inboxtriage.outbox.settle import Outcome
from inboxtriage.outbox.transport import Parcel


class MaildirTransport:
    """A Transport into `folder`. The file's name comes from the Message-ID, so one mail is one file for ever."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, parcel: Parcel, commit: Callable[[], None]) -> Outcome:
        """See Transport."""
        try:
            await self.probe()
            waiting = self._folder / "tmp" / self._name(parcel)
            waiting.write_bytes(parcel.mime)
            with waiting.open("rb") as file:
                os.fsync(file.fileno())
        except (OSError, Unreachable) as error:
            return Outcome("connect", None, f"{self._folder}: {error}")
        commit()
        try:
            waiting.rename(self._folder / "new" / self._name(parcel))
        except OSError as error:
            return Outcome("body", None, f"{self._folder}: {error}")
        return Outcome("body", 250, "delivered")

    async def close(self) -> None:
        """See Transport."""

    async def probe(self) -> None:
        """See Transport; makes the folder where it is missing."""
        try:
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(
                f"the folder {self._folder} cannot be used ({error.strerror})", do="mend maildir.outgoing"
            ) from error

    @staticmethod
    def _name(parcel: Parcel) -> str:
        return hashlib.sha256(parcel.message_id.encode()).hexdigest()[:32] + ".inboxtriage"
