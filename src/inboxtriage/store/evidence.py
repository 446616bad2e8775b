"""What the store knows of a conversation with a lead that helps to understand their next mail."""

import json
from collections.abc import Sequence
from datetime import datetime

from inboxtriage.store import leads
from inboxtriage.store.database import Database, moment
from inboxtriage.store.leads import THESE
from inboxtriage.store.messages import ACKNOWLEDGEMENT, LETTER


def last_offers(db: Database, lead: int) -> list[datetime]:
    """The free times in the last letter to a person that offered some, UTC."""
    stored = db.value(
        "SELECT d.offers FROM message m JOIN item i ON i.message = m.id JOIN draft d ON d.message = m.id "
        f"WHERE m.lead IN {THESE} AND +i.state = 'answered' AND d.offers != '[]' "
        "ORDER BY i.settled_at DESC, m.id DESC LIMIT 1",
        json.dumps(leads.family(db, lead)),
    )
    return [moment(time) for time in json.loads(stored)] if stored else []


def letter_answered(db: Database, lead: int, message_ids: Sequence[str]) -> str | None:
    """The name of the letter of ours to this person that one of these Message-IDs is; None where it is none."""
    kin = json.dumps(leads.family(db, lead))
    for message_id in message_ids:
        name: str | None = db.value(
            f"SELECT l.name FROM message m JOIN letter l ON l.message = m.id WHERE m.lead IN {THESE} AND ("
            "EXISTS (SELECT 1 FROM outgoing o WHERE o.message = m.id AND o.message_id = ?) OR "
            "EXISTS (SELECT 1 FROM drafts_copy c WHERE c.message = m.id AND c.message_id = ?)) LIMIT 1",
            kin,
            message_id,
            message_id,
        )
        if name is not None:
            return name
    return None


def answered(db: Database, message_ids: Sequence[str]) -> list[int]:
    """The leads to whom mail of ours with one of these Message-IDs went, each once."""
    ids = json.dumps(list(message_ids))
    rows = db.all(
        "SELECT message FROM outgoing WHERE message_id IN (SELECT value FROM json_each(?1)) "
        "UNION SELECT message FROM drafts_copy WHERE message_id IN (SELECT value FROM json_each(?1))",
        ids,
    )
    found = (db.value("SELECT lead FROM message WHERE id = ?", row["message"]) for row in rows)
    return list(dict.fromkeys(lead for lead in found if lead is not None))


def wrote_from(db: Database, lead: int) -> str | None:
    """The address that a person's last mail is answered at; None where they wrote none that could be."""
    found: str | None = db.value(
        f"SELECT answer_to FROM message WHERE lead IN {THESE} AND via NOT IN ('{LETTER}', '{ACKNOWLEDGEMENT}') "
        "AND answer_to IS NOT NULL ORDER BY id DESC LIMIT 1",
        json.dumps(leads.family(db, lead)),
    )
    return found


def ever_had(db: Database, kind: str) -> list[int]:
    """The leads to which something of a kind ever happened, each once, in the order in which they came."""
    return [row["lead"] for row in db.all("SELECT DISTINCT lead FROM event WHERE kind = ? ORDER BY lead", kind)]


def proposing(db: Database) -> set[str]:
    """The causes of everything that was ever proposed: mails, among others, by the id that people type."""
    return {row["cause"] for row in db.all("SELECT DISTINCT cause FROM event WHERE kind = 'proposed'")}
