"""The outbox: legal moves carried out as guarded UPDATEs. A move that does not fit the row's state changes nothing."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from inboxtriage.errors import NotFound
from inboxtriage.outbox.outgoing import AFTER_DEATH, DUE, MOVES, Outgoing, State
from inboxtriage.outbox.pace import Handed
from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.store.ids import MESSAGE, OUTGOING, shown
from inboxtriage.store.messages import Item

_DIED = "the process ended before the server's answer was read"


def add(db: Database, mail: Outgoing, message: int, audit: int) -> int:
    """Put an approved mail in the queue; its number. A second live one for a message breaks an index and raises."""
    return db.insert(
        "outgoing",
        {
            "message": message,
            "account": mail.account,
            "sender": mail.sender,
            "to_address": mail.to,
            "subject": mail.subject,
            "message_id": mail.message_id,
            "draft_sha256": mail.draft_sha256,
            "wire_sha256": mail.wire_sha256,
            "mime": mail.mime,
            "state": "queued",
            "approved_at": stamp(mail.approved_at),
            "not_before": stamp(mail.not_before),
            "audit": audit,
        },
    )


def next_number(db: Database) -> int:
    """The number that the next mail will get; inside `writing`, so that nobody else takes it."""
    return int(db.value("SELECT seq FROM sqlite_sequence WHERE name = 'outgoing'") or 0) + 1


def move(
    db: Database,
    number: int,
    to: State,
    *,
    reply: str | None = None,
    not_before: datetime | None = None,
    sent_at: datetime | None = None,
    handed_at: datetime | None = None,
) -> bool:
    """Move one mail, if its state allows; whether it was moved."""
    origins = [state for state, targets in MOVES.items() if to in targets]
    marks = ", ".join("?" * len(origins))
    return (
        db.run(
            "UPDATE outgoing SET state = ?, last_reply = coalesce(?, last_reply), "
            "not_before = coalesce(?, not_before), handed_at = coalesce(?, handed_at), "
            f"sent_at = ?, attempts = attempts + ? WHERE id = ? AND state IN ({marks})",
            to,
            reply,
            stamp(not_before) if not_before else None,
            stamp(handed_at) if handed_at else None,
            stamp(sent_at) if sent_at else None,
            int(to == "sending"),
            number,
            *origins,
        )
        == 1
    )


def after_death(db: Database) -> list[tuple[int, State]]:
    """Settle the claims of processes that died: back to the queue before the body, unknown after. Returns them."""
    rows = db.all("SELECT id, state FROM outgoing WHERE state IN ('sending', 'committing')")
    dead = [(int(row["id"]), AFTER_DEATH[row["state"]]) for row in rows]
    return [(number, to) for number, to in dead if move(db, number, to, reply=_DIED if to == "unknown" else None)]


def claimed(db: Database) -> bool:
    """Whether any mail is claimed, by a process that lives or died."""
    return db.value("SELECT 1 FROM outgoing WHERE state IN ('sending', 'committing')") is not None


def due(db: Database, now: datetime) -> list[Outgoing]:
    """What may leave now, oldest first."""
    marks = ", ".join("?" * len(DUE))
    rows = db.all(
        f"SELECT * FROM outgoing WHERE state IN ({marks}) AND not_before <= ? ORDER BY not_before, id",
        *DUE,
        stamp(now),
    )
    return [_outgoing(row) for row in rows]


def next_due(db: Database) -> datetime | None:
    """When the next mail may leave, or None where none waits."""
    marks = ", ".join("?" * len(DUE))
    found = db.value(f"SELECT min(not_before) FROM outgoing WHERE state IN ({marks})", *DUE)
    return moment(found) if found else None


def put_off(db: Database, number: int, until: datetime, why: str) -> None:
    """Let a mail that waits for its moment wait longer."""
    marks = ", ".join("?" * len(DUE))
    db.run(
        f"UPDATE outgoing SET not_before = ?, last_reply = ? WHERE id = ? AND state IN ({marks})",
        stamp(until),
        why,
        number,
        *DUE,
    )


def bring_nearer(db: Database, beyond: datetime, to: datetime) -> int:
    """Let what waits for a moment `beyond` leave at a nearer one; how many."""
    marks = ", ".join("?" * len(DUE))
    return db.run(
        f"UPDATE outgoing SET not_before = ? WHERE state IN ({marks}) AND not_before > ?",
        stamp(to),
        *DUE,
        stamp(beyond),
    )


def handed(db: Database, after: datetime, until: datetime) -> list[Handed]:
    """What was handed to a server in that time and not refused by it, oldest first."""
    rows = db.all(
        'SELECT o.handed_at, o.to_address, o.message_id AS ours, m.message_id, m.in_reply_to, m."references", m.via '
        "FROM outgoing o JOIN message m ON m.id = o.message WHERE o.handed_at > ? AND o.handed_at <= ? "
        "AND o.state IN ('sent', 'committing', 'unknown') ORDER BY o.handed_at",
        stamp(after),
        stamp(until),
    )
    return [
        Handed(
            moment(row["handed_at"]),
            row["to_address"],
            _conversation(
                row["via"], row["ours"], row["message_id"], row["in_reply_to"], json.loads(row["references"])
            ),
        )
        for row in rows
    ]


def conversation(item: Item) -> frozenset[str]:
    """The Message-IDs of a mail and of those it answers; none where a form or a go-between brought it."""
    return _conversation(item.via, None, item.message_id, None, item.thread)


def _conversation(
    via: str, ours: str | None, theirs: str | None, answers: str | None, references: Sequence[str]
) -> frozenset[str]:
    ids = (ours, theirs, answers, *references) if via in {"from", "reply_to"} else (ours,)
    return frozenset(one for one in ids if one is not None)


def in_states(db: Database, states: Sequence[State]) -> list[Outgoing]:
    """Every mail in one of `states`, oldest first."""
    marks = ", ".join("?" * len(states))
    rows = db.all(f"SELECT * FROM outgoing WHERE state IN ({marks}) ORDER BY id", *states)
    return [_outgoing(row) for row in rows]


def unsettled(db: Database) -> list[Outgoing]:
    """The mails of which only a person can say whether they left; an acknowledgement is none."""
    sql = "SELECT * FROM outgoing WHERE state = 'unknown' AND message NOT IN (SELECT message FROM acknowledgement)"
    return [_outgoing(row) for row in db.all(f"{sql} ORDER BY id")]


def get(db: Database, number: int) -> Outgoing:
    """One mail. Raises NotFound."""
    row = db.one("SELECT * FROM outgoing WHERE id = ?", number)
    if row is None:
        raise NotFound(f"there is no {shown(OUTGOING, number)} in the outbox", do="see `inboxtriage outbox`")
    return _outgoing(row)


def of_message(db: Database, message: int) -> Outgoing | None:
    """The last mail that was approved for a message."""
    row = db.one("SELECT * FROM outgoing WHERE message = ? ORDER BY id DESC LIMIT 1", message)
    return None if row is None else _outgoing(row)


def audit_of(db: Database, number: int) -> int:
    """The audit record that approved a mail."""
    return int(db.value("SELECT audit FROM outgoing WHERE id = ?", number))


def message_ids(db: Database) -> frozenset[str]:
    """The Message-IDs of everything that we know was handed over, or may have been."""
    rows = db.all("SELECT message_id FROM outgoing WHERE state IN ('sent', 'committing', 'unknown')")
    return frozenset(row["message_id"] for row in rows)


def is_ours(db: Database, message_id: str) -> bool:
    """Whether we made that Message-ID, for any mail that was ever approved."""
    return db.value("SELECT 1 FROM outgoing WHERE message_id = ?", message_id) is not None


def ids_for(db: Database, message: int) -> frozenset[str]:
    """The Message-IDs of every mail that was approved for a message and is not known to have been handed over.

    In Sent they show that another state of this store, since replaced, did hand it over (G31).
    """
    rows = db.all(
        "SELECT message_id FROM outgoing WHERE message = ? AND state NOT IN ('sent', 'committing', 'unknown')", message
    )
    return frozenset(row["message_id"] for row in rows)


def want_aftercare(db: Database, number: int, *, copy: bool, flag: bool) -> None:
    """Note what is still to be done in the mailbox for a mail that was sent."""
    db.run(
        "UPDATE outgoing SET copy = ?, flag = ? WHERE id = ?",
        "wanted" if copy else "none",
        "wanted" if flag else "none",
        number,
    )


def aftercare(db: Database, account: str, what: Literal["copy", "flag"]) -> list[tuple[Outgoing, datetime]]:
    """Sent mail of an account whose copy or mark is still wanted, with the moment it was sent."""
    rows = db.all(
        f"SELECT * FROM outgoing WHERE account = ? AND state = 'sent' AND {what} = 'wanted' ORDER BY id",
        account,
    )
    return [(_outgoing(row), moment(row["sent_at"])) for row in rows]


def cared(db: Database, number: int, what: Literal["copy", "flag"]) -> None:
    """The copy is saved, or the mark is set."""
    done = {"copy": "saved", "flag": "set"}[what]
    db.run(f"UPDATE outgoing SET {what} = ? WHERE id = ?", done, number)


def number_of(mail: Outgoing) -> int:
    """The row of a mail."""
    return int(mail.id.removeprefix(OUTGOING))


def message_of(mail: Outgoing) -> int:
    """The row of the message that a mail answers."""
    return int(mail.item.removeprefix(MESSAGE))


def _outgoing(row: sqlite3.Row) -> Outgoing:
    return Outgoing(
        id=shown(OUTGOING, row["id"]),
        item=shown(MESSAGE, row["message"]),
        account=row["account"],
        sender=row["sender"],
        to=row["to_address"],
        subject=row["subject"],
        message_id=row["message_id"],
        draft_sha256=row["draft_sha256"],
        wire_sha256=row["wire_sha256"],
        mime=bytes(row["mime"]),
        state=row["state"],
        attempts=row["attempts"],
        approved_at=moment(row["approved_at"]),
        not_before=moment(row["not_before"]),
        last_reply=row["last_reply"],
    )
