"""Leads and their events. Where a lead stands is derived from its events (journey.history), never stored."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from inboxtriage.journey.lead import Event, EventKind, Lead
from inboxtriage.journey.phone import same_line
from inboxtriage.journey.stage import Stage
from inboxtriage.store.database import Database, at_one_go, moment, stamp
from inboxtriage.store.ids import LEAD, shown


def find(db: Database, *, address: str | None, phone: str | None) -> int | None:
    """The lead with this address; else with this phone number, which a household may share: never another address.

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


def get(db: Database, number: int) -> Lead | None:
    """One lead, or None."""
    row = db.one("SELECT * FROM lead WHERE id = ?", number)
    return None if row is None else _lead(row)


def everyone(db: Database) -> list[Lead]:
    """Every lead, in the order in which they came."""
    return [_lead(row) for row in db.all("SELECT * FROM lead ORDER BY id")]


def events(db: Database, number: int) -> list[Event]:
    """Everything that happened with one lead, in order."""
    return [read_event(row) for row in db.all(f"SELECT {EVENT} FROM event WHERE lead = ? ORDER BY id", number)]


def all_events(db: Database) -> dict[int, list[Event]]:
    """Everything that happened, by lead, in order."""
    return by_lead(db, f"SELECT lead, {EVENT} FROM event ORDER BY lead, id")


def by_lead(db: Database, sql: str, *values: object) -> dict[int, list[Event]]:
    """The events that a query gives as "lead, *EVENT", by lead."""
    found: dict[int, list[Event]] = {}
    with at_one_go():
        for lead, *event in db.all(sql, *values):
            found.setdefault(lead, []).append(read_event(event))
    return found


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


EVENT = "kind, at, cause, note, stage, what, value, id"


def read_event(row: Sequence[Any]) -> Event:
    """An event from its columns, in the order of `EVENT`."""
    kind, at, *rest = row
    return Event(kind, moment(at), *rest)
