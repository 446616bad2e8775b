"""Copies of letters in the owners' Drafts folders: rows <-> values. One for each message at most."""

import sqlite3
from datetime import datetime

from inboxtriage.approval.copies import Copy, CopyState
from inboxtriage.store.database import Database, moment, stamp


def of_account(db: Database, account: str) -> list[Copy]:
    """Every copy that an account's folder holds, or held, in the order of their messages."""
    return [_copy(row) for row in db.all("SELECT * FROM drafts_copy WHERE account = ? ORDER BY message", account)]


def get(db: Database, message: int) -> Copy | None:
    """The copy of the letter to a message."""
    row = db.one("SELECT * FROM drafts_copy WHERE message = ?", message)
    return None if row is None else _copy(row)


def put(db: Database, copy: Copy, at: datetime) -> None:
    """Record a copy in the place of any earlier one."""
    db.run("DELETE FROM drafts_copy WHERE message = ?", copy.number)
    db.insert(
        "drafts_copy",
        {
            "message": copy.number,
            "account": copy.account,
            "folder": copy.folder,
            "validity": copy.validity,
            "uid": copy.uid,
            "message_id": copy.message_id,
            "token": copy.token,
            "to_address": copy.to,
            "theirs": copy.theirs,
            "sha256": copy.sha256,
            "draft_sha256": copy.draft_sha256,
            "state": copy.state,
            "put_at": stamp(at),
            "sent_at": stamp(copy.sent_at) if copy.sent_at else None,
            "missing_since": stamp(copy.missing_since) if copy.missing_since else None,
        },
    )


def lies(db: Database, copy: Copy, folder: str, validity: str, uid: str, sha256: str) -> None:
    """Record where a copy lies, with these bytes."""
    db.run(
        "UPDATE drafts_copy SET state = 'lying', folder = ?, validity = ?, uid = ?, sha256 = ?, missing_since = NULL "
        "WHERE message = ? AND message_id = ?",
        folder,
        validity,
        uid,
        sha256,
        copy.number,
        copy.message_id,
    )


def set_state(db: Database, message: int, state: CopyState, *, missing_since: datetime | None = None) -> None:
    """Move a copy. `missing_since`: when it was first seen to be gone."""
    since = stamp(missing_since) if missing_since else None
    db.run("UPDATE drafts_copy SET state = ?, missing_since = ? WHERE message = ?", state, since, message)


def may_be_sent(db: Database, message: int, at: datetime) -> None:
    """Record that a mail was found in Sent that may be this letter."""
    db.run("UPDATE drafts_copy SET sent_at = ? WHERE message = ?", stamp(at), message)


def forget(db: Database, message: int) -> None:
    """There is no copy that we would care about any more."""
    db.run("DELETE FROM drafts_copy WHERE message = ?", message)


def _copy(row: sqlite3.Row) -> Copy:
    return Copy(
        number=row["message"],
        account=row["account"],
        folder=row["folder"],
        validity=row["validity"],
        uid=row["uid"],
        message_id=row["message_id"],
        token=row["token"],
        to=row["to_address"],
        theirs=row["theirs"],
        sha256=row["sha256"],
        draft_sha256=row["draft_sha256"],
        state=row["state"],
        sent_at=moment(row["sent_at"]) if row["sent_at"] else None,
        missing_since=moment(row["missing_since"]) if row["missing_since"] else None,
    )
