"""One SQLite file in one private folder: opened, upgraded, written in short transactions.

Plain sqlite3 reads and writes; sqlite-utils is loaded only when the schema has to be made or upgraded, so that
`queue` starts fast. Commits are durable before they return (WAL, synchronous FULL).
"""

import gc
import os
import select
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inboxtriage.errors import Busy, InboxTriageError, StoreTooNew

FILE, BACKUPS = "inboxtriage.sqlite3", "backups"
SCHEMA = 1  # the number of migrations in store.schema
_BUSY_SECONDS = 10.0
_STEP_SECONDS = 0.05
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


class StoreBroken(InboxTriageError):
    """The database cannot be read or written."""


class Database:
    """A connection to the store in `folder`, which is made where it is missing. One for each thread."""

    def __init__(self, folder: Path, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        self.folder, self._busy_seconds = folder, busy_seconds
        with explained(folder):
            make_private(folder)
            path = folder / FILE
            if not path.exists():
                # Only where there is no file yet: closing a handle of one that is in use would drop the locks of
                # every connection of this process, and with them what is written next (sqlite.org/howtocorrupt).
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE))
            if path.stat().st_mode & 0o077:
                path.chmod(_PRIVATE_FILE)
            self._connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._keep_log()
            for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._upgrade()

    def _keep_log(self) -> None:
        """Turn the write-ahead log on. SQLite waits for nobody who makes the same new store at this moment: we do."""
        left = self._busy_seconds
        self._connection.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or left <= 0:
                    raise
            select.select([], [], [], _STEP_SECONDS)
            left -= _STEP_SECONDS
        self._connection.execute(f"PRAGMA busy_timeout = {int(self._busy_seconds * 1000)}")

    def _upgrade(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            self._connection.close()
            raise StoreTooNew(
                f"the store in {self.folder} was written by a newer inboxtriage (schema {version}, not {SCHEMA})",
                do="install the newer version again",
            )
        if version < SCHEMA:
            self._migrate()

    def _migrate(self) -> None:
        """Bring the schema up to date, all of it in one transaction: a store is old or new, never between (G32)."""
        with _without_numpy():  # slow to import, and needed once in a store's life
            import sqlite_utils  # noqa: PLC0415

            from inboxtriage.store.schema import migrations  # noqa: PLC0415

        with self.writing():  # alone; where another process was faster, nothing is left to apply
            version = self.value("PRAGMA user_version")
            if 0 < version < SCHEMA:
                self._keep_copy(version)
            migrations.apply(sqlite_utils.Database(self._connection, execute_plugins=False))

    def _keep_copy(self, version: int) -> None:
        """Keep the store as the older version left it, so that one can go back to that version."""
        folder = self.folder / BACKUPS
        make_private(folder)
        part = folder / "upgrade.part"
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE))
        with closing(sqlite3.connect(self.folder / FILE)) as now, closing(sqlite3.connect(part)) as copy:
            now.backup(copy)
        part.rename(folder / f"before-schema-{version + 1}.sqlite3")
        sync(folder)

    def compact(self) -> None:
        """Write the file anew and empty its log, so that no byte of what was deleted is left in either (G53).

        Raises Busy where another process reads or writes for longer than the usual patience.
        """
        with explained(self.folder):
            self._connection.execute(f"PRAGMA busy_timeout = {int(self._busy_seconds * 1000)}")
            self._connection.execute("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Move everything from the write-ahead log into the file, and cut the log to nothing. Raises Busy."""
        if self.value("PRAGMA wal_checkpoint(TRUNCATE)"):
            raise Busy(f"the store in {self.folder} is busy", do="another inboxtriage reads it; try again in a moment")

    @contextmanager
    def writing(self, *, patience: float | None = None) -> Iterator[None]:
        """One transaction. The write lock is taken first, because a read that turns into a write can fail at once.

        `patience`: seconds to wait for another process's transaction to end, where it is not the usual time.
        """
        with explained(self.folder):
            wait = self._busy_seconds if patience is None else patience
            self._connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            try:
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that can fail alone; a full disk or a damaged file is not its own, and said so."""
        with _of_sqlite(self.folder):
            self._connection.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK TO part")
                    self._connection.execute("RELEASE part")
                raise
            self._connection.execute("RELEASE part")

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with explained(self.folder):
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with explained(self.folder):
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else row[0]

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement inside `writing`; how many rows it changed."""
        if not self._connection.in_transaction:
            raise RuntimeError("writes belong into `with db.writing():`")
        return self._connection.execute(sql, values).rowcount

    def insert(self, table: str, row: dict[str, Any]) -> int:
        """Insert one row inside `writing`; its number."""
        if not self._connection.in_transaction:
            raise RuntimeError("writes belong into `with db.writing():`")
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        return self._connection.execute(sql, tuple(row.values())).lastrowid or 0

    def integrity(self) -> str:
        """What SQLite says of the file: "ok", or what is wrong."""
        return str(self.value("PRAGMA integrity_check"))

    def copy_into(self, other: sqlite3.Connection) -> None:
        """Make another database what this one is now, in one transaction, while others may read and write here."""
        with explained(self.folder):
            self._connection.backup(other)

    def become(self, other: "Database") -> None:
        """Make this store what another one is, in one transaction."""
        with explained(self.folder):
            other.copy_into(self._connection)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


@contextmanager
def at_one_go() -> Iterator[None]:
    """Make very many small values without the collector looking through all of them again and again: twice as fast."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _without_numpy() -> Iterator[None]:
    """Where sqlite-utils finds numpy it loads it, for types that we never store: 11 MB in a daemon for ever."""
    if "numpy" in sys.modules:
        yield
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # to whoever imports it now, it is not installed
    try:
        yield
    finally:
        del sys.modules["numpy"]


def make_private(folder: Path) -> None:
    """Make `folder` where it is missing, and keep others out of it whatever the umask (G52).

    Folders above it that are missing are made as private: `mkdir` itself would leave those to the umask.
    """
    if not folder.parent.exists():
        make_private(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(_PRIVATE_FOLDER)


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stamp(moment: datetime) -> str:
    """A moment as it is stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stored: str) -> datetime:
    """A stored moment, aware, UTC."""
    return datetime.fromisoformat(stored)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """SQLite's errors, and those of the folder, as one line with what to do. Raises Busy or StoreBroken."""
    try:
        with _of_sqlite(folder):
            yield
    except OSError as error:
        raise StoreBroken(
            f"the store in {folder} cannot be used ({error.strerror or error})", do="check [store] path"
        ) from error


@contextmanager
def _of_sqlite(folder: Path) -> Iterator[None]:
    """SQLite's errors that concern the whole file; what concerns one row passes through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy(
                f"the store in {folder} is busy", do="another inboxtriage is writing; try again in a moment"
            ) from error
        what = "its disk is read-only" if _is_read_only(folder) else str(error)
        raise StoreBroken(f"the store in {folder}: {what}", do="check the disk's space and permissions") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise
        raise StoreBroken(f"the store in {folder} is damaged ({error})", do="restore a backup") from error


def _is_read_only(folder: Path) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False
