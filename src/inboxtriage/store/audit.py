"""The audit chain as rows: appended, read, never changed (two triggers see to that as well)."""

import sqlite3
from dataclasses import asdict, fields, replace

from inboxtriage.approval.audit import GENESIS, Act, Entry, seal
from inboxtriage.store.database import Database, moment, stamp


def append(db: Database, act: Act) -> Entry:
    """Seal one more record; inside `writing`, so that the chain cannot fork."""
    last = db.one("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
    as_stored = replace(act, at=moment(stamp(act.at)))
    entry = seal(highest(db) + 1, last["hash"] if last else GENESIS, as_stored)
    row = {**asdict(act), "at": stamp(act.at), "seq": entry.seq, "previous": entry.previous, "hash": entry.hash}
    db.insert("audit", row)
    return entry


def entries(db: Database) -> list[Entry]:
    """Every record, in order."""
    return [
        Entry(seq=row["seq"], act=_act(row), previous=row["previous"], hash=row["hash"])
        for row in db.all("SELECT * FROM audit ORDER BY seq")
    ]


def act(db: Database, seq: int) -> Act | None:
    """What one record says was done."""
    row = db.one("SELECT * FROM audit WHERE seq = ?", seq)
    return None if row is None else _act(row)


def _act(row: sqlite3.Row) -> Act:
    return Act(**{f.name: row[f.name] for f in fields(Act) if f.name != "at"}, at=moment(row["at"]))


def highest(db: Database) -> int:
    """The highest number ever given to a record, also to one that is gone."""
    return int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") or 0)
