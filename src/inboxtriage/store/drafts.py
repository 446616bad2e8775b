"""Drafts as they wait: the letter, what was chosen by hand, and what a person was last shown."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from inboxtriage.approval.copies import REASONS
from inboxtriage.reply.draft import Draft, DraftKind, Source, digest, has_gap
from inboxtriage.store import contact, leads
from inboxtriage.store.conversation import newest_of, open_danger
from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.store.ids import LEAD, MESSAGE, shown
from inboxtriage.store.messages import Item


@dataclass(frozen=True, slots=True)
class Seen:
    """What whoever looks at a letter knows: their mails up to this number, and what was known at this moment."""

    newest: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft with everything that decides whether it may be approved. `blocked` are the reasons against.

    `newest` is the number of the last mail of the conversation, whether or not the letter knows of it.
    """

    draft: Draft
    note: str
    edited: bool
    shown_sha256: str | None
    sha256: str
    made_from: str
    blocked: tuple[str, ...]
    newest: int


def put(
    db: Database,
    message: int,
    draft: Draft,
    now: datetime,
    *,
    note: str = "",
    edited: bool = False,
    to_chosen: bool = False,
    knowing: Seen | None = None,
    made_from: str = "",
    held_until: datetime | None = None,
) -> None:
    """Write the draft of a message in the place of any earlier one.

    `edited`: its text is by hand. `knowing`: a person put a hand to it who knows that.
    `made_from`: a digest of what it was composed from. `held_until`: when its offers lapse.
    """
    row = {
        "message": message,
        "kind": draft.kind,
        "to_address": draft.to,
        "to_chosen": int(to_chosen),
        "subject": draft.subject,
        "body": draft.body,
        "language": draft.language,
        "gaps": json.dumps(draft.gaps, ensure_ascii=False),
        "sources": json.dumps([asdict(s) for s in draft.sources], ensure_ascii=False),
        "note": note,
        "offers": json.dumps([stamp(time) for time in draft.offers]),
        "held_until": stamp(held_until) if held_until and draft.offers else None,
        "refers_to": json.dumps(draft.refers_to, ensure_ascii=False),
        "stage": draft.stage,
        "attachments": json.dumps(draft.attachments, ensure_ascii=False),
        "remarks": json.dumps(draft.remarks, ensure_ascii=False),
        "made_from": made_from,
        "edited": int(edited),
        "written_at": stamp(now),
        "newest": message if knowing is None else knowing.newest,
        "acknowledged_at": None if knowing is None else stamp(knowing.at),
    }
    db.run("DELETE FROM draft WHERE message = ?", message)
    db.insert("draft", row)


def get(db: Database, item: Item) -> Waiting | None:
    """The draft of an item as it stands now."""
    row = db.one("SELECT * FROM draft WHERE message = ?", item.number)
    return None if row is None else _waiting(db, item, row)


def missing(db: Database) -> list[int]:
    """What waits for a reply and has no draft, because too many came at once."""
    rows = db.all(
        "SELECT i.message FROM item i LEFT JOIN draft d ON d.message = i.message "
        "WHERE i.state = 'waiting' AND i.disposition = 'reply' AND d.message IS NULL ORDER BY i.message"
    )
    return [row["message"] for row in rows]


def held(db: Database, now: datetime, but: int) -> list[datetime]:
    """The times that letters offer and that have not lapsed, without those of the letter to message `but`."""
    rows = db.all(
        "SELECT d.offers FROM draft d JOIN item i ON i.message = d.message WHERE d.held_until > ? AND d.message != ? "
        "AND i.state IN ('waiting', 'snoozed', 'approved', 'answered')",
        stamp(now),
        but,
    )
    return [moment(time) for row in rows for time in json.loads(row["offers"])]


def hold(db: Database, number: int, until: datetime) -> None:
    """Hold the times that a letter offers until a later moment."""
    db.run("UPDATE draft SET held_until = ? WHERE message = ? AND held_until IS NOT NULL", stamp(until), number)


def made_from(db: Database, number: int) -> str | None:
    """What a draft that may be written anew was composed from; None where there is none, or it was written by hand."""
    found: str | None = db.value(
        "SELECT made_from FROM draft WHERE message = ? AND edited = 0 AND kind IN ('reply', 'letter')", number
    )
    return found


def acknowledged(db: Database, number: int) -> Seen | None:
    """What whoever put a hand to a draft knew; None where nobody did."""
    row = db.one("SELECT newest, acknowledged_at FROM draft WHERE message = ? AND acknowledged_at IS NOT NULL", number)
    return None if row is None else Seen(row["newest"], moment(row["acknowledged_at"]))


def was_chosen(db: Database, number: int) -> bool:
    """Whether the recipient was chosen by hand."""
    return bool(db.value("SELECT to_chosen FROM draft WHERE message = ?", number))


def answer_is_acknowledged(db: Database, number: int) -> bool:
    """Whether the owner wrote on this letter after it was found that they had answered elsewhere."""
    row = db.one(
        "SELECT a.at, d.acknowledged_at FROM answered a JOIN draft d ON d.message = a.message WHERE a.message = ?",
        number,
    )
    return row is not None and row["acknowledged_at"] is not None and row["acknowledged_at"] > row["at"]


