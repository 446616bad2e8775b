"""Messages and the items they are in the queue: rows <-> values."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from inboxtriage.approval.elsewhere import Open
from inboxtriage.errors import NotFound
from inboxtriage.message.model import Attachment, Message
from inboxtriage.store import ids
from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.triage.verdict import Asks, Disposition, Evidence, Timeframe, Verdict

ItemState = Literal["waiting", "snoozed", "approved", "answered", "rejected", "done", "ignored", "folded"]
OPEN: tuple[ItemState, ...] = ("waiting", "snoozed", "approved")
LETTER = "journey"  # how an item came that is a letter of ours and answers no mail: nobody wrote it to us
ACKNOWLEDGEMENT = "absence"  # how an item came that is an acknowledgement of ours (`store.acknowledgements`)
WRITTEN = f"via NOT IN ('{LETTER}', '{ACKNOWLEDGEMENT}')"
FOR_PEOPLE = f"m.via != '{ACKNOWLEDGEMENT}'"  # an acknowledgement is nothing that a person decides about
ITEMS = "SELECT m.*, i.* FROM message m JOIN item i ON i.message = m.id"


@dataclass(frozen=True, slots=True)
class Item:
    """One message as it stands in the queue."""

    number: int
    account: str
    received_at: datetime
    message_id: str | None
    thread: tuple[str, ...]
    sender: str | None
    answer_to: str | None
    name: str | None
    phone: str | None
    via: str
    person: str | None
    subject: str
    written_to: str | None
    doubts: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    lead: int | None
    verdict: Verdict
    state: ItemState
    snoozed_until: datetime | None
    settled_at: datetime | None
    how: str | None
    due_at: datetime | None
    folded_into: int | None
    erased_at: datetime | None = None  # when its words were erased by age

    @property
    def id(self) -> str:
        """The id that people type."""
        return shown(MESSAGE, self.number)

    @property
    def is_letter(self) -> bool:
        """Whether this is a letter of ours that answers no mail (`store.letters`)."""
        return self.via == LETTER

    @property
    def is_acknowledgement(self) -> bool:
        """Whether this is an acknowledgement of ours, which only the outbox is concerned with."""
        return self.via == ACKNOWLEDGEMENT

    @property
    def head(self) -> str | None:
        """The later mail of the same person whose letter answers this one too."""
        return shown(MESSAGE, self.folded_into) if self.folded_into is not None else None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is stored of a mail. `message` is None where the bytes could not be read."""

    account: str
    received_at: datetime
    content_key: str
    raw: bytes
    message: Message | None
    verdict: Verdict
    written_to: str | None
    due_at: datetime | None

    @property
    def person(self) -> str | None:
        """Who wrote, in the one spelling by which their mails are found again."""
        person = self.message.person if self.message else None
        return ((person.address or person.phone or "").lower() or None) if person else None


