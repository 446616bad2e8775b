"""Leads and their events. Where a lead stands is derived from its events (journey.history), never stored.

A lead is one record: an address, or a caller's number. Records of one person may be merged (journey.identity): then
each keeps what was recorded in it, and whoever asks for one of them is told of the person.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from inboxtriage.journey import identity
from inboxtriage.journey.lead import Event, EventKind, Lead
from inboxtriage.journey.phone import same_line
from inboxtriage.journey.stage import Stage
from inboxtriage.store import ids
from inboxtriage.store.database import Database, at_one_go, moment, stamp
from inboxtriage.store.ids import LEAD, shown


def find(db: Database, *, address: str | None, phone: str | None) -> int | None:
    """The record with this address; else with this phone number, which a household may share: never another address.

    Numbers are compared as `journey.phone` reads them, so every spelling of one finds the same person.
    """
    if address:
        found: int | None = db.value("SELECT id FROM lead WHERE address = ?", address.lower())
        if found is not None:
            return found
    line = same_line(phone) if phone else None
    if line:
        caller: int | None = db.value(
            "SELECT id FROM lead WHERE line = ? AND (address IS NULL OR ? IS NULL) ORDER BY id", line, address
        )
        return caller
    return None


def on_line(db: Database, phone: str) -> list[int]:
    """Every record with this number, in any spelling."""
    return [row["id"] for row in db.all("SELECT id FROM lead WHERE line = ? ORDER BY id", same_line(phone))]


def searched(db: Database, words: str) -> set[str]:
    """The people in one of whose records all of these words stand: in a name, an address or a number."""
    wanted, line = words.casefold().split(), same_line(words)
    found: set[str] = set()
    for one in records(db):
        said = f"{one.name or ''} {one.address or ''}".casefold()
        if all(word in said for word in wanted) or (line and one.phone and line in (same_line(one.phone) or "")):
            found.add(one.id)
    root = stays(db)
    return {shown(LEAD, root.get(number, number)) for number in map(_row, found)}


def add(db: Database, *, address: str | None, name: str | None, phone: str | None, source: str, at: datetime) -> int:
    """A new lead; its number."""
    return db.insert(
        "lead",
        {
            "address": address.lower() if address else None,
            "name": name,
            "phone": phone,
            "line": same_line(phone) if phone else None,
            "source": source,
            "first_seen_at": stamp(at),
        },
    )


def complete(db: Database, lead: int, *, address: str | None, name: str | None, phone: str | None) -> None:
    """Fill in what a lead's record does not say yet; what it says stays."""
    db.run(
        "UPDATE lead SET address = COALESCE(address, ?), name = COALESCE(name, ?), line = COALESCE(line, ?),"
        " phone = COALESCE(phone, ?) WHERE id = ?",
        address.lower() if address else None,
        name,
        same_line(phone) if phone else None,
        phone,
        lead,
    )


def happened(
    db: Database,
    lead: int,
    kind: EventKind,
    *,
    at: datetime,
    cause: str,
    note: str = "",
    stage: Stage | None = None,
    what: str = "",
    value: str = "",
) -> int:
    """Append an event; its number."""
    row = {"lead": lead, "kind": kind, "stage": stage, "at": stamp(at), "cause": cause, "note": note}
    return db.insert("event", {**row, "what": what, "value": value})


def undo(db: Database, event: int, *, at: datetime, cause: str, note: str = "") -> int:
    """Let an event count no more, inside `writing`; the number of the undoing, which stands in the same record.

    A merge is not undone by this but by a split.
    """
    lead = db.value("SELECT lead FROM event WHERE id = ? AND kind NOT IN ('merged', 'split', 'undone')", event)
    if lead is None:
        raise ValueError(f"event {event} cannot be undone")
    return happened(db, lead, "undone", at=at, cause=cause, note=note, value=str(event))


def get(db: Database, number: int) -> Lead | None:
    """The person of a record, or None: where records were merged, the one that they were merged into."""
    found = people(db, family(db, number))
    return found[0] if found else None


def record(db: Database, number: int) -> Lead | None:
    """One record as it is, or None. It may be a part of somebody."""
    row = db.one("SELECT * FROM lead WHERE id = ?", number)
    return None if row is None else _lead(row)


def records(db: Database, numbers: Sequence[int] | None = None) -> list[Lead]:
    """These records, or every one, in the order in which they came."""
    if numbers is None:
        return [_lead(row) for row in db.all("SELECT * FROM lead ORDER BY id")]
    return [_lead(row) for row in db.all(f"SELECT * FROM lead WHERE id IN {THESE} ORDER BY id", json.dumps(numbers))]


def number_of(lead: Lead) -> int:
    """The row of a lead."""
    return ids.number(LEAD, lead.id)


def everyone(db: Database) -> list[Lead]:
    """Every person, in the order in which they came."""
    return people(db)


def people(db: Database, numbers: Sequence[int] | None = None) -> list[Lead]:
    """The persons of these records (whole families), or of all, in the order in which they came."""
    return persons(records(db, numbers))


def persons(every: Sequence[Lead]) -> list[Lead]:
    """The persons whom these records are."""
    taken = _taken(every)
    if not taken:
        return list(every)
    by_id = {lead.id: lead for lead in every}
    return [
        identity.person(lead, [by_id[one] for one in sorted(_below(lead.id, taken), key=_row)])
        if lead.id in taken
        else lead
        for lead in every
        if lead.merged_into is None
    ]


