"""What the owner said a message really is: this owner's own examples."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.database import Database, stamp


@dataclass(frozen=True, slots=True)
class Correction:
    """The truth about one message, with its bytes."""

    message: int
    raw: bytes
    labels: tuple[str, ...]
    urgent: bool
    kind: str
    language: str


def put(db: Database, message: int, labels: Sequence[str], kind: str, at: datetime, *, urgent: bool) -> None:
    """Remember the truth about a message, in the place of any earlier word on it."""
    db.run("DELETE FROM correction WHERE message = ?", message)
    row = {"message": message, "at": stamp(at), "labels": json.dumps(list(labels)), "urgent": int(urgent), "kind": kind}
    db.insert("correction", row)


def everything(db: Database) -> list[Correction]:
    """Every correction, oldest first."""
    rows = db.all(
        "SELECT c.*, r.bytes, i.language FROM correction c JOIN raw r ON r.message = c.message "
        "JOIN item i ON i.message = c.message ORDER BY c.id"
    )
    return [
        Correction(
            row["message"],
            bytes(row["bytes"]),
            tuple(json.loads(row["labels"])),
            bool(row["urgent"]),
            row["kind"],
            row["language"],
        )
        for row in rows
    ]
