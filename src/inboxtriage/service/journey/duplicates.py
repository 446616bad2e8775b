"""Who may be on record twice."""

from inboxtriage.journey.duplicates import Pair, pairs
from inboxtriage.journey.links import ties
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads, links


def suggestions(a: Assembly) -> list[Pair]:
    """Every two leads that may be one person; who is linked is known to be two."""
    told, root = links.told(a.db, ["linked", "unlinked"]), links.roots(a.db)
    apart = {
        frozenset((root.get(one, one), root.get(other, other)))
        for one, events in told.items()
        for other in ties(events)
    }
    return pairs(leads.everyone(a.db), frozenset(apart))
