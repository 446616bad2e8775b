"""Who wrote to us, mail by mail, with no more of each than it takes to count everybody."""

from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.database import Database, moment
from inboxtriage.store.messages import WRITTEN, ItemState


@dataclass(frozen=True, slots=True)
class Wrote:
    """One mail that came: whose it is, and how it stands. `head` is the later mail whose letter answers it too."""

    number: int
    lead: int | None
    person: str | None  # the one spelling of who wrote, by which their mails are found again
    received_at: datetime
    state: ItemState
    kind: str | None
    head: int | None


def mails(db: Database) -> list[Wrote]:
    """Every mail that came, in order of arrival; letters of ours are none."""
    rows = db.all(
        "SELECT m.id, m.lead, m.person, m.received_at, i.state, i.kind, i.folded_into "
        f"FROM message m JOIN item i ON i.message = m.id WHERE {WRITTEN} ORDER BY m.id"
    )
    return [
        Wrote(row[0], row[1], row[2], moment(row["received_at"]), row["state"], row["kind"], row["folded_into"])
        for row in rows
    ]


def answered_elsewhere(db: Database, number: int) -> str | None:
    """By what it shows that the owner answered a mail elsewhere ("sent", "flag"); None where nothing does."""
    how: str | None = db.value("SELECT how FROM answered WHERE message = ? AND how != 'others'", number)
    return how
