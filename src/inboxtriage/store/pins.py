"""The owner's pins, and how often each was used."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.triage.pins import Pin, Rule


def put(db: Database, who: str, rule: Rule, at: datetime) -> None:
    """Pin a sender or a domain, in the place of any earlier pin."""
    db.run("INSERT OR REPLACE INTO pin VALUES (?, ?, ?, 0, NULL)", who.lower(), rule, stamp(at))


def remove(db: Database, who: str) -> bool:
    """Forget a pin; False where there is none."""
    return db.run("DELETE FROM pin WHERE who = ?", who.lower()) > 0


def everything(db: Database) -> list[Pin]:
    """Every pin, the lifted ones too."""
    return [_pin(row) for row in db.all("SELECT * FROM pin ORDER BY who")]


def used(db: Database, address: str) -> Pin | None:
    """The pin that holds for an address, its own before its domain's, counted as used."""
    address = address.lower()
    row = db.one("SELECT * FROM pin WHERE who = ?", address)
    if row is None:
        row = db.one("SELECT * FROM pin WHERE who = ?", "@" + address.partition("@")[2])
        if row is not None and db.value("SELECT 1 FROM unpinned WHERE address = ?", address):
            return None
    if row is None or row["lifted_at"] is not None:
        return None
    db.run("UPDATE pin SET hits = hits + 1 WHERE who = ?", row["who"])
    return _pin(row)


def lift(db: Database, addresses: Iterable[str], at: datetime) -> None:
    """The owner wrote to these people: what they write from now on is judged like anybody's."""
    for address in addresses:
        db.run("UPDATE pin SET lifted_at = ? WHERE who = ? AND lifted_at IS NULL", stamp(at), address.lower())
        if db.value("SELECT 1 FROM pin WHERE who = ?", "@" + address.lower().partition("@")[2]):
            db.run("INSERT OR IGNORE INTO unpinned VALUES (?, ?)", address.lower(), stamp(at))


def _pin(row: sqlite3.Row) -> Pin:
    lifted = moment(row["lifted_at"]) if row["lifted_at"] else None
    return Pin(row["who"], row["rule"], moment(row["at"]), row["hits"], lifted)
