"""Letters of ours that answer no mail, as items of the queue: what they are, and that each is written once."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from inboxtriage.store import leads
from inboxtriage.store.database import Database, stamp
from inboxtriage.store.leads import THESE
from inboxtriage.store.messages import LETTER, WRITTEN, verdict_row
from inboxtriage.triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class LetterItem:
    """What such a letter is: the file under responses/letters, and for which `occurrence` of which touch.

    `touch` is None where it was asked for by hand; `why` says what it is for; `said` are the owner's own words for
    the places that the letter leaves open, by their names.
    """

    name: str
    touch: str | None
    occurrence: str
    why: str
    said: Mapping[str, str]
    language: str | None = None  # chosen for this letter; None: the lead's own


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to one lead, before it is in the queue. `thread` are the Message-IDs that it goes on from."""

    lead: int
    account: str
    to: str
    name: str | None
    subject: str
    letter: LetterItem
    verdict: Verdict
    due_at: datetime | None
    thread: tuple[str, ...] = ()


def key_of(lead: int, letter: LetterItem) -> str:
    """What makes two letters one: the same occurrence of the same touch for the same lead."""
    said = ["journey", lead, letter.touch or letter.name, letter.occurrence]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def was_written(db: Database, lead: int, letter: LetterItem) -> bool:
    """Whether this letter is, or was, in the queue: for the person, whichever of their records it was written for."""
    keys = json.dumps([key_of(one, letter) for one in leads.family(db, lead)])
    return db.value(f"SELECT 1 FROM message WHERE content_key IN {THESE}", keys) is not None


def add(db: Database, new: NewLetter, now: datetime) -> int:
    """Put a letter into the queue, without its draft yet; its number. Inside `writing`, once for each occurrence."""
    number = db.insert(
        "message",
        {
            "content_key": key_of(new.lead, new.letter),
            "account": new.account,
            "received_at": stamp(now),
            "references": json.dumps(new.thread),
            "answer_to": new.to,
            "name": new.name,
            "via": LETTER,
            "person": new.to.lower(),
            "subject": new.subject,
            "doubts": "[]",
            "attachments": "[]",
            "raw_sha256": hashlib.sha256(b"").hexdigest(),
            "lead": new.lead,
        },
    )
    db.run("INSERT INTO raw VALUES (?, x'')", number)
    due = stamp(new.due_at) if new.due_at else None
    db.insert("item", {"message": number, **verdict_row(new.verdict), "state": "waiting", "due_at": due})
    row: dict[str, Any] = {**asdict(new.letter), "said": json.dumps(dict(new.letter.said), ensure_ascii=False)}
    db.insert("letter", {"message": number, **row})
    return number


def get(db: Database, number: int) -> LetterItem | None:
    """What the letter of an item is; None where the item is a mail."""
    row = db.one("SELECT * FROM letter WHERE message = ?", number)
    return None if row is None else _item(row)


def say(db: Database, number: int, said: Mapping[str, str], language: str | None) -> None:
    """Keep the owner's own words for the places that a letter leaves open, and its language, inside `writing`."""
    words = json.dumps(dict(said), ensure_ascii=False)
    db.run("UPDATE letter SET said = ?, language = ? WHERE message = ?", words, language, number)


def open_of(db: Database, lead: int) -> list[tuple[int, LetterItem]]:
    """The letters to a person that are not settled, with their numbers, oldest first."""
    rows = db.all(
        "SELECT l.* FROM letter l JOIN message m ON m.id = l.message JOIN item i ON i.message = l.message "
        f"WHERE m.lead IN {THESE} AND +i.state IN ('waiting', 'snoozed', 'approved') ORDER BY l.message",
        json.dumps(leads.family(db, lead)),
    )
    return [(row["message"], _item(row)) for row in rows]


def wrote_in(db: Database, lead: int) -> str | None:
    """The language of the last mail of a person; None where they never wrote."""
    found: str | None = db.value(
        f"SELECT i.language FROM message m JOIN item i ON i.message = m.id WHERE m.lead IN {THESE} AND {WRITTEN} "
        "ORDER BY m.id DESC LIMIT 1",
        json.dumps(leads.family(db, lead)),
    )
    return found


def mails_of(db: Database, lead: int) -> list[int]:
    """The mails of a person (their voicemails too), newest first."""
    kin = json.dumps(leads.family(db, lead))
    rows = db.all(f"SELECT id FROM message WHERE lead IN {THESE} AND {WRITTEN} ORDER BY id DESC", kin)
    return [row["id"] for row in rows]


def _item(row: sqlite3.Row) -> LetterItem:
    return LetterItem(
        row["name"], row["touch"], row["occurrence"], row["why"], json.loads(row["said"]), row["language"]
    )
