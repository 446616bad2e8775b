"""What the parts of `init` share: the file as it is to become, and what would be made of it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from inboxtriage.cli import console
from inboxtriage.clock import SystemClock
from inboxtriage.config.document import Document
from inboxtriage.config.lines import Key
from inboxtriage.service.assembly import Assembly


class Wizard:
    """One run of `init` on one file. Nothing is on disk before `save`."""

    def __init__(self, path: Path) -> None:
        self.document = Document(path)
        self._clock = SystemClock()

    def now(self) -> datetime:
        """Now, on this computer's clock."""
        return self._clock.now().astimezone()

    def assembly(self) -> Assembly:
        """What the file as it stands now would make. Raises ConfigError."""
        return Assembly(self.document.settings(), self._clock)

    def begin_again(self) -> None:
        """Read the file anew, after something else has written it."""
        self.document = Document(self.document.path)

    @property
    def profile(self) -> str:
        """Which kind of practice it is."""
        return self.document.get("practice", "profile") or "therapist"

    def change(self, key: Key, value: Any, *, unless: Any) -> None:
        """Set a key, but leave it out where it would say what is so without it (`unless`)."""
        if value != unless or self.document.get(*key) is not None:
            self.document.put(key, value)

    def keep(self) -> None:
        """Write the file without a word, if anything in it is different."""
        if self.document.is_changed:
            self.document.write()

    def save(self, why: str) -> None:
        """Write the file, if anything in it is different."""
        if self.document.is_changed:
            self.document.write()
            console.say(f"{why}: {self.document.path}")
