"""Erasing one person's rows; and the keyed hashes by which their old mail is known when it is seen again (G53).

What hangs on a message or a lead goes with it (ON DELETE CASCADE). A table that does not hang on either and holds
something personal belongs into `erase`; a test names every table that does neither.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.journey.phone import same_line
from inboxtriage.store.database import Database, stamp
from inboxtriage.store.ids import LEAD, shown
from inboxtriage.store.leads import family

_LIST = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Traces:
    """The rows of one person: leads, messages, and the mails to them; and every address of theirs."""

    leads: tuple[int, ...]
    messages: tuple[int, ...]
    outgoing: tuple[int, ...]
    addresses: tuple[str, ...] = ()
    past: tuple[int, ...] = ()  # old mail that was kept as an example (`store.past`)


def traces(db: Database, address: str | None, lead: int | None) -> Traces:
    """Everything of the person who has this address, or is this lead; with every record that was merged with it.

    Theirs is what they wrote, also through a form, a voicemail or somebody who forwarded it; what was folded into
    that; and what could not be read and holds their address.
    """
    leads = sorted({kin for one in _numbers(db, _NAMED, address, lead) for kin in family(db, one)})
    addresses = {row[0] for row in db.all(f"SELECT address FROM lead WHERE id IN {_LIST}", json.dumps(leads)) if row[0]}
    addresses |= {address} if address is not None else set()
    found = set(_numbers(db, f"SELECT id FROM message WHERE lead IN {_LIST}", json.dumps(leads)))
    for one in addresses:
        found |= set(_numbers(db, _THEIRS, one))
    folded = _numbers(db, f"SELECT message FROM item WHERE folded_into IN {_LIST}", json.dumps(sorted(found)))
    messages = sorted({*found, *folded})
    return Traces(
        tuple(leads),
        tuple(messages),
        tuple(_numbers(db, f"SELECT id FROM outgoing WHERE message IN {_LIST}", json.dumps(messages))),
        tuple(sorted(addresses)),
        tuple(sorted({number for one in addresses for number in _numbers(db, _PAST, one)})),
    )


def pinned(db: Database, address: str) -> bool:
    """Whether a rule of the owner's names this address."""
    return bool(db.value("SELECT 1 FROM pin WHERE who = ?1 UNION SELECT 1 FROM unpinned WHERE address = ?1", address))


def naming(db: Database, address: str) -> list[int]:
    """The messages whose bytes hold this address in plain."""
    return _numbers(db, f"{_HOLDING} ORDER BY 1", address)


def on_the_way(db: Database, found: Traces, states: Collection[str]) -> list[int]:
    """The mails to this person that are in one of these states; acknowledgements in doubt stay so, and are none."""
    settled = "state = 'unknown' AND message IN (SELECT message FROM acknowledgement)"
    sql = f"SELECT id FROM outgoing WHERE id IN {_LIST} AND state IN {_LIST} AND NOT ({settled}) ORDER BY id"
    return _numbers(db, sql, json.dumps(found.outgoing), json.dumps(list(states)))


def erase(db: Database, found: Traces, now: datetime) -> None:
    """Delete a person's rows, inside `writing`. Where their mail was seen stays known, as passed over."""
    numbers = json.dumps(found.messages)
    past = json.dumps(found.past)
    keys = db.all(f"SELECT content_key FROM message WHERE id IN {_LIST}", numbers)
    for row in keys + db.all(f"SELECT content_key FROM past WHERE id IN {_LIST}", past):
        db.run("INSERT OR IGNORE INTO forgotten VALUES (?, ?)", keyed(db, row["content_key"]), stamp(now))
    db.run(f"DELETE FROM past WHERE id IN {_LIST}", past)
    db.run(f"UPDATE sighting SET message = NULL WHERE message IN {_LIST}", numbers)
    db.run(f"UPDATE item SET folded_into = NULL WHERE folded_into IN {_LIST}", numbers)
    db.run(f"DELETE FROM message WHERE id IN {_LIST}", numbers)
    _erase_from_others(db, found.leads)
    db.run(f"DELETE FROM lead WHERE id IN {_LIST}", json.dumps(found.leads))
    for address in found.addresses:
        db.run("DELETE FROM pin WHERE who = ?", address)
        db.run("DELETE FROM unpinned WHERE address = ?", address)
        said = "UPDATE {} SET {} = 'said in a mail to somebody who is forgotten' WHERE instr(lower({}), ?)"
        # What servers said may name whom it was about.
        for table, column in (("pass", "error"), ("sender", "why"), ("worker", "why")):
            db.run(said.format(table, column, column), address)


def _erase_from_others(db: Database, leads: Collection[int]) -> None:
    """What other people's records say of these leads: that they are linked, or came by their word."""
    numbers = json.dumps(leads)
    named = db.all(f"SELECT id, address, name, line FROM lead WHERE id IN {_LIST}", numbers)
    lines = {row["line"] for row in named if row["line"]}
    known_as = {shown(LEAD, row["id"]) for row in named}
    known_as |= {row[what].casefold() for row in named for what in ("address", "name") if row[what]}
    of_two = "kind IN ('linked', 'unlinked', 'referred by')"
    for row in db.all(f"SELECT id, value FROM event WHERE {of_two}"):
        if row["value"] in known_as or row["value"].casefold() in known_as or same_line(row["value"]) in lines:
            db.run("DELETE FROM event WHERE id = ?", row["id"])


def is_forgotten(db: Database, content_key: str) -> bool:
    """Whether a mail with this content was erased with its person."""
    secret = db.value("SELECT secret FROM forgotten_key")
    return secret is not None and bool(
        db.value("SELECT 1 FROM forgotten WHERE mark = ?", _mark(bytes(secret), content_key))
    )


def keyed(db: Database, content: str) -> str:
    """A hash that tells nothing without the key of this store, inside `writing`."""
    return _mark(_secret(db), content)


_NAMED = "SELECT id FROM lead WHERE address = ? OR id = ?"
_HOLDING = "SELECT message FROM raw WHERE instr(lower(CAST(bytes AS TEXT)), ?1)"
_THEIRS = (
    "SELECT id FROM message WHERE lower(person) = ?1 OR lower(answer_to) = ?1 "
    "OR (lower(sender) = ?1 AND via IN ('from', 'reply_to')) "
    f"OR (sender IS NULL AND id IN ({_HOLDING}))"
)
# An example is worth less than a trace of somebody: what only names them goes too.
_PAST = (
    "SELECT id FROM past WHERE lower(person) = ?1 OR lower(answer_to) = ?1 OR lower(sender) = ?1 "
    "OR instr(lower(CAST(bytes AS TEXT)), ?1)"
)


def _mark(secret: bytes, content_key: str) -> str:
    return hmac.new(secret, content_key.encode(), hashlib.sha256).hexdigest()


def _secret(db: Database) -> bytes:
    """The key of this store, made when it is first needed; inside `writing`."""
    db.run("INSERT OR IGNORE INTO forgotten_key VALUES (1, ?)", secrets.token_bytes(32))
    return bytes(db.value("SELECT secret FROM forgotten_key"))


def _numbers(db: Database, sql: str, *values: str | int | None) -> list[int]:
    return [int(row[0]) for row in db.all(sql, *values)]
