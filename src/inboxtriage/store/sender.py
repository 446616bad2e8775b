"""The sender of each account: whether it pauses, until when, and why."""

from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Paused:
    """A sender that rests after so many failures in a row."""

    account: str
    failures: int
    until: datetime
    why: str


def paused(db: Database, account: str) -> Paused | None:
    """The pause of an account's sender, also one that is over but was not yet followed by a success."""
    row = db.one("SELECT * FROM sender WHERE account = ?", account)
    return None if row is None else Paused(row["account"], row["failures"], moment(row["paused_until"]), row["why"])


def pause(db: Database, account: str, failures: int, until: datetime, why: str) -> None:
    """Let a sender rest."""
    db.run("INSERT OR REPLACE INTO sender VALUES (?, ?, ?, ?)", account, failures, stamp(until), why)


def resume(db: Database, account: str) -> None:
    """The sender works again."""
    db.run("DELETE FROM sender WHERE account = ?", account)
