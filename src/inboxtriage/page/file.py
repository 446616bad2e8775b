"""A page put into a file of the owner's alone: whole or not at all."""

import os
import secrets
from pathlib import Path

from inboxtriage.errors import InboxTriageError, Refused

MARK = '<meta name="generator" content="inboxtriage report">'
_MARK_WITHIN = 1_000  # bytes from the file's beginning


def write(name: str, text: str, *, force: bool) -> Path:
    """Write the page; where it lies. Another file of that name is kept, unless `force`. Raises Refused."""
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            raise Refused(f"{path} is a folder", do=f"name a file, such as {path / 'report.html'}")
        if path.exists() and not force and not _is_report(path):
            raise Refused(f"{path} is there already, and is no report", do="name another file, or add --force")
        if not path.parent.is_dir():
            raise Refused(f"there is no folder {path.parent}", do="make it, or name another file")
        _replace(path, text.encode())
    except OSError as error:
        raise InboxTriageError(
            f"{path} cannot be written ({error.strerror or error})", do="name another file, or check the folder"
        ) from error
    return path


def _is_report(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_MARK_WITHIN)
    return not head or MARK.encode() in head


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():  # a pipe, a terminal: written as it stands
        path.write_bytes(data)
        return
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
