"""Who is not to get a letter: who asked not to be written to, until that is lifted; and whom it is not for."""

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


def undecided(db: Database, lead: int | None) -> str | None:
    """The lead, where they asked for no more mail and nobody has decided about it; else None."""
    if lead is None or db.value("SELECT 1 FROM event WHERE kind = 'proposed' AND what = 'contact' LIMIT 1") is None:
        return None
    proposals = standing(leads.events(db, lead)).proposals
    return shown(LEAD, leads.family(db, lead)[0]) if any(one.what == "contact" for one in proposals) else None


def somebody_else(db: Database, lead: int | None, address: str | None) -> str | None:
    """The other person who has the address to which a letter of ours about this lead would go; None where nobody has.

    Such a letter may have been right when it was written: records that were one person were parted since.
    """
    whose = leads.find(db, address=address, phone=None) if address and lead is not None else None
    if whose is None or lead is None or whose in leads.family(db, lead):
        return None
    return shown(LEAD, leads.family(db, whose)[0]) if whose else None
