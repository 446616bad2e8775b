"""Whether a folder adds up: as many messages in the mailbox as the ledger can account for, and what went away."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.store.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Tally:
    """How the last pass over a folder added up.

    `known` are in the mailbox and in the ledger, `passed_over` in the ledger as not to be read, `unrecorded` older than
    the start date and not in the ledger, `asked_again` listed by the server that did not give their bytes yet; `gone`
    were known and are there no more.
    """

    folder: str
    in_mailbox: int
    known: int
    passed_over: int
    unrecorded: int
    asked_again: int
    gone: int
    at: datetime
    compared_at: datetime  # when every position was last compared, and not only their number

    @property
    def before_start(self) -> int:
        """Messages that are not read because they are older than the start date (or were forgotten on request)."""
        return self.passed_over + self.unrecorded

    @property
    def missing(self) -> int:
        """Messages of the mailbox that nothing accounts for; the next pass looks for them."""
        return self.in_mailbox - self.known - self.before_start - self.asked_again


def of(db: Database, account: str, folder: str) -> Tally | None:
    """The tally of one folder, or None before its first pass."""
    return next((one for one in tallies(db, account) if one.folder == folder), None)


def tallies(db: Database, account: str) -> list[Tally]:
    """The tally of every folder of an account that is read."""
    return [
        Tally(
            row["folder"],
            row["in_mailbox"],
            row["known"],
            row["passed_over"],
            row["unrecorded"],
            row["asked_again"],
            row["gone"],
            moment(row["at"]),
            moment(row["compared_at"]),
        )
        for row in db.all("SELECT * FROM tally WHERE account = ? ORDER BY folder", account)
    ]


def away(db: Database, account: str, folder: str, validity: str) -> set[str]:
    """The recorded positions at which no message is any more."""
    rows = db.all(
        "SELECT uid FROM sighting WHERE account = ? AND folder = ? AND validity = ? AND gone_at IS NOT NULL",
        account,
        folder,
        validity,
    )
    return {row["uid"] for row in rows}


def live(db: Database, account: str, folder: str, validity: str) -> int:
    """How many recorded positions are, as far as is known, still in the mailbox; also those passed over."""
    return int(
        db.value(
            "SELECT count(*) FROM sighting WHERE account = ? AND folder = ? AND validity = ? AND gone_at IS NULL",
            account,
            folder,
            validity,
        )
    )


def went(db: Database, account: str, folder: str, validity: str, uids: Iterable[str], at: datetime) -> None:
    """Remember that messages are at these positions no more, and stop asking for those that gave no bytes."""
    listed = json.dumps(list(uids))
    where = "account = ? AND folder = ? AND validity = ? AND uid IN (SELECT value FROM json_each(?))"
    db.run(f"UPDATE sighting SET gone_at = ? WHERE {where}", stamp(at), account, folder, validity, listed)
    db.run(f"DELETE FROM unfetched WHERE {where}", account, folder, validity, listed)


def returned(db: Database, account: str, folder: str, validity: str, uids: Iterable[str]) -> None:
    """Take that back."""
    db.run(
        "UPDATE sighting SET gone_at = NULL WHERE account = ? AND folder = ? AND validity = ? "
        "AND gone_at IS NOT NULL AND uid IN (SELECT value FROM json_each(?))",
        account,
        folder,
        validity,
        json.dumps(list(uids)),
    )


def folder_gone(db: Database, account: str, folder: str, at: datetime) -> None:
    """The folder itself is there no more, and nothing in it; it is compared as a whole should it come back."""
    db.run(
        "UPDATE sighting SET gone_at = ? WHERE account = ? AND folder = ? AND gone_at IS NULL",
        stamp(at),
        account,
        folder,
    )
    db.run("DELETE FROM tally WHERE account = ? AND folder = ?", account, folder)


def numbered_anew(db: Database, account: str, folder: str, validity: str, at: datetime) -> None:
    """After a folder was read under a new validity: its old positions mean nothing any more (G19).

    They are dropped where their message was found again; what was not found is gone.
    """
    other = "account = ? AND folder = ? AND validity != ?"
    db.run(
        f"DELETE FROM sighting WHERE {other} AND (message IS NULL OR message IN "
        "(SELECT message FROM sighting WHERE account = ? AND folder = ? AND validity = ?))",
        *(account, folder, validity) * 2,
    )
    db.run(f"UPDATE sighting SET gone_at = ? WHERE {other} AND gone_at IS NULL", stamp(at), account, folder, validity)
    db.run(f"DELETE FROM unfetched WHERE {other}", account, folder, validity)


def add_up(
    db: Database,
    account: str,
    folder: str,
    validity: str,
    *,
    in_mailbox: int,
    unrecorded: int,
    at: datetime,
    compared_at: datetime,
) -> None:
    """Remember how a folder adds up; `unrecorded` are those older than the start that have no entry each."""
    row = db.one(
        "SELECT count(*) FILTER (WHERE gone_at IS NULL AND message IS NOT NULL) AS known, "
        "count(*) FILTER (WHERE gone_at IS NULL AND message IS NULL) AS passed_over, "
        "count(DISTINCT message) FILTER (WHERE gone_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sighting o WHERE "
        "o.message = s.message AND o.account = s.account AND o.folder = s.folder AND o.gone_at IS NULL)) AS gone "
        "FROM sighting s WHERE account = ? AND folder = ?",
        account,
        folder,
    )
    waiting = db.value(
        "SELECT count(*) FROM unfetched WHERE account = ? AND folder = ? AND validity = ?", account, folder, validity
    )
    known, passed_over, gone = (row["known"], row["passed_over"], row["gone"]) if row else (0, 0, 0)
    db.run(
        "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) "
        "ON CONFLICT (account, folder) DO UPDATE SET in_mailbox = excluded.in_mailbox, known = excluded.known, "
        "passed_over = excluded.passed_over, unrecorded = excluded.unrecorded, "
        "asked_again = excluded.asked_again, gone = excluded.gone, at = excluded.at, "
        "compared_at = excluded.compared_at",
        *(account, folder, in_mailbox, known, passed_over, unrecorded, waiting, gone, stamp(at), stamp(compared_at)),
    )


def on_server(db: Database, message: int) -> bool:
    """Whether a message is, as far as is known, still in a folder that is read."""
    return db.value("SELECT 1 FROM sighting WHERE message = ? AND gone_at IS NULL", message) is not None


def flags_seen(db: Database, account: str, folder: str) -> str | None:
    """At which state of a folder its flags were last looked at."""
    found: str | None = db.value("SELECT flags_seen FROM tally WHERE account = ? AND folder = ?", account, folder)
    return found


def see_flags(db: Database, account: str, folder: str, state: str | None) -> None:
    """Remember it; None: they are looked at again in any case."""
    db.run("UPDATE tally SET flags_seen = ? WHERE account = ? AND folder = ?", state, account, folder)