def content_key(raw: bytes, message: Message | None) -> str:
    """What makes two copies one mail: identification, date, sender, subject and body; not the route it took (G22)."""
    _head, found, body = raw.partition(b"\r\n\r\n") if b"\r\n\r\n" in raw else raw.partition(b"\n\n")
    if message is None or not found or (message.message_id is None and message.date is None):
        return hashlib.sha256(raw).hexdigest()
    said = [
        message.message_id,
        message.date.isoformat() if message.date else None,
        message.sender.address if message.sender else None,
        message.subject,
        hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def known(db: Database, key: str) -> int | None:
    """The message that has this content, or None."""
    found: int | None = db.value("SELECT id FROM message WHERE content_key = ?", key)
    return found


def add(db: Database, new: NewMessage, lead: int | None) -> int:
    """Store a mail with its bytes and its verdict; its number."""
    m = new.message
    person = m.person if m else None
    number = db.insert(
        "message",
        {
            "content_key": new.content_key,
            "account": new.account,
            "received_at": stamp(new.received_at),
            "message_id": m.message_id if m else None,
            "in_reply_to": m.in_reply_to if m else None,
            "references": json.dumps(m.references if m else ()),
            "sender": m.sender.address if m and m.sender else None,
            "answer_to": person.answer_to if person else None,
            "name": person.name if person else None,
            "phone": person.phone if person else None,
            "via": person.via if person else "from",
            "person": new.person,
            "subject": m.subject if m else "",
            "written_to": new.written_to,
            "doubts": json.dumps(person.doubts if person else ()),
            "attachments": json.dumps([asdict(a) for a in m.attachments] if m else []),
            "raw_sha256": hashlib.sha256(new.raw).hexdigest(),
            "lead": lead,
        },
    )
    db.run("INSERT INTO raw VALUES (?, ?)", number, new.raw)
    for answered in {*m.references, *([m.in_reply_to] if m.in_reply_to else [])} if m else ():
        db.run("INSERT INTO reference VALUES (?, ?)", answered, number)
    state: ItemState = "ignored" if new.verdict.disposition == "ignore" else "waiting"
    due = stamp(new.due_at) if new.due_at else None
    db.insert("item", {"message": number, **verdict_row(new.verdict), "state": state, "due_at": due})
    return number


def judge_again(db: Database, number: int, verdict: Verdict, state: ItemState, due_at: datetime | None) -> None:
    """Put another verdict in the place of the old."""
    row = {**verdict_row(verdict), "state": state, "due_at": stamp(due_at) if due_at else None}
    assignments = ", ".join(f"{name} = ?" for name in row)
    db.run(f"UPDATE item SET {assignments} WHERE message = ?", *row.values(), number)


def get(db: Database, number: int) -> Item:
    """One item. Raises NotFound."""
    item = still(db, number)
    if item is None:
        raise NotFound(f"there is no message {shown(MESSAGE, number)}", do="`inboxtriage queue --all` lists every one")
    return item


def still(db: Database, number: int) -> Item | None:
    """One item as it stands now, or None where its person was forgotten meanwhile."""
    row = db.one(f"{ITEMS} WHERE m.id = ?", number)
    return None if row is None else item_of(row)


def find(db: Database, text: str) -> Item:
    """The item that an id names as people type it. Raises NotFound, also for an acknowledgement."""
    item = get(db, ids.number(MESSAGE, text))
    if item.is_acknowledgement:
        raise NotFound(f"{item.id} is an acknowledgement of ours", do="`inboxtriage outbox` shows how it went")
    return item


def raw_of(db: Database, number: int) -> bytes:
    """The bytes of a message as they came."""
    return bytes(db.value("SELECT bytes FROM raw WHERE message = ?", number) or b"")


def in_states(db: Database, states: Sequence[str]) -> list[Item]:
    """Every item in one of `states`, in order of arrival."""
    marks = ", ".join("?" * len(states))
    return [item_of(row) for row in db.all(f"{ITEMS} WHERE i.state IN ({marks}) ORDER BY m.id", *states)]


def everything(db: Database) -> list[Item]:
    """Every item there is that a person can look at, in order of arrival."""
    return [item_of(row) for row in db.all(f"{ITEMS} WHERE {FOR_PEOPLE} ORDER BY m.id")]


def set_state(
    db: Database,
    number: int,
    state: ItemState,
    *,
    at: datetime | None = None,
    how: str | None = None,
    until: datetime | None = None,
) -> None:
    """Move an item. `at` and `how` say when and by what it was settled; `until` for how long it sleeps."""
    db.run(
        "UPDATE item SET state = ?, settled_at = ?, how = ?, snoozed_until = ? WHERE message = ?",
        state,
        stamp(at) if at else None,
        how,
        stamp(until) if until else None,
        number,
    )


def set_due(db: Database, number: int, due_at: datetime | None) -> None:
    """Say by when an item's answer is due."""
    db.run("UPDATE item SET due_at = ? WHERE message = ?", stamp(due_at) if due_at else None, number)


def wake(db: Database, now: datetime) -> int:
    """Put back what was snoozed until now; how many. Nothing is written, and nobody waited for, where nothing is."""
    over = "state = 'snoozed' AND snoozed_until <= ?"
    if db.value(f"SELECT 1 FROM item WHERE {over}", stamp(now)) is None:
        return 0
    with db.writing():
        return db.run(f"UPDATE item SET state = 'waiting', snoozed_until = NULL WHERE {over}", stamp(now))


def oldest_open(db: Database, account: str) -> datetime | None:
    """When the oldest item of an account that is not settled came, or None."""
    oldest: str | None = db.value(
        "SELECT min(m.received_at) FROM message m JOIN item i ON i.message = m.id "
        f"WHERE m.account = ? AND {FOR_PEOPLE} AND i.state IN ('waiting', 'snoozed', 'approved')",
        account,
    )
    return moment(oldest) if oldest else None


def last_received_at(db: Database) -> datetime | None:
    """When the mailbox got the newest of all messages, or None where there is none."""
    stored = db.value(f"SELECT max(received_at) FROM message WHERE {WRITTEN}")
    return moment(stored) if stored else None


def open_items(db: Database, account: str) -> list[Open]:
    """The items of an account that are not settled."""
    rows = db.all(
        "SELECT m.id, m.message_id, m.sender, m.answer_to, (SELECT json_group_array(o.message_id) FROM outgoing o "
        "WHERE o.message = m.id AND o.state NOT IN ('sent', 'committing', 'unknown')) AS approved "
        "FROM message m JOIN item i ON i.message = m.id "
        f"WHERE m.account = ? AND {FOR_PEOPLE} AND i.state IN ('waiting', 'snoozed', 'approved', 'folded')",
        account,
    )
    return [
        Open(
            row["id"],
            row["message_id"],
            frozenset(x.lower() for x in (row["sender"], row["answer_to"]) if x),
            frozenset(json.loads(row["approved"])),
        )
        for row in rows
    ]


def link(db: Database, number: int, lead: int) -> None:
    """Say whose message this is."""
    db.run("UPDATE message SET lead = ? WHERE id = ?", lead, number)


def letters_open(db: Database) -> int:
    """How many letters of ours that answer no mail are not settled."""
    sql = "SELECT count(*) FROM item i JOIN message m ON m.id = i.message WHERE m.via = ? AND i.state IN (?, ?, ?)"
    return int(db.value(sql, LETTER, *OPEN))


def answered_elsewhere(db: Database, number: int, how: str, at: datetime) -> bool:
    """Record that the owner answered in another mail client; False where that was known.

    An answer to them counts more than one to somebody else in their conversation ("others").
    """
    sql = "INSERT INTO answered VALUES (?, ?, ?) ON CONFLICT (message) DO UPDATE SET how = excluded.how, "
    sql += "at = excluded.at WHERE answered.how = 'others' AND excluded.how != 'others'"
    return db.run(sql, number, how, stamp(at)) > 0


def counts(db: Database) -> dict[str, dict[str, int]]:
    """How many messages came, by disposition and by state; letters of ours are none of them."""
    result: dict[str, dict[str, int]] = {"disposition": {}, "state": {}}
    for column, bucket in result.items():
        sql = f"SELECT {column} AS what, count(*) AS n FROM item i JOIN message m ON m.id = i.message WHERE {WRITTEN}"
        for row in db.all(f"{sql} GROUP BY {column}"):
            bucket[row["what"]] = row["n"]
    return result


def verdict_row(v: Verdict) -> dict[str, Any]:
    """A verdict as the columns of an item."""
    return {
        "disposition": v.disposition,
        "reason": v.reason,
        "kind": v.kind,
        "automated": v.automated,
        "urgent": int(v.urgent),
        "labels": json.dumps(v.labels),
        "scores": json.dumps({label: round(score, 4) for label, score in v.scores.items()}),
        "evidence": json.dumps([asdict(e) for e in v.evidence], ensure_ascii=False),
        "asks": json.dumps(asdict(v.asks), ensure_ascii=False),
        "language": v.language,
        "confidence": round(v.confidence, 4),
        "error": v.error,
        "unanswered": json.dumps(v.unanswered, ensure_ascii=False),
    }


def item_of(row: sqlite3.Row) -> Item:
    references: list[str] = json.loads(row["references"])
    if row["in_reply_to"] and row["in_reply_to"] not in references:
        references.append(row["in_reply_to"])
    return Item(
        number=row["id"],
        account=row["account"],
        received_at=moment(row["received_at"]),
        message_id=row["message_id"],
        thread=tuple(references),
        sender=row["sender"],
        answer_to=row["answer_to"],
        name=row["name"],
        phone=row["phone"],
        via=row["via"],
        person=row["person"],
        subject=row["subject"],
        written_to=row["written_to"],
        doubts=tuple(json.loads(row["doubts"])),
        attachments=tuple(Attachment(**a) for a in json.loads(row["attachments"])),
        lead=row["lead"],
        verdict=_verdict(row),
        state=row["state"],
        snoozed_until=moment(row["snoozed_until"]) if row["snoozed_until"] else None,
        settled_at=moment(row["settled_at"]) if row["settled_at"] else None,
        how=row["how"],
        due_at=moment(row["due_at"]) if row["due_at"] else None,
        folded_into=row["folded_into"],
        erased_at=moment(row["erased_at"]) if row["erased_at"] else None,
    )


def _verdict(row: sqlite3.Row) -> Verdict:
    asks: dict[str, Any] = json.loads(row["asks"])
    lists = {
        name: tuple(asks[name]) for name in ("insurers", "days", "times", "services", "regions", "topics", "beside")
    }
    timeframe = Timeframe(**asks["timeframe"]) if asks["timeframe"] else None
    disposition: Disposition = row["disposition"]
    return Verdict(
        disposition=disposition,
        reason=row["reason"],
        kind=row["kind"],
        automated=row["automated"],
        urgent=bool(row["urgent"]),
        labels=tuple(json.loads(row["labels"])),
        scores=json.loads(row["scores"]),
        evidence=tuple(Evidence(**e) for e in json.loads(row["evidence"])),
        asks=Asks(**{**asks, **lists, "timeframe": timeframe}),
        language=row["language"],
        confidence=row["confidence"],
        error=row["error"],
        unanswered=tuple(json.loads(row["unanswered"])),
    )
