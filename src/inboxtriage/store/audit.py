"""The audit chain as rows: appended, read, never changed (two triggers see to that as well)."""

from datetime import datetime

from inboxtriage.approval.audit import GENESIS, Action, Entry, seal
from inboxtriage.store.database import Database, moment, stamp


def append(
    db: Database,
    *,
    at: datetime,
    actor: str,
    action: Action,
    item: str,
    outgoing: str,
    draft_sha256: str,
    wire_sha256: str,
) -> Entry:
    """Seal one more record; inside `writing`, so that the chain cannot fork."""
    last = db.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    entry = seal(
        highest(db) + 1,
        last["hash"] if last else GENESIS,
        at=moment(stamp(at)),
        actor=actor,
        action=action,
        item=item,
        outgoing=outgoing,
        draft_sha256=draft_sha256,
        wire_sha256=wire_sha256,
    )
    db.insert(
        "audit",
        {
            "seq": entry.seq,
            "at": stamp(entry.at),
            "actor": actor,
            "action": action,
            "item": item,
            "outgoing": outgoing,
            "draft_sha256": draft_sha256,
            "wire_sha256": wire_sha256,
            "previous": entry.previous,
            "hash": entry.hash,
        },
    )
    return entry


def entries(db: Database) -> list[Entry]:
    """Every record, in order."""
    return [
        Entry(
            seq=row["seq"],
            at=moment(row["at"]),
            actor=row["actor"],
            action=row["action"],
            item=row["item"],
            outgoing=row["outgoing"],
            draft_sha256=row["draft_sha256"],
            wire_sha256=row["wire_sha256"],
            previous=row["previous"],
            hash=row["hash"],
        )
        for row in db.all("SELECT * FROM audit ORDER BY seq")
    ]


def highest(db: Database) -> int:
    """The highest number ever given to a record, also to one that is gone."""
    return int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") or 0)
