"""What the daemon's worker of each account does, for `status`: only a change is written."""

from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Worker:
    """`doing` since then: listening, polling, resting (until then, because of `why`), broken, stuck."""

    account: str
    doing: str
    since: datetime
    until: datetime | None
    why: str | None


def note(db: Database, worker: Worker) -> None:
    """Remember what a worker does now; inside `writing`."""
    until = stamp(worker.until) if worker.until else None
    values = (worker.account, worker.doing, stamp(worker.since), until, worker.why)
    db.run("INSERT OR REPLACE INTO worker VALUES (?, ?, ?, ?, ?)", *values)


def forget(db: Database) -> None:
    """No worker is there; inside `writing`."""
    db.run("DELETE FROM worker")


def noted(db: Database) -> dict[str, Worker]:
    """What the worker of each account was doing when it last said so."""
    return {
        row["account"]: Worker(
            row["account"],
            row["doing"],
            moment(row["since"]),
            moment(row["until"]) if row["until"] else None,
            row["why"],
        )
        for row in db.all("SELECT * FROM worker")
    }
