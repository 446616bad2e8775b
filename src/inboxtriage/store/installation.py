"""Which installation a store belongs to, and how many mails it was about to hand over (`outbox.generation`)."""

from dataclasses import dataclass

from inboxtriage.store.database import Database


@dataclass(frozen=True, slots=True)
class Installation:
    """The one row: a random id, and the count."""

    id: str
    count: int


def get(db: Database) -> Installation:
    """The installation as it stands."""
    row = db.one("SELECT id, count FROM installation")
    if row is None:
        raise RuntimeError("a store always has its installation")
    return Installation(row["id"], row["count"])


def advance(db: Database) -> Installation:
    """Count one mail more; inside `writing`."""
    db.run("UPDATE installation SET count = count + 1")
    return get(db)


def go_on_from(db: Database, count: int) -> None:
    """Set the count; inside `writing`."""
    db.run("UPDATE installation SET count = ?", count)
