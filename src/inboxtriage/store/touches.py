"""What was seen to of the plan's touches, and what they are counted from: for every lead at once, or for one."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.journey.touches import REFERRAL, Had, Occasion, Past
from inboxtriage.store import leads
from inboxtriage.store.database import Database, at_one_go, moment, stamp
from inboxtriage.store.ids import LEAD, MESSAGE, shown
from inboxtriage.store.messages import OPEN

_ALIVE = "CAST(e.id AS TEXT) NOT IN (SELECT value FROM event WHERE kind = 'undone')"
_COLUMNS = "e.id, e.lead, e.kind, e.at, e.cause, e.what, e.value"
# What settles an occurrence without a letter, and what was proposed. A contact is about a touch where it names one.
_SETTLING = "(e.kind IN ('touch dropped', 'proposed') OR (e.kind = 'contact' AND e.value != ''))"


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter of a touch that is not settled: its message, the lead, and for which occurrence it was written.

    `kept`: it was dropped once, and put back by a person.
    """

    message: int
    lead: int
    touch: str
    occurrence: str
    kept: bool


def pasts(db: Database, counted_from: Iterable[str], lead: int | None = None) -> dict[int, Past]:
    """The past of each lead that has one, by the number of the person's own row; of one `lead` where given.

    `counted_from` are the `what` of the plan's touches of the kind "event".
    """
    with at_one_go():
        return _pasts(db, counted_from, lead)


def _pasts(db: Database, counted_from: Iterable[str], lead: int | None) -> dict[int, Past]:
    root = leads.stays(db)
    family = None if lead is None else leads.family(db, lead)
    found: dict[int, _Past] = defaultdict(_Past)
    for row in _letters(db, family):
        found[root.get(row["lead"], row["lead"])].letter(row)
    for row in _events(db, _SETTLING, family):
        found[root.get(row["lead"], row["lead"])].event(row)
    for what in set(counted_from):
        for whose, occasion in _occasions(db, what, family):
            found[root.get(whose, whose)].occasions.setdefault(what, []).append(occasion)
    return {which: Past(one.had, one.occasions, one.by_hand, one.proposed) for which, one in found.items()}


def open_letters(db: Database) -> list[OpenLetter]:
    """The letters of touches that are not settled, by the person's own row, oldest first."""
    root = leads.stays(db)
    rows = db.all(
        "SELECT l.message, m.lead, l.touch, l.occurrence "
        "FROM letter l JOIN message m ON m.id = l.message JOIN item i ON i.message = l.message "
        f"WHERE l.touch IS NOT NULL AND i.state IN ({_marks(OPEN)}) ORDER BY l.message",
        *OPEN,
    )
    if not rows:
        return []
    dropped = {
        (root.get(row["lead"], row["lead"]), row["what"], row["value"])
        for row in db.all("SELECT lead, what, value FROM event WHERE kind = 'touch dropped'")
    }
    these = [(row["message"], root.get(row["lead"], row["lead"]), row["touch"], row["occurrence"]) for row in rows]
    return [OpenLetter(*one, kept=one[1:] in dropped) for one in these]


def written_since(db: Database, since: datetime) -> int:
    """How many letters of touches were written from a moment on."""
    letters = "SELECT count(*) FROM letter l JOIN message m ON m.id = l.message"
    return int(db.value(f"{letters} WHERE l.touch IS NOT NULL AND m.received_at >= ?", stamp(since)))


def held_back(db: Database) -> int:
    """How many letters were not written when it was last looked, as more were due at once than a day may have."""
    return int(db.value("SELECT letters FROM held_back") or 0)


def hold_back(db: Database, letters: int) -> None:
    """Keep how many letters were not written, inside `writing`."""
    db.run("INSERT OR REPLACE INTO held_back VALUES (1, ?)", letters)


