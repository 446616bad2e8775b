"""What the owner said a message really is: this owner's own examples."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.store.database import Database, stamp

# Said outright; by what was left in a letter; by approving it as it was; of old mail (`store.past`), said outright.
How = Literal["relabel", "edit", "approval", "past"]


@dataclass(frozen=True, slots=True)
class Correction:
    """The truth about one message, with its bytes. `message` is its number, of "past" ones that of the example."""

    message: int
    raw: bytes
    labels: tuple[str, ...]
    urgent: bool
    kind: str
    language: str
    how: How
    evidence: dict[str, str]  # label -> the sentence that spoke for it


def put(
    db: Database,
    message: int,
    labels: Sequence[str],
    kind: str,
    at: datetime,
    *,
    urgent: bool,
    how: How = "relabel",
) -> None:
    """Remember the truth about a message: a relabel in place of any earlier word, the others only where none is."""
    if how != "relabel" and db.value("SELECT 1 FROM correction WHERE message = ? AND how = 'relabel'", message):
        return
    db.run("DELETE FROM correction WHERE message = ?", message)
    row = {
        "message": message,
        "at": stamp(at),
        "labels": json.dumps(list(labels)),
        "urgent": int(urgent),
        "kind": kind,
        "how": how,
    }
    db.insert("correction", row)


def everything(db: Database) -> list[Correction]:
    """Every correction, oldest first."""
    rows = db.all(
        "SELECT c.*, r.bytes, i.language, i.evidence FROM correction c JOIN raw r ON r.message = c.message "
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
            row["how"],
            {one["label"]: one["text"] for one in json.loads(row["evidence"])},
        )
        for row in rows
    ]
