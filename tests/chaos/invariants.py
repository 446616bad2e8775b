"""What must be true after every run, whatever was done to it (the five invariants), read from the store and the peers."""

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

from tests.peers.smtp import Taken
from tests.practice import ASKS_INSURANCE, Done, Practice, mail

CANARY = "zqcanary"  # stands in every mail's text, and in the password of the SMTP peer
SMTP_PASSWORD = f"{CANARY}-password"


def inquiry(number: int) -> bytes:
    """The `number`-th person's mail; its words may stand in no log."""
    body = f"{ASKS_INSURANCE} Since {CANARY} left me I cannot sleep."
    return mail(body, sender=person(number), message_id=f"<asked-{number}@example.org>")


def notice(number: int) -> bytes:
    """A machine's mail in the `number`-th person's name."""
    body = f"Your report is ready. {CANARY}"
    return mail(body, sender=person(number), message_id=f"<told-{number}@example.org>", Auto_Submitted="auto-generated")


def person(number: int) -> str:
    """The address of the `number`-th person."""
    return f"n{number}@example.org"


@dataclass(frozen=True)
class Books:
    """What the store says: one row a mail that left or may leave, and how much was read."""

    outgoing: list[sqlite3.Row]
    approvals: int
    people: list[str]  # who wrote, one for each stored message
    places: int  # messages of the mailbox that are accounted for
    leads: int
    drafts: int
    waiting: int
    integrity: str

    @property
    def states(self) -> list[str]:
        """The states of the outbox, in order."""
        return [row["state"] for row in self.outgoing]


def books(practice: Practice) -> Books:
    """The store, read from a copy, so that looking leaves what a killed run left exactly as it is."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (practice.home / "store").glob("inboxtriage.sqlite3*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, folder)
        db = sqlite3.connect(Path(folder) / "inboxtriage.sqlite3")
        db.row_factory = sqlite3.Row
        try:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit'").fetchone():
                return Books([], 0, [], 0, 0, 0, 0, _one(db, "PRAGMA integrity_check"))
            return Books(
                db.execute("SELECT * FROM outgoing ORDER BY id").fetchall(),
                _one(db, "SELECT count(*) FROM audit WHERE action IN ('approved', 'acknowledged')"),
                [row[0] for row in db.execute("SELECT sender FROM message WHERE via != 'absence' ORDER BY id")],
                _one(db, "SELECT count(*) FROM sighting WHERE message IS NOT NULL"),
                _one(db, "SELECT count(*) FROM lead"),
                _one(db, "SELECT count(*) FROM draft"),
                _one(db, "SELECT count(*) FROM item WHERE state = 'waiting'"),
                _one(db, "PRAGMA integrity_check"),
            )
        finally:
            db.close()


def _one(db: sqlite3.Connection, sql: str) -> Any:
    return db.execute(sql).fetchone()[0]


def broken(practice: Practice, delivered: int, taken: Iterable[Taken], said: Iterable[Done]) -> list[str]:
    """Which of the five do not hold, a line each."""
    found, now = [], books(practice)
    accepted = Counter(str(message_from_bytes(one.data)["Message-ID"]).strip() for one in taken)
    approved = {row["message_id"]: row["to_address"] for row in now.outgoing}
    found += [f"{n} copies of {one} were accepted" for one, n in accepted.items() if n > 1]
    found += [f"{one} was accepted and never approved" for one in accepted if one not in approved]
    if len(approved) > now.approvals:
        found.append(f"{len(approved)} mails in the outbox, {now.approvals} approvals")
    for one in taken:
        to = approved.get(str(message_from_bytes(one.data)["Message-ID"]).strip())
        if one.recipients != [to]:
            found.append(f"accepted for {one.recipients}, approved for {to}")
    wrote = Counter(now.people)
    if wrote != Counter(person(n) for n in range(1, delivered + 1)) or now.places != delivered:
        found.append(f"{delivered} messages, {now.places} accounted for, {len(now.people)} rows")
    found += [f"a canary was said: {done.err or done.out}" for done in said if CANARY in done.out + done.err]
    found += [f"a canary is in {path.name}" for path in _logs(practice) if CANARY.encode() in path.read_bytes()]
    if now.integrity != "ok":
        found.append(f"integrity: {now.integrity}")
    return found


def _logs(practice: Practice) -> Iterable[Path]:
    """What the program wrote beside its store and the mail itself."""
    mail_lies_in = {practice.home / part for part in ("store", "inbox", "outgoing", "sent")}
    for path in practice.home.rglob("*"):
        if path.is_file() and not mail_lies_in.intersection(path.parents):
            yield path