def family(db: Database, number: int) -> list[int]:
    """Every record of the person of this one, itself among them, in the order in which they came."""
    row = db.one(_ALONE, number)
    if row is None or row["alone"]:  # as nearly everybody is
        return [number] if row is not None else []
    return [row["id"] for row in db.all(_FAMILY, number)]


def merged(db: Database) -> list[int]:
    """Every record of every person who has more than one."""
    return [
        row["id"]
        for row in db.all(
            "SELECT id FROM lead WHERE merged_into IS NOT NULL UNION "
            "SELECT merged_into FROM lead WHERE merged_into IS NOT NULL ORDER BY id"
        )
    ]


def stays(db: Database) -> dict[int, int]:
    """For each record that was found to be the same person as another: the record that stands for the person."""
    rows = db.all("SELECT id, merged_into FROM lead WHERE merged_into IS NOT NULL")
    into: dict[int, int] = {row["id"]: row["merged_into"] for row in rows}
    found = {}
    for record in into:
        root, seen = record, {record}
        while (above := into.get(root)) is not None and above not in seen:
            root = above
            seen.add(root)
        found[record] = root
    return found


def merge(db: Database, member: int, into: int | None) -> None:
    """Let a record be a part of another one from now on, or (None) of nobody. Inside `writing`."""
    db.run("UPDATE lead SET merged_into = ? WHERE id = ?", into, member)


def events(db: Database, number: int) -> list[Event]:
    """Everything that happened with the person of a record, in order."""
    return told(db, family(db, number))


def told(db: Database, kin: Sequence[int]) -> list[Event]:
    """Everything that happened with the person who has these records, in order."""
    if len(kin) == 1:
        return recorded(db, kin[0])
    return next(iter(events_of(db, kin).values()), [])


def recorded(db: Database, number: int) -> list[Event]:
    """What was recorded in one record alone, in order."""
    return [read_event(row) for row in db.all(f"SELECT {EVENT} FROM event WHERE lead = ? ORDER BY id", number)]


def all_events(db: Database) -> dict[int, list[Event]]:
    """Everything that happened, by person, in order."""
    found = by_lead(db, f"SELECT lead, {EVENT} FROM event ORDER BY lead, id")
    several = merged(db)
    for one in several:
        found.pop(one, None)
    return found | events_of(db, several)


def events_of(db: Database, numbers: Sequence[int]) -> dict[int, list[Event]]:
    """Everything that happened with the persons of these records, by person; `numbers` are whole families."""
    every = records(db, numbers)
    sql = f"SELECT lead, {EVENT} FROM event WHERE lead IN {THESE} ORDER BY lead, id"
    own = {shown(LEAD, lead): events for lead, events in by_lead(db, sql, json.dumps(numbers)).items()}
    taken = _taken(every)
    return {_row(one.id): identity.history(one.id, own, taken) for one in every if one.merged_into is None}


def by_lead(db: Database, sql: str, *values: object) -> dict[int, list[Event]]:
    """The events that a query gives as "lead, *EVENT", by lead."""
    found: defaultdict[int, list[Event]] = defaultdict(list)
    read = datetime.fromisoformat  # as `moment`, a hundred thousand times
    with at_one_go():
        for lead, kind, at, cause, note, stage, what, value, id_ in db.all(sql, *values):
            found[lead].append(Event(kind, read(at), cause, note, stage, what, value, id_))
    return dict(found)


def _taken(every: Sequence[Lead]) -> dict[str, list[str]]:
    """Which records were merged into each."""
    taken: dict[str, list[str]] = {}
    for one in every:
        if one.merged_into is not None:
            taken.setdefault(one.merged_into, []).append(one.id)
    return taken


def _below(root: str, taken: dict[str, list[str]]) -> list[str]:
    """Every record that is a part of `root`."""
    found = list(taken.get(root, ()))
    for one in found:  # grows while it is walked
        found.extend(taken.get(one, ()))
    return found


def _row(lead: str) -> int:
    return ids.number(LEAD, lead)


def _lead(row: sqlite3.Row) -> Lead:
    return Lead(
        shown(LEAD, row["id"]),
        row["address"],
        row["name"],
        row["phone"],
        row["source"],
        moment(row["first_seen_at"]),
        shown(LEAD, row["merged_into"]) if row["merged_into"] is not None else None,
    )


THESE = "(SELECT value FROM json_each(?))"
_ALONE = (
    "SELECT merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM lead WHERE merged_into = l.id) AS alone "
    "FROM lead l WHERE id = ?"
)
_FAMILY = """WITH RECURSIVE
    up(id, into_) AS (
        SELECT id, merged_into FROM lead WHERE id = ?
        UNION SELECT l.id, l.merged_into FROM lead l JOIN up ON l.id = up.into_),
    down(id) AS (
        SELECT id FROM up WHERE into_ IS NULL
        UNION SELECT l.id FROM lead l JOIN down ON l.merged_into = down.id)
    SELECT id FROM down ORDER BY id"""
EVENT = "kind, at, cause, note, stage, what, value, id"


def read_event(row: Sequence[Any]) -> Event:
    """An event from its columns, in the order of `EVENT`."""
    kind, at, *rest = row
    return Event(kind, moment(at), *rest)
