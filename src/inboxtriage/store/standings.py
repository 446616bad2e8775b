"""Where every lead stands, in one reading: what `journey.history.standing` says of each, for thousands at once."""

from inboxtriage.journey.history import Standing, standing
from inboxtriage.journey.lead import Lead
from inboxtriage.store import leads
from inboxtriage.store.database import Database
from inboxtriage.store.ids import LEAD, number


def everyone(db: Database) -> list[tuple[Lead, Standing]]:
    """Every lead with its standing, in the order in which they came."""
    events = leads.all_events(db)
    return [(lead, standing(events.get(number(LEAD, lead.id), []))) for lead in leads.everyone(db)]
