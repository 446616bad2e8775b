"""What belongs together: the mails of one person, whichever of their records they came to, and of one thread."""

import json

from inboxtriage.store import leads
from inboxtriage.store.database import Database
from inboxtriage.store.leads import THESE
from inboxtriage.store.messages import FOR_PEOPLE, ITEMS, WRITTEN, Item, ItemState, item_of

_OF_PERSON = f"SELECT id FROM message WHERE person = ? UNION ALL SELECT id FROM message WHERE lead IN {THESE}"


def of_conversation(db: Database, newcomer: int, person: str | None, state: ItemState) -> list[Item]:
    """The other items in one state that are of the newcomer's person, or that it answers, in order of arrival."""
    kin = _kin(db, db.value("SELECT lead FROM message WHERE id = ?", newcomer))
    rows = db.all(
        f"{ITEMS} WHERE m.id IN ({_OF_PERSON} UNION ALL SELECT id FROM message "
        "WHERE message_id IN (SELECT to_id FROM reference WHERE message = ?)) "
        f"AND m.id != ? AND +i.state = ? AND {FOR_PEOPLE} ORDER BY m.id",
        person,
        kin,
        newcomer,
        newcomer,
        state,
    )
    return [item_of(row) for row in rows]


def fold(db: Database, older: int, newer: int) -> None:
    """Let the letter to a person's newer mail answer an older one too, with all that was folded into that."""
    db.run(
        "UPDATE item SET state = 'folded', folded_into = ? WHERE message = ? OR folded_into = ?", newer, older, older
    )


def unfold(db: Database, head: int) -> list[int]:
    """Let what was folded into a mail wait for itself again; which these are, in order of arrival."""
    rows = db.all("SELECT message FROM item WHERE folded_into = ? ORDER BY message", head)
    db.run("UPDATE item SET state = 'waiting', folded_into = NULL WHERE folded_into = ?", head)
    return [row["message"] for row in rows]


def folded_into(db: Database, head: int) -> list[Item]:
    """The older mails that the letter to `head` answers too, in order of arrival."""
    return [item_of(row) for row in db.all(f"{ITEMS} WHERE i.folded_into = ? ORDER BY m.id", head)]


def newest_of(db: Database, item: Item) -> int:
    """The number of the last mail of this item's person, or of anybody who wrote on in its thread.

    One that a person has settled without a letter is known, and does not count.
    """
    newest: int | None = db.value(
        f"SELECT max(n.id) FROM (SELECT id FROM message WHERE (person = ? OR lead IN {THESE}) AND {WRITTEN} "
        "UNION ALL SELECT message FROM reference WHERE to_id = ?) n "
        "JOIN item i ON i.message = n.id WHERE i.disposition != 'ignore' AND i.state NOT IN ('done', 'rejected')",
        item.person,
        _kin(db, item.lead),
        item.message_id,
    )
    return max(newest or 0, item.number)


def open_danger(db: Database, item: Item) -> int | None:
    """Another mail of the same person that reads as danger and waits for somebody, or None."""
    found: int | None = db.value(
        f"SELECT max(m.id) FROM message m JOIN item i ON i.message = m.id WHERE m.id IN ({_OF_PERSON}) "
        "AND m.id != ? AND i.disposition = 'urgent' AND +i.state IN ('waiting', 'snoozed')",
        item.person,
        _kin(db, item.lead),
        item.number,
    )
    return found


def _kin(db: Database, lead: int | None) -> str:
    """The records of a person who has several, as JSON; none for anybody else, whose mails name one person anyway."""
    kin = leads.family(db, lead) if lead is not None else []
    return json.dumps(kin if len(kin) > 1 else [])
