"""The list of the week as a private file in the store's folder. It names people: `forget` deletes it."""

import os
from pathlib import Path

from inboxtriage.store.database import explained, make_private

_FILE = "digest.txt"


def write(folder: Path, text: str) -> Path:
    """Put the list in the place of the last one; where it lies. Raises StoreBroken."""
    with explained(folder):
        make_private(folder)
        part, path = folder / f"{_FILE}.part", folder / _FILE
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)
    return path


def discard(folder: Path) -> None:
    """Delete the list, if there is one. Raises StoreBroken."""
    with explained(folder):
        for name in (_FILE, f"{_FILE}.part"):
            (folder / name).unlink(missing_ok=True)
