"""Judging files that lie anywhere, without account or store: single mails, folders, Maildirs, mbox files, stdin."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inboxtriage import shipped
from inboxtriage.errors import NotFound
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly, load_classifier
from inboxtriage.service.sorting import Sorted, Sorter

_FOLDERS = ("cur", "new")


@dataclass(frozen=True, slots=True)
class Judged:
    """One mail of a source ("path", or "path#n" in an mbox) with its verdict."""

    source: str
    result: Sorted


def sorter_for(a: Assembly | None) -> Sorter:
    """The sorter of a configuration, or of nothing but the shipped model."""
    return Sorter(*load_classifier(None), own=frozenset()) if a is None else a.sorter


def judge(sorter: Sorter, path: str, stdin: BinaryIO) -> Iterator[Judged]:
    """Every mail at `path`, judged. Raises NotFound where there is nothing."""
    source = None
    for source, raw in _mails(path, stdin):
        yield Judged(source, sorter.sort(raw))
    if source is None:
        raise NotFound(f"there is no mail in {path}", do="check the path")


def _mails(path: str, stdin: BinaryIO) -> Iterator[tuple[str, bytes]]:
    if path == "-":
        yield "-", stdin.read()
        return
    place = Path(path)
    if place.is_dir():
        yield from _in_folder(place)
    elif place.is_file():
        yield from _in_file(place)
    else:
        raise NotFound(f"there is no file or folder {path}", do="check the path")


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """A Maildir's messages, or every file below a folder; sorted, hidden ones left out."""
    parts = [folder / name for name in _FOLDERS if (folder / name).is_dir()]
    if parts:
        files = sorted((f for part in parts for f in part.iterdir() if f.is_file()), key=lambda f: f.name)
        for file in files:
            yield str(file), file.read_bytes()
        return
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts):
            yield from _in_file(file)


def _in_file(file: Path) -> Iterator[tuple[str, bytes]]:
    """One mail; or those of an mbox, which begins with "From " and is not named .eml."""
    with file.open("rb") as opened:
        begins_mbox = opened.read(5) == b"From "
    if not begins_mbox or file.suffix.lower() == ".eml":
        yield str(file), file.read_bytes()
        return
    box = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            yield f"{file}#{number}", box.get_bytes(key)
    finally:
        box.close()


def model_in_use(a: Assembly) -> Path:
    """The folder of the model that is read: the owner's own, else the shipped."""
    own = a.folder / MODEL_FOLDER
    return own if own.is_dir() else shipped.folder("models") / "shipped"
