"""What was looked at, where; how far each folder was read; and how each account's last pass went."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.store.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder was read: everything at or below `uid` is recorded; None while its first pass is not done.

    `since` is the day from which that first pass reads, where it reads not all.
    """

    validity: str
    uid: str | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """An account's last pass; `succeeded_at` is when one last went through."""

    account: str
    started_at: datetime
    ended_at: datetime
    fetched: int
    error: str | None
    succeeded_at: datetime | None


def mark(db: Database, account: str, folder: str) -> Mark | None:
    """How far `folder` was read, or None before its first pass."""
    row = db.one("SELECT validity, uid, since FROM mark WHERE account = ? AND folder = ?", account, folder)
    if row is None:
        return None
    return Mark(row["validity"], row["uid"], date.fromisoformat(row["since"]) if row["since"] else None)


def move_mark(db: Database, account: str, folder: str, to: Mark) -> None:
    """Remember how far `folder` was read, never before what was read is stored (G21)."""
    since = to.since.isoformat() if to.since else None
    db.run("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?)", account, folder, to.validity, to.uid, since)


def seen(
    db: Database,
    account: str,
    folder: str,
    validity: str,
    *,
    passed_over: bool = True,
    among: Sequence[str] | None = None,
    above: str | None = None,
) -> set[str]:
    """Every uid of a folder that is recorded, or those of them that are `among` these, or `above` a numbered one.

    Also those that were only passed over, unless told otherwise.
    """
    rows = db.all(
        "SELECT uid FROM sighting WHERE account = ? AND folder = ? AND validity = ? AND (? OR message IS NOT NULL)"
        + ("" if among is None else " AND uid IN (SELECT value FROM json_each(?))")
        + ("" if above is None else " AND CAST(uid AS INTEGER) > CAST(? AS INTEGER)"),
        account,
        folder,
        validity,
        int(passed_over),
        *([] if among is None else [json.dumps(among)]),
        *([] if above is None else [above]),
    )
    return {row["uid"] for row in rows}


def record(db: Database, account: str, folder: str, validity: str, uid: str, message: int | None) -> None:
    """Record that a message was seen at this place; without a number, that it is to be passed over."""
    db.run("INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?, NULL)", account, folder, validity, uid, message)


def places(db: Database, account: str, messages: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """Where messages are, as far as is known: number, folder, validity, uid."""
    rows = db.all(
        "SELECT message, folder, validity, uid FROM sighting "
        "WHERE account = ? AND gone_at IS NULL AND message IN (SELECT value FROM json_each(?))",
        account,
        json.dumps(messages),
    )
    return [(row["message"], row["folder"], row["validity"], row["uid"]) for row in rows]


def failed_to_come(db: Database, account: str, folder: str, validity: str, uid: str) -> int:
    """Count one more time that the server listed a message and gave no bytes; how often by now."""
    db.run(
        "INSERT INTO unfetched VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT (account, folder, validity, uid) DO UPDATE SET attempts = attempts + 1",
        account,
        folder,
        validity,
        uid,
    )
    return int(
        db.value(
            "SELECT attempts FROM unfetched WHERE account = ? AND folder = ? AND validity = ? AND uid = ?",
            account,
            folder,
            validity,
            uid,
        )
    )


def unfetched(db: Database, account: str, folder: str, validity: str) -> set[str]:
    """The uids that are still to be asked for again."""
    rows = db.all(
        "SELECT uid FROM unfetched WHERE account = ? AND folder = ? AND validity = ?", account, folder, validity
    )
    return {row["uid"] for row in rows}


def came_after_all(db: Database, account: str, folder: str, validity: str, uid: str) -> None:
    """Stop asking for a message again."""
    db.run(
        "DELETE FROM unfetched WHERE account = ? AND folder = ? AND validity = ? AND uid = ?",
        account,
        folder,
        validity,
        uid,
    )


def end_pass(
    db: Database, account: str, started_at: datetime, ended_at: datetime, fetched: int, error: str | None
) -> None:
    """Remember how a pass went; a failed one keeps the date of the last that succeeded."""
    before = db.value("SELECT succeeded_at FROM pass WHERE account = ?", account)
    succeeded = stamp(ended_at) if error is None else before
    db.run(
        "INSERT OR REPLACE INTO pass VALUES (?, ?, ?, ?, ?, ?)",
        account,
        stamp(started_at),
        stamp(ended_at),
        fetched,
        error,
        succeeded,
    )


def passes(db: Database) -> dict[str, Pass]:
    """The last pass of every account."""
    return {
        row["account"]: Pass(
            row["account"],
            moment(row["started_at"]),
            moment(row["ended_at"]),
            row["fetched"],
            row["error"],
            moment(row["succeeded_at"]) if row["succeeded_at"] else None,
        )
        for row in db.all("SELECT * FROM pass")
    }
