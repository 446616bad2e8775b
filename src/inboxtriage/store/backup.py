"""Copies of the store, made and put back through SQLite's own backup, which is consistent while others write.

The live file is never opened, read or moved by other means while it is sound: closing any other handle of it would
drop the locks of this process (sqlite.org/howtocorrupt).
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from inboxtriage.errors import InboxTriageError, StoreTooNew
from inboxtriage.store.database import FILE, SCHEMA, Database, StoreBroken, make_private, sync

_TABLES = {"message", "item", "draft", "outgoing", "audit", "installation"}
_LOG = "-wal"


class BackupUnusable(InboxTriageError):
    """The file is no backup that can be restored."""


def save(db: Database, to: Path) -> None:
    """Copy the store into a new private file, checked and durable before it has its name. Raises BackupUnusable."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent)  # mode 0600
        os.close(handle)
        part = Path(name)
        try:
            with closing(sqlite3.connect(part)) as copy:
                db.copy_into(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
                _check(copy)
            sync(part)
            part.rename(to)
        finally:
            part.unlink(missing_ok=True)
        sync(to.parent)
    except (OSError, sqlite3.DatabaseError) as error:
        raise BackupUnusable(
            f"{to} cannot be written ({getattr(error, 'strerror', None) or error})", do="name a file in another folder"
        ) from error


def staged(source: Path, folder: Path) -> Path:
    """Copy a backup into a new private folder and look at it there; the folder. Raises BackupUnusable or StoreTooNew.

    What is wrong with it is found on the copy, so that the backup itself stays as it is.
    """
    make_private(folder)
    copy = folder / FILE
    try:
        shutil.copyfile(source, copy)
        if (log := source.with_name(source.name + _LOG)).exists():  # the file of a store that was copied as it lay
            shutil.copyfile(log, copy.with_name(copy.name + _LOG))
        for file in folder.iterdir():
            file.chmod(0o600)
        with closing(sqlite3.connect(copy)) as found:
            _check_kind(found, source)
            _check(found)
    except OSError as error:
        raise BackupUnusable(f"{source} cannot be read ({error.strerror})", do="name another file") from error
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(f"{source} is damaged or no backup ({error})", do="restore another one") from error
    return folder


def put_in_place(new: Database, folder: Path, keep: Path) -> bool:
    """Let the store in `folder` be what `new` is; whether there was one before, which is then kept as `keep`.

    A sound one is kept and overwritten in one transaction of SQLite; one that cannot be read is moved aside.
    """
    existed = (folder / FILE).exists()
    try:
        live = Database(folder)
        sound = live.integrity() == "ok"
    except (StoreBroken, StoreTooNew):
        sound = False
    else:
        if sound:
            if existed:
                save(live, keep)
            live.become(new)
        live.close()
    if not sound:
        fresh = keep.with_name(f".{keep.name}.new")
        save(new, fresh)
        _move_aside(folder, keep)
        fresh.rename(folder / FILE)
        sync(folder)
    return existed


def _move_aside(folder: Path, keep: Path) -> None:
    """The log first: SQLite would read one that lies beside another database into that."""
    for suffix in (_LOG, "-shm", ""):
        if (file := folder / (FILE + suffix)).exists():
            file.rename(keep.with_name(keep.name + suffix))
    sync(folder)


def _check_kind(found: sqlite3.Connection, source: Path) -> None:
    version = found.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version < 1 or not tables >= _TABLES:
        raise BackupUnusable(f"{source} is no store of inboxtriage", do="name a file that `inboxtriage backup` wrote")
    if version > SCHEMA:
        raise StoreTooNew(
            f"{source} was written by a newer inboxtriage (schema {version}, not {SCHEMA})",
            do="install the newer version first",
        )


def _check(found: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError where pages or references are broken."""
    said = found.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise sqlite3.DatabaseError(str(said).partition("\n")[0][:200])
    if found.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.DatabaseError("rows that belong to others are missing")
