"""Steps that can be taken back: before each, the rows that it changes are written down as they were."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from inboxtriage.store.database import Database, stamp

StepKind = Literal["approve", "reject", "snooze", "relabel", "done"]


@dataclass(frozen=True, slots=True)
class Step:
    """The last step that was taken with a message and not taken back."""

    number: int
    kind: StepKind


def take(db: Database, message: int, kind: StepKind, now: datetime) -> None:
    """Write down how item, draft and correction are, before they change."""
    before = {table: _row(db, table, message) for table in ("item", "draft", "correction")}
    db.insert(
        "step", {"message": message, "kind": kind, "at": stamp(now), "before": json.dumps(before, ensure_ascii=False)}
    )


def last(db: Database, message: int) -> Step | None:
    """The step that `undo` would take back."""
    row = db.one("SELECT id, kind FROM step WHERE message = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1", message)
    return None if row is None else Step(row["id"], row["kind"])


def restore(db: Database, step: Step, message: int, now: datetime) -> None:
    """Put back the rows as they were before the step."""
    before: dict[str, dict[str, Any] | None] = json.loads(db.value("SELECT before FROM step WHERE id = ?", step.number))
    for table, row in before.items():
        db.run(f"DELETE FROM {table} WHERE message = ?", message)
        if row is not None:
            db.insert(table, row)
    db.run("UPDATE step SET undone_at = ? WHERE id = ?", stamp(now), step.number)


def set_aside(db: Database, message: int, now: datetime) -> None:
    """An approval that came to nothing by itself is no step any more: what was done before it can be taken back."""
    db.run(
        "UPDATE step SET undone_at = ? WHERE message = ? AND kind = 'approve' AND undone_at IS NULL",
        stamp(now),
        message,
    )


def _row(db: Database, table: str, message: int) -> dict[str, Any] | None:
    row = db.one(f"SELECT * FROM {table} WHERE message = ?", message)
    return None if row is None else dict(row)
