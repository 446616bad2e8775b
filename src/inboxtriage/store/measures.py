"""The rows that the measures are taken from, selected here and counted in `journey.measures`."""

import json
import sqlite3
from datetime import datetime
from functools import cache

from inboxtriage.journey.lead import CONTACTS
from inboxtriage.journey.measures.rows import End, Fact, Facts, Mail, Person, Rows, Sent, Spoken
from inboxtriage.journey.measures.service import is_lead
from inboxtriage.store import leads
from inboxtriage.store.database import Database, moment, stamp
from inboxtriage.store.ids import LEAD

# Kinds that are read however old they are, besides whatever moved a lead.
_READ = (
    "asked",  # opens again what had ended
    "closed",
    "referred out",
    "reopened",
    "tier",
    "referred by",
    "consented",
    "consent withdrawn",
    "promised",
)
_READ_SINCE = ("testimonial", "survey sent", "scored", "logged")  # these only as far back as something is drawn
_KEPT = "promise kept"  # also after the period: a promise of its last days may have been kept later
_COUNTS = "kind != 'undone' AND id NOT IN (SELECT CAST(value AS INTEGER) FROM event WHERE kind = 'undone')"
_OWED = ("urgent", "reply", "read")
_NOBODY = ("vendor", "spam", "automated")
_ANSWERS = frozenset({"phone", "elsewhere"})  # ways of `done` that are an answer


def rows(db: Database, begin: datetime, end: datetime, mails_from: datetime) -> Rows:
    """Everything for the report of a period; mails and letters that left from `mails_from` on."""
    stays = leads.stays(db)
    return Rows(
        people=_people(db, stays),
        facts=Facts(_facts(db, stays, min(begin, mails_from), end)),
        spoken=_spoken(db, stays, begin, end),
        mails=_mails(db, stays, mails_from, end),
        sent=_sent(db, begin, end),
        names=frozenset(_names(db)),
        ever_logged=_ever_logged(db, end),
        forgotten=db.value("SELECT count(*) FROM forgotten WHERE at >= ?", stamp(begin)),
    )


def _people(db: Database, stays: dict[int, int]) -> list[Person]:
    """Everybody once: first seen, and by what source, when the first of their leads was."""
    found: dict[int, Person] = {}
    for row in db.all("SELECT id, source, first_seen_at FROM lead ORDER BY first_seen_at, id"):
        number = stays.get(row["id"], row["id"])
        if number not in found:
            found[number] = Person(number, row["source"], moment(row["first_seen_at"]))
    return list(found.values())


def _names(db: Database) -> set[str]:
    return {" ".join(row[0].lower().split()) for row in db.all("SELECT name FROM lead WHERE name IS NOT NULL")}


def _facts(db: Database, stays: dict[int, int], since: datetime, end: datetime) -> list[Fact]:
    kinds, dated = (", ".join("?" * len(names)) for names in (_READ, _READ_SINCE))
    found = db.all(
        "SELECT id, lead, kind, at, stage, what, value FROM event"
        f" WHERE (((stage IS NOT NULL OR kind IN ({kinds}) OR (kind IN ({dated}) AND at >= ?)) AND at < ?) OR kind = ?)"
        f" AND {_COUNTS} ORDER BY id",
        *_READ,
        *_READ_SINCE,
        stamp(since),
        stamp(end),
        _KEPT,
    )
    facts = [Fact(id_, lead, kind, moment(at), stage, what, value) for id_, lead, kind, at, stage, what, value in found]
    return [_of_the_person(fact, stays) for fact in facts] if stays else facts


def _of_the_person(fact: Fact, stays: dict[int, int]) -> Fact:
    value = fact.value
    if fact.kind == "referred by" and is_lead(value):
        number = int(value[1:])
        value = f"{LEAD}{stays.get(number, number)}"
    return fact._replace(person=stays.get(fact.person, fact.person), value=value)


def _ever_logged(db: Database, end: datetime) -> frozenset[str]:
    found = db.all(f"SELECT DISTINCT what FROM event WHERE kind = 'logged' AND at < ? AND {_COUNTS}", stamp(end))
    return frozenset(row[0] for row in found)


def _spoken(db: Database, stays: dict[int, int], begin: datetime, end: datetime) -> list[Spoken]:
    kinds = sorted(CONTACTS)
    found = db.all(
        f"SELECT lead, kind, count(*) FROM event WHERE at >= ? AND at < ? AND kind IN ({', '.join('?' * len(kinds))})"
        f" AND {_COUNTS} GROUP BY lead, kind",
        stamp(begin),
        stamp(end),
        *kinds,
    )
    return [Spoken(stays.get(lead, lead), kind, times) for lead, kind, times in found]


def _mails(db: Database, stays: dict[int, int], begin: datetime, end: datetime) -> list[Mail]:
    """Mail of people that an answer may be owed for; what a later mail's letter answers ends with that one."""
    owed, nobody = ("?, " * len(words) for words in (_OWED, _NOBODY))
    found = db.all(
        "SELECT m.lead, m.received_at, i.disposition, i.labels, i.due_at, COALESCE(h.state, i.state),"
        " COALESCE(h.settled_at, i.settled_at), COALESCE(h.how, i.how), e.at"
        " FROM message m JOIN item i ON i.message = m.id LEFT JOIN item h ON h.message = i.folded_into"
        " LEFT JOIN answered e ON e.message = COALESCE(i.folded_into, m.id) AND e.how != 'others'"
        f" WHERE m.received_at >= ? AND m.received_at < ? AND i.disposition IN ({owed[:-2]})"
        f" AND COALESCE(i.kind, '') NOT IN ({nobody[:-2]}) AND i.state != 'ignored'"
        " AND m.via NOT IN ('journey', 'absence') ORDER BY m.id",
        stamp(begin),
        stamp(end),
        *_OWED,
        *_NOBODY,
    )
    return [_mail(row, stays) for row in found]


def _mail(row: sqlite3.Row, stays: dict[int, int]) -> Mail:
    lead, received_at, disposition, labels, due_at, state, settled_at, how, elsewhere_at = row
    end: End = "waiting"
    if state == "answered" or (state == "done" and how in _ANSWERS):
        end = "answered"
    elif elsewhere_at is not None:  # by the owner, in another mail client
        end, settled_at = "answered", elsewhere_at
    elif state in {"done", "rejected", "ignored"}:
        end = "without"
    return Mail(
        None if lead is None else stays.get(lead, lead),
        moment(received_at),
        disposition,
        _labels(labels),
        moment(due_at) if due_at else None,
        end,
        moment(settled_at) if settled_at else None,
    )


@cache
def _labels(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


def _sent(db: Database, begin: datetime, end: datetime) -> list[Sent]:
    found = db.all(
        "SELECT o.sent_at, d.edited, d.written_at, o.approved_at FROM outgoing o JOIN draft d ON d.message = o.message"
        " WHERE o.state = 'sent' AND o.sent_at >= ? AND o.sent_at < ? ORDER BY o.id",
        stamp(begin),
        stamp(end),
    )
    return [
        Sent(moment(sent), bool(edited), moment(written), moment(approved)) for sent, edited, written, approved in found
    ]
