"""Acknowledgements as rows: which were written, to whom, and that nobody gets a second one in the same absence.

Each has a message row and an item of its own, so that it goes through the outbox as all mail does and stands in no
answer's way.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.hours.absence import Away
from inboxtriage.store import leads
from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.store.messages import ACKNOWLEDGEMENT, Item, verdict_row
from inboxtriage.triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Promise:
    """What an acknowledgement says, and by what right: the absence, by when the answer comes, the standing approval.

    `person` is the address without case and tag.
    """

    away: Away
    answer_at: datetime
    person: str
    language: str
    standing: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One of them. `theirs` is the mail that it acknowledges, `answer_at` by when it promises the answer."""

    message: int
    theirs: int
    absence: date
    person: str
    language: str
    answer_at: datetime
    standing: int


def add(db: Database, theirs: Item, promise: Promise, now: datetime) -> int:
    """Put one on record, its item approved; its number. Raises where the person has one: the last guard against two."""
    first = promise.away.first.isoformat()
    key = hashlib.sha256(json.dumps([ACKNOWLEDGEMENT, first, promise.person]).encode()).hexdigest()
    verdict = Verdict("read", "an acknowledgement of ours", kind=theirs.verdict.kind, language=promise.language)
    number = db.insert(
        "message",
        {
            "content_key": key,
            "account": theirs.account,
            "received_at": stamp(now),
            "references": "[]",
            "answer_to": theirs.answer_to,
            "via": ACKNOWLEDGEMENT,
            "person": theirs.person,
            "subject": "",
            "doubts": "[]",
            "attachments": "[]",
            "raw_sha256": hashlib.sha256(b"").hexdigest(),
            "lead": theirs.lead,
        },
    )
    db.insert("item", {"message": number, **verdict_row(verdict), "state": "approved"})
    db.insert(
        "acknowledgement",
        {
            "message": number,
            "theirs": theirs.number,
            "absence": first,
            "until": promise.away.last.isoformat(),
            "person": promise.person,
            "language": promise.language,
            "answer_at": stamp(promise.answer_at),
            "standing": promise.standing,
            "written_at": stamp(now),
        },
    )
    return number


def get(db: Database, message: int) -> Acknowledgement | None:
    """The acknowledgement that a message row is; None where it is anything else."""
    row = db.one("SELECT * FROM acknowledgement WHERE message = ?", message)
    return None if row is None else _acknowledgement(row)


def has_one(db: Database, away: Away, person: str, lead: int | None) -> bool:
    """Whether this address, or the same person (merged leads), has one of an absence that shares a day with this."""
    rows = db.all(
        "SELECT a.person, m.lead FROM acknowledgement a JOIN message m ON m.id = a.message "
        "WHERE a.absence <= ? AND a.until >= ?",
        away.last.isoformat(),
        away.first.isoformat(),
    )
    if any(row["person"] == person for row in rows):
        return True
    return lead is not None and not {row["lead"] for row in rows}.isdisjoint(leads.family(db, lead))


def leaving_since(db: Database, since: datetime) -> list[datetime]:
    """When acknowledgements left, or are to leave, after that moment."""
    rows = db.all(
        "SELECT coalesce(o.handed_at, o.not_before) AS at FROM acknowledgement a "
        "JOIN outgoing o ON o.message = a.message AND o.state != 'cancelled' "
        "WHERE coalesce(o.handed_at, o.not_before) > ?",
        stamp(since),
    )
    return [moment(row["at"]) for row in rows]


def counts(db: Database, absence: date) -> dict[str, int]:
    """How many there are of one absence, by their state in the outbox."""
    rows = db.all(
        "SELECT o.state, count(*) AS n FROM acknowledgement a JOIN outgoing o ON o.message = a.message "
        "WHERE a.absence = ? GROUP BY o.state",
        absence.isoformat(),
    )
    return {row["state"]: row["n"] for row in rows}


def in_doubt(db: Database) -> list[int]:
    """The acknowledgements of which nobody knows whether they left, and which are not settled yet."""
    rows = db.all(
        "SELECT a.message FROM acknowledgement a JOIN item i ON i.message = a.message AND i.state = 'approved' "
        "JOIN outgoing o ON o.message = a.message AND o.state = 'unknown' ORDER BY a.message"
    )
    return [row["message"] for row in rows]


def to_leave(db: Database, absence: date) -> list[int]:
    """The acknowledgements of an absence that wait in the outbox."""
    rows = db.all(
        "SELECT a.message FROM acknowledgement a JOIN outgoing o ON o.message = a.message "
        "WHERE a.absence = ? AND o.state IN ('queued', 'deferred') ORDER BY a.message",
        absence.isoformat(),
    )
    return [row["message"] for row in rows]


def let_be_due(db: Database, message: int, answer_at: datetime) -> None:
    """Let a message be due by then at the latest, inside `writing`; where a later letter answers it, that one too."""
    db.run(
        "UPDATE item SET due_at = min(coalesce(due_at, ?1), ?1) "
        "WHERE message = ?2 OR message = (SELECT folded_into FROM item WHERE message = ?2)",
        stamp(answer_at),
        message,
    )


def promised(db: Database, message: int) -> datetime | None:
    """By when an acknowledgement that left, or may have left, promised the answer to a message."""
    found = db.value(
        "SELECT min(a.answer_at) FROM acknowledgement a JOIN outgoing o ON o.message = a.message "
        "WHERE a.theirs = ? AND o.state IN ('sent', 'committing', 'unknown')",
        message,
    )
    return moment(found) if found else None


def _acknowledgement(row: sqlite3.Row) -> Acknowledgement:
    return Acknowledgement(
        message=row["message"],
        theirs=row["theirs"],
        absence=date.fromisoformat(row["absence"]),
        person=row["person"],
        language=row["language"],
        answer_at=moment(row["answer_at"]),
        standing=row["standing"],
    )
