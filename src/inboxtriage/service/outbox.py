"""The outbox as it is looked at."""

from inboxtriage.outbox.outgoing import STATES, Outgoing
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import outgoing


def everything(a: Assembly) -> list[Outgoing]:
    """Every mail that was ever approved, oldest first."""
    return outgoing.in_states(a.db, STATES)
