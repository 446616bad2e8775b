"""Where every lead stands, in one reading: what `journey.history.standing` says of each, for thousands at once.

On most events the answer does not depend: a newer one of the same sort has taken their place. SQLite leaves those out
and `standing` is asked about the rest. Where something was undone, or records were merged, that cannot be told
beforehand: there all are read.
"""

from operator import attrgetter

from inboxtriage.journey.history import COUNTED, Standing, standing
from inboxtriage.journey.lead import OURS, THEIRS, Event, Lead
from inboxtriage.store import leads
from inboxtriage.store.database import Database, at_one_go
from inboxtriage.store.ids import LEAD, number
from inboxtriage.store.leads import EVENT


def everyone(db: Database) -> list[tuple[Lead, Standing]]:
    """Every person with their standing, in the order in which they came."""
    with at_one_go():
        events = _that_count(db)
        return [(lead, standing(events.get(number(LEAD, lead.id), ()))) for lead in leads.everyone(db)]


def _that_count(db: Database) -> dict[int, list[Event]]:
    """Of every person the events on which their standing depends, in order."""
    found = leads.by_lead(db, _COUNTED)
    for lead, events in leads.by_lead(db, _NEWEST).items():
        found.setdefault(lead, []).extend(events)
    for events in found.values():
        events.sort(key=_ORDER)
    undone = [row["lead"] for row in db.all("SELECT DISTINCT lead FROM event WHERE kind = 'undone'")]
    several = leads.merged(db)
    return found | leads.events_of(db, sorted({*undone, *several}))


def _words(kinds: frozenset[str]) -> str:
    return "(" + ", ".join(f"'{kind}'" for kind in sorted(kinds)) + ")"


def _latest(kinds: frozenset[str]) -> str:
    of = "SELECT id FROM event WHERE lead = l.id AND kind IN"
    return f"({of} {_words(kinds)} ORDER BY at DESC, id DESC LIMIT 1)"


_ORDER = attrgetter("id")
_COUNTED = f"SELECT lead, {EVENT} FROM event WHERE kind IN {_words(COUNTED)}"
_NEWEST = (
    f"SELECT lead, {EVENT.replace('id', 'e.id')} FROM lead l JOIN event e ON e.id IN ("
    f"{_latest(THEIRS)}, {_latest(OURS)}, {_latest(frozenset({'contact'}))}, "
    "(SELECT max(id) FROM event WHERE lead = l.id AND stage IS NOT NULL), "
    "(SELECT max(+id) FROM event WHERE lead = l.id AND kind = 'asked')"  # +: by its kind, not through all there is
    f") AND e.kind NOT IN {_words(COUNTED)}"
)
