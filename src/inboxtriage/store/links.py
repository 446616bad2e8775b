"""What leads have to do with each other, read for everybody at once; who is whom is worked out by `journey.links`."""

import json
from collections.abc import Collection, Sequence

from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.stage import Stage
from inboxtriage.store import leads
from inboxtriage.store.database import Database, moment
from inboxtriage.store.ids import LEAD, shown

TIES: tuple[EventKind, ...] = ("linked", "unlinked", "referred by")


def told(db: Database, kinds: Sequence[EventKind], stages: Collection[Stage] = ()) -> dict[str, list[Event]]:
    """Everybody's events of these kinds (and those that led to `stages`), by lead, in order, with what was undone."""
    found: dict[str, list[Event]] = {}
    sql = (
        "SELECT * FROM event WHERE kind IN (SELECT value FROM json_each(?)) "
        "OR stage IN (SELECT value FROM json_each(?)) ORDER BY lead, id"
    )
    for row in db.all(sql, json.dumps([*kinds, "undone"]), json.dumps(list(stages))):
        event = Event(
            row["kind"],
            moment(row["at"]),
            row["cause"],
            row["note"],
            row["stage"],
            row["what"],
            row["value"],
            row["id"],
        )
        found.setdefault(shown(LEAD, row["lead"]), []).append(event)
    return found


def roots(db: Database) -> dict[str, str]:
    """For each lead that was merged into another: the one that stays."""
    return {shown(LEAD, lead): shown(LEAD, root) for lead, root in leads.stays(db).items()}
