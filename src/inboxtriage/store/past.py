"""Old mail that the owner said the truth about: examples of their own from before the first day.

It hangs on no message and no lead, stands in no queue and counts in no figure; `forget` erases it by the addresses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.corrections import Correction
from inboxtriage.store.database import Database, stamp
from inboxtriage.store.forgetting import is_forgotten, keyed


@dataclass(frozen=True, slots=True)
class PastMail:
    """One old mail: its bytes, and every address by which its person can be asked to be forgotten."""

    content_key: str
    raw: bytes
    sender: str | None
    person: str | None
    answer_to: str | None
    language: str


def put(
    db: Database,
    mail: PastMail,
    at: datetime,
    *,
    labels: Sequence[str],
    kind: str,
    urgent: bool,
    evidence: Mapping[str, str],
) -> int:
    """Keep the truth about an old mail in place of an earlier word, inside `writing`; the number of the example."""
    db.run("DELETE FROM past WHERE content_key = ?", mail.content_key)
    row = {
        "content_key": mail.content_key,
        "sender": mail.sender,
        "person": mail.person,
        "answer_to": mail.answer_to,
        "bytes": mail.raw,
        "labels": json.dumps(list(labels)),
        "urgent": int(urgent),
        "kind": kind,
        "language": mail.language,
        "evidence": json.dumps(dict(evidence), ensure_ascii=False),
        "at": stamp(at),
    }
    return db.insert("past", row)


def drop(db: Database, number: int) -> None:
    """Take an example back, inside `writing`."""
    db.run("DELETE FROM past WHERE id = ?", number)


def drop_all(db: Database) -> int:
    """Take every example back, inside `writing`, and forget what was put aside; how many examples there were."""
    db.run("DELETE FROM past_settled")
    return db.run("DELETE FROM past")


def expire(db: Database, before: datetime) -> int:
    """Erase the examples that were kept before that moment, inside `writing`; how many."""
    return db.run("DELETE FROM past WHERE at < ?", stamp(before))


def count(db: Database) -> int:
    """How many examples there are."""
    return int(db.value("SELECT count(*) FROM past"))


def people(db: Database) -> set[str]:
    """The addresses, in lower case, of those whose mail is an example already."""
    return {str(row[0]).lower() for row in db.all("SELECT coalesce(person, sender, '') FROM past")}


def everything(db: Database) -> list[Correction]:
    """Every example, oldest first."""
    return [
        Correction(
            row["id"],
            bytes(row["bytes"]),
            tuple(json.loads(row["labels"])),
            bool(row["urgent"]),
            row["kind"],
            row["language"],
            "past",
            json.loads(row["evidence"]),
        )
        for row in db.all("SELECT * FROM past ORDER BY id")
    ]


def is_known(db: Database, content_key: str) -> bool:
    """Whether nobody is to be asked about this mail: its truth was said in the queue, or its person was erased."""
    said = "SELECT 1 FROM message m JOIN correction c ON c.message = m.id WHERE m.content_key = ? LIMIT 1"
    return db.value(said, content_key) is not None or is_forgotten(db, content_key)


def settle(db: Database, what: str, at: datetime) -> None:
    """Remember, inside `writing`, that this was put to the owner once; only a keyed hash of it is kept."""
    db.run("INSERT OR IGNORE INTO past_settled VALUES (?, ?)", keyed(db, what), stamp(at))


def unsettle(db: Database, what: str) -> None:
    """Take that back, inside `writing`."""
    db.run("DELETE FROM past_settled WHERE mark = ?", keyed(db, what))


def settled(db: Database, things: Sequence[str]) -> set[str]:
    """Which of these were put to the owner already."""
    if not db.value("SELECT 1 FROM past_settled LIMIT 1"):
        return set()
    marks = {row[0] for row in db.all("SELECT mark FROM past_settled")}
    with db.writing():
        return {one for one in things if keyed(db, one) in marks}
