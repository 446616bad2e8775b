"""The mark of an installation: a small file outside its store that says how many mails were about to leave (G31)."""

import os
from pathlib import Path

from inboxtriage.errors import InboxTriageError
from inboxtriage.store.database import make_private, sync


class MarkUnusable(InboxTriageError):
    """The mark outside the store cannot be read or written, so nothing is sent."""


def read(folder: Path, installation: str) -> int | None:
    """The count that the mark says; None where there is no mark. Raises MarkUnusable."""
    path = folder / installation
    try:
        return int(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except ValueError:
        return None  # torn by something else than us: as good as none, and then everything is asked again
    except OSError as error:
        raise _unusable(path, error) from error


def write(folder: Path, installation: str, count: int) -> None:
    """Let the mark say this count, durably before it returns. Raises MarkUnusable."""
    path = folder / installation
    new = path.with_name(f"{installation}.{os.getpid()}.new")  # several approvals may write it at once
    try:
        make_private(folder)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, f"{count}\n".encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
        new.replace(path)
        sync(folder)
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> MarkUnusable:
    return MarkUnusable(
        f"{path.parent} cannot be used ({error.strerror or error}), so that a store that was put back could send twice",
        do="make it writable, then `inboxtriage send`",
    )