def open_items_to(db: Database, lead: int) -> list[int]:
    """The messages not settled whose letter goes to a person, by whichever of their records or addresses."""
    family = json.dumps(leads.family(db, lead))
    rows = db.all(
        "SELECT m.id FROM message m JOIN item i ON i.message = m.id LEFT JOIN draft d ON d.message = m.id "
        f"WHERE i.state IN ({_marks(OPEN)}) AND (m.lead IN (SELECT value FROM json_each(?)) OR lower(d.to_address) IN "
        "(SELECT address FROM lead WHERE id IN (SELECT value FROM json_each(?)))) ORDER BY m.id",
        *OPEN,
        family,
        family,
    )
    return [row["id"] for row in rows]


class _Past:
    """The past of one person while it is read."""

    __slots__ = ("_sent", "by_hand", "had", "occasions", "proposed")

    def __init__(self) -> None:
        self.had: dict[str, dict[str, Had]] = {}
        self.occasions: dict[str, list[Occasion]] = {}
        self.by_hand: dict[str, datetime] = {}
        self.proposed: frozenset[tuple[str, str]] = frozenset()
        self._sent: set[tuple[str, str]] = set()

    def letter(self, row: sqlite3.Row) -> None:
        if row["touch"] is None:
            if row["state"] != "rejected":
                at = moment(row["received_at"])
                self.by_hand[row["name"]] = max(at, self.by_hand.get(row["name"], at))
            return
        which, waits = (row["touch"], row["occurrence"]), row["state"] in OPEN
        if row["state"] == "answered":
            self._sent.add(which)
        elif which in self._sent:
            return  # one went to another record of the same person
        at = moment(row["received_at"] if waits or row["settled_at"] is None else row["settled_at"])
        had = Had(at, shown(MESSAGE, row["message"]) if waits else None)
        self.had.setdefault(row["touch"], {})[row["occurrence"]] = had

    def event(self, row: sqlite3.Row) -> None:
        if row["kind"] == "proposed":
            self.proposed |= {(row["value"], row["cause"])}
            return
        had = self.had.setdefault(row["what"], {})
        before = had.get(row["value"])
        if before is None or before.draft is None:
            had[row["value"]] = Had(moment(row["at"]), dropped=row["kind"] == "touch dropped")


def _letters(db: Database, family: Sequence[int] | None) -> list[sqlite3.Row]:
    of = "" if family is None else f"WHERE m.lead IN ({_marks(family)})"
    return db.all(
        "SELECT m.lead, l.touch, l.name, l.occurrence, l.message, m.received_at, i.state, i.settled_at "
        f"FROM letter l JOIN message m ON m.id = l.message JOIN item i ON i.message = l.message {of} "
        "ORDER BY i.state = 'answered' DESC, l.message",
        *(family or ()),
    )


def _events(db: Database, which: str, family: Sequence[int] | None = None) -> list[sqlite3.Row]:
    of = "" if family is None else f"AND e.lead IN ({_marks(family)})"
    return db.all(f"SELECT {_COLUMNS} FROM event e WHERE {which} AND {_ALIVE} {of} ORDER BY e.id", *(family or ()))


def _occasions(db: Database, named: str, family: Sequence[int] | None) -> Iterator[tuple[int, Occasion]]:
    """Every occasion of a name ("kind", or "kind: what"), with whose it is."""
    if named == REFERRAL:
        # The last word counts; who was on a list that was read in came long ago, and their referrer was thanked.
        newest = {row["lead"]: row for row in _events(db, "e.kind = 'referred by' AND e.cause != 'import'")}
        for lead, row in newest.items():
            digits = row["value"].removeprefix(LEAD)
            if digits != row["value"] and digits.isdecimal() and (family is None or int(digits) in family):
                yield int(digits), Occasion(shown(LEAD, lead), moment(row["at"]))
        return
    kind, _, what = named.partition(": ")
    for row in _events(db, f"e.kind = {_quoted(kind)}", family):
        if not what or row["what"] == what:
            yield row["lead"], Occasion(str(row["id"]), moment(row["at"]), row["value"])


def _quoted(text: str) -> str:
    """A word of the plan as SQL says it."""
    return "'" + text.replace("'", "''").replace("\x00", "") + "'"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
