"""What is done by itself from time to time: when it was done last, or that it is to be done now."""

from datetime import datetime, timedelta

from inboxtriage.store.database import Database, moment, stamp

RETENTION, COMPACTING, DIGEST = "retention", "compacting", "digest"


def is_due(db: Database, name: str, every: timedelta, now: datetime) -> bool:
    """Whether a chore was last done so long ago, or never, or in what is the future by a clock that was moved."""
    row = db.one("SELECT done_at FROM chore WHERE name = ?", name)
    if row is None or row["done_at"] is None:
        return True
    return not timedelta() <= now - moment(row["done_at"]) < every


def done_at(db: Database, name: str) -> datetime | None:
    """When a chore was last done; None where it never was."""
    stored = db.value("SELECT done_at FROM chore WHERE name = ?", name)
    return moment(stored) if stored else None


def is_wanted(db: Database, name: str) -> bool:
    """Whether a chore was asked for and is still to be done."""
    row = db.one("SELECT done_at FROM chore WHERE name = ?", name)
    return row is not None and row["done_at"] is None


def want(db: Database, name: str) -> None:
    """Ask for a chore; inside `writing`."""
    db.run("INSERT OR REPLACE INTO chore VALUES (?, NULL)", name)


def done(db: Database, name: str, now: datetime) -> None:
    """A chore was done; inside `writing`."""
    db.run("INSERT OR REPLACE INTO chore VALUES (?, ?)", name, stamp(now))