def remove(db: Database, number: int) -> None:
    """Forget a draft."""
    db.run("DELETE FROM draft WHERE message = ?", number)


def show(db: Database, number: int, sha256: str) -> None:
    """Remember which draft was last put before a person."""
    db.run("UPDATE draft SET shown_sha256 = ? WHERE message = ?", sha256, number)


def overtaken(db: Database, item: Item) -> str | None:
    """What happened in the conversation that nobody knew of who approved this letter; None where nothing did (G13)."""
    row = db.one("SELECT newest, acknowledged_at, to_address FROM draft WHERE message = ?", item.number)
    return None if row is None else next(_happened_since(db, item, row, newest_of(db, item)), None)


def thread_state(item: Item, newest: int) -> tuple[str, ...]:
    """What of the conversation an approval binds to: what is answered, and the last thing they wrote."""
    answered = (item.message_id,) if item.message_id else ()
    return (*item.thread, *answered, shown(MESSAGE, newest))


def _waiting(db: Database, item: Item, row: sqlite3.Row) -> Waiting:
    kind: DraftKind = row["kind"]
    draft = Draft(
        kind=kind,
        to=row["to_address"],
        subject=row["subject"],
        body=row["body"],
        language=row["language"],
        gaps=tuple(json.loads(row["gaps"])),
        sources=tuple(Source(s["label"], s["file"], tuple(s["facts"]), s["text"]) for s in json.loads(row["sources"])),
        offers=tuple(moment(time) for time in json.loads(row["offers"])),
        refers_to=tuple(json.loads(row["refers_to"])),
        stage=row["stage"],
        attachments=tuple(json.loads(row["attachments"])),
        remarks=tuple(json.loads(row["remarks"])),
    )
    files = tuple(_digest(name) for name in draft.attachments)
    newest = newest_of(db, item)
    return Waiting(
        draft=draft,
        note=row["note"],
        edited=bool(row["edited"]),
        shown_sha256=row["shown_sha256"],
        sha256=digest(draft.to, draft.subject, draft.body, thread_state(item, newest), files),
        made_from=row["made_from"],
        blocked=tuple(_reasons_against(db, item, row, draft, newest)),
        newest=newest,
    )


def _reasons_against(db: Database, item: Item, row: sqlite3.Row, draft: Draft, newest: int) -> list[str]:
    reasons = []
    if draft.kind == "reply" and item.verdict.disposition == "urgent":
        reasons.append("it reads as danger now, and this letter was written for another kind of mail")
    reasons.extend(_happened_since(db, item, row, newest))
    copy = db.value("SELECT state FROM drafts_copy WHERE message = ?", item.number)
    if copy in REASONS:
        reasons.append(REASONS[copy])
    if has_gap(draft.body):
        reasons.extend(f"to fill in: {gap}" for gap in draft.gaps or ("a gap in the text",))
    if draft.to is None:
        reasons.append("no recipient: choose one with edit --to")
    elif not row["to_chosen"]:
        reasons.extend(item.doubts)
    if not draft.body.strip():
        reasons.append("the letter is empty")
    gone = (Path(name).name for name in draft.attachments if not Path(name).is_file())
    reasons.extend(f"the file {name} is not there any more" for name in gone)
    return reasons


def _happened_since(db: Database, item: Item, row: sqlite3.Row, newest: int) -> Iterator[str]:
    """What in the conversation whoever put a hand to the letter did not know; and that they want no letters."""
    unwelcome = contact.unwelcome(db, item.lead, row["to_address"])
    if unwelcome is not None:
        yield f"{unwelcome} asked not to be written to: `inboxtriage lead contact {unwelcome} yes` lifts that"
    if item.is_letter and (asking := contact.undecided(db, item.lead)) is not None:
        yield f"{asking} asked for no more mail: `inboxtriage lead take {asking} contact`, or `dismiss`, decides that"
    if item.is_letter and (other := contact.somebody_else(db, item.lead, row["to_address"])) is not None:
        yield f"its address is that of {other}, and it was written for {shown(LEAD, item.lead or 0)}"
    to = row["to_address"] or item.person
    reader = replace(item, person=to.lower(), lead=leads.find(db, address=to, phone=None)) if to else item
    danger = open_danger(db, item) or open_danger(db, reader)
    if danger is not None:
        yield f"they wrote of danger, and that waits: settle {shown(MESSAGE, danger)} first"
    answered = db.one("SELECT how, at FROM answered WHERE message = ?", item.number)
    known = row["acknowledged_at"]
    if answered is not None and (known is None or moment(known) <= moment(answered["at"])):
        yield {
            "sent": "answered elsewhere: found in Sent",
            "flag": "answered elsewhere: marked as answered",
            "others": "answered elsewhere, perhaps: what was found in Sent went to somebody else",
        }[answered["how"]]
    if newest > row["newest"]:
        again = shown(MESSAGE, newest)
        yield f"they wrote again: read {again}, then `inboxtriage done {again}`, or edit this letter"


def _digest(name: str) -> str:
    """What a file that goes with a letter holds now; a letter is approved with its files (G3)."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return "missing"
