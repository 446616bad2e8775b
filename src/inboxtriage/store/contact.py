"""Who asked not to be written to: nothing goes to them, by whatever way, until that is lifted."""

from inboxtriage.journey.history import standing
from inboxtriage.store import leads
from inboxtriage.store.database import Database
from inboxtriage.store.ids import LEAD, shown


def unwelcome(db: Database, lead: int | None, address: str | None) -> str | None:
    """The lead, whose item this is or who has the address, that is not to be written to; None where there is none."""
    if db.value("SELECT 1 FROM event WHERE kind = 'may be written to' AND value = 'no' LIMIT 1") is None:
        return None
    whose = {lead, leads.find(db, address=address, phone=None) if address else None} - {None}
    for one in sorted(who for who in whose if who is not None):
        if not standing(leads.events(db, one)).writable:
            return shown(LEAD, one)
    return None
