"""Standing approvals as rows: given, withdrawn, never changed (two triggers see to that as well)."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from inboxtriage.store.database import Database, moment, stamp

Action = Literal["approved", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The last word on one absence. `texts` are the digests that were approved, by language."""

    number: int
    absence: date
    until: date
    action: Action
    texts: Mapping[str, str]
    at: datetime
    actor: str
    why: str = ""


def say(
    db: Database,
    action: Action,
    absence: date,
    until: date,
    texts: Mapping[str, str],
    *,
    at: datetime,
    actor: str,
    why: str = "",
) -> None:
    """Put an approval, or its withdrawal, on record; inside `writing`."""
    row = {"absence": absence.isoformat(), "until": until.isoformat(), "action": action, "texts": json.dumps(texts)}
    db.insert("standing", {**row, "at": stamp(at), "actor": actor, "why": why})


def last(db: Database, absence: date) -> Standing | None:
    """What was said last about the absence that begins on this day, or None where nothing was."""
    row = db.one("SELECT * FROM standing WHERE absence = ? ORDER BY id DESC LIMIT 1", absence.isoformat())
    return None if row is None else _standing(row)


def in_force(db: Database) -> list[Standing]:
    """Every approval that was not withdrawn, the oldest first."""
    rows = db.all("SELECT * FROM standing WHERE id IN (SELECT max(id) FROM standing GROUP BY absence) ORDER BY id")
    return [one for one in map(_standing, rows) if one.action == "approved"]


def _standing(row: sqlite3.Row) -> Standing:
    return Standing(
        number=row["id"],
        absence=date.fromisoformat(row["absence"]),
        until=date.fromisoformat(row["until"]),
        action=row["action"],
        texts=json.loads(row["texts"]),
        at=moment(row["at"]),
        actor=row["actor"],
        why=row["why"],
    )
