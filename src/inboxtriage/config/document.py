"""The configuration file as its owner wrote it, to be changed key by key: checked before it is written, and private."""

import os
import tomllib
from pathlib import Path
from typing import Any

from inboxtriage.config.lines import Key, changed, value_of
from inboxtriage.config.load import parse
from inboxtriage.config.settings import Settings
from inboxtriage.errors import ConfigError, InboxTriageError, Refused

_OPENING = """\
# The configuration of inboxtriage, made by `inboxtriage init`. Change it here by hand, or run `init` again: it changes
# what you ask for and leaves the rest. config.example.toml explains every key.

"""


class Document:
    """One file, in memory; `write` puts it on disk. Nothing of it that is not changed becomes any different."""

    def __init__(self, path: Path) -> None:
        """Read what is there, or begin a new file. Raises ConfigError where it is no TOML or cannot be read."""
        self.path = path
        self._place = path.resolve()  # a link stays one
        self._on_disk = self._read()
        self.text = self._on_disk if self._on_disk is not None else _OPENING
        try:
            self.plain: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(str(path), [f"not valid TOML: {error}"]) from error

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the file are taken from."""
        return self._place.parent

    @property
    def is_new(self) -> bool:
        """Whether there is no such file yet."""
        return self._on_disk is None

    @property
    def is_changed(self) -> bool:
        """Whether something is not written yet."""
        return self.text != (_OPENING if self._on_disk is None else self._on_disk)

    def get(self, *key: str | int) -> Any:
        """What the file says at this key; None where it says nothing."""
        return value_of(self.plain, key)

    def set(self, key: Key, value: Any) -> None:
        """Change one key; None takes it out. Raises ConfigError, and changes nothing, where that is wrong."""
        told, before = set(self.problems()), (self.text, self.plain)
        self.text = changed(self.text, key, value)
        self.plain = tomllib.loads(self.text)
        if new := [one for one in self.problems() if one not in told]:
            self.text, self.plain = before
            raise ConfigError(str(self.path), new)

    def put(self, key: Key, value: Any) -> None:
        """Change one key of several that are right only together; `settings` or `write` says whether they are."""
        self.text = changed(self.text, key, value)
        self.plain = tomllib.loads(self.text)

    def restore(self, text: str) -> None:
        """Go back to an earlier `text`."""
        self.text, self.plain = text, tomllib.loads(text)

    def problems(self) -> tuple[str, ...]:
        """What is wrong with it now, each with its key."""
        try:
            self.settings()
        except ConfigError as error:
            return error.problems
        return ()

    def settings(self) -> Settings:
        """What the program would read. Raises ConfigError."""
        return parse(self.text, source=str(self.path), base=self._place.parent)

    def write(self) -> None:
        """Put it on disk, whole or not at all, readable by its owner alone. Raises ConfigError or Refused."""
        self.settings()
        if self._read() != self._on_disk:
            raise Refused(f"{self.path} was changed by somebody else meanwhile", do="run `inboxtriage init` again")
        beside = self._place.with_name(f".{self._place.name}.{os.getpid()}")
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self.text.encode())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._place)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise InboxTriageError(
                f"{self.path} cannot be written ({error.strerror})", do="check its folder and the disk"
            ) from error
        self._on_disk = self.text

    def _read(self) -> str | None:
        try:
            return self._place.read_bytes().decode()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(str(self.path), [f"the file cannot be read: {error}"]) from error
