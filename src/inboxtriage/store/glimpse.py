"""A look at a store that is there, while somebody types: it changes nothing, waits for nobody and makes no file."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from inboxtriage.store.database import FILE, SCHEMA, Database, StoreBroken, explained
from inboxtriage.store.ids import LEAD, MESSAGE, OUTGOING, shown
from inboxtriage.store.messages import FOR_PEOPLE, ItemState

_PATIENCE = 0.1  # seconds
_MOST = 300  # more than anybody chooses from
_WHO = "coalesce(m.name, m.answer_to, m.sender, m.phone, '') AS who, m.subject AS subject"


@dataclass(frozen=True, slots=True)
class Seen:
    """An id with what tells it from others: who it is of, and what it is about. Words of strangers, as they came."""

    id: str
    who: str
    about: str


class Glimpse(Database):
    """A connection that can only read. Raises StoreBroken where there is no store, or not one of this version."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._busy_seconds = folder, _PATIENCE
        file = folder / FILE
        with explained(folder):
            # Without a log nobody writes now, and SQLite need not make one beside the file for us.
            how = "mode=ro" if file.with_name(f"{FILE}-wal").exists() else "mode=ro&immutable=1"
            place = f"file:{quote(str(file.resolve()))}?{how}"
            self._connection = sqlite3.connect(place, uri=True, timeout=_PATIENCE, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA:
            self._connection.close()
            raise StoreBroken(f"the store in {folder} is of another version", do="run any command on it first")


def waiting(db: Database, states: tuple[ItemState, ...], begun: str, *, drafted: bool = False) -> list[Seen]:
    """The messages in these states whose id begins so, the most pressing first; `drafted`: only those with a draft."""
    marks = ", ".join("?" * len(states))
    rows = db.all(
        f"SELECT m.id AS id, {_WHO} FROM message m JOIN item i ON i.message = m.id "
        f"WHERE i.state IN ({marks}) AND {FOR_PEOPLE} AND '{MESSAGE}' || m.id LIKE ? || '%' "
        + ("AND EXISTS (SELECT 1 FROM draft d WHERE d.message = m.id) " if drafted else "")
        + f"ORDER BY i.disposition != 'urgent', i.due_at IS NULL, i.due_at, m.id LIMIT {_MOST}",
        *states,
        begun,
    )
    return _seen(MESSAGE, rows)


def undoable(db: Database, begun: str) -> list[Seen]:
    """The messages with a step that can be taken back, the last first."""
    rows = db.all(
        f"SELECT m.id AS id, {_WHO} FROM message m JOIN (SELECT message, max(id) AS last FROM step "
        "WHERE undone_at IS NULL GROUP BY message) s ON s.message = m.id "
        f"WHERE '{MESSAGE}' || m.id LIKE ? || '%' ORDER BY s.last DESC LIMIT {_MOST}",
        begun,
    )
    return _seen(MESSAGE, rows)


def unknown(db: Database, begun: str) -> list[Seen]:
    """The mails in the outbox of which a person must say whether they left."""
    rows = db.all(
        "SELECT id, to_address AS who, subject FROM outgoing WHERE state = 'unknown' "
        "AND message NOT IN (SELECT message FROM acknowledgement) "
        f"AND '{OUTGOING}' || id LIKE ? || '%' ORDER BY id LIMIT {_MOST}",
        begun,
    )
    return _seen(OUTGOING, rows)


def people(db: Database, begun: str) -> list[Seen]:
    """Everybody on record whose id begins so, who came last first."""
    rows = db.all(
        "SELECT id, coalesce(name, address, phone, '') AS who, coalesce(address, phone, '') AS subject FROM lead "
        f"WHERE merged_into IS NULL AND '{LEAD}' || id LIKE ? || '%' ORDER BY id DESC LIMIT {_MOST}",
        begun,
    )
    return _seen(LEAD, rows)


def _seen(prefix: str, rows: list[sqlite3.Row]) -> list[Seen]:
    return [Seen(shown(prefix, row["id"]), row["who"], row["subject"]) for row in rows]
