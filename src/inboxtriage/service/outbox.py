"""The outbox as it is looked at."""

from collections.abc import Collection
from datetime import datetime

from inboxtriage.outbox.outgoing import STATES, Outgoing
from inboxtriage.service import decency
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import messages, outgoing
from inboxtriage.store.ids import OUTGOING, number


def everything(a: Assembly) -> list[Outgoing]:
    """Every mail that was ever approved, oldest first."""
    return outgoing.in_states(a.db, STATES)


def sent_of(a: Assembly, ids: Collection[str]) -> int:
    """How many of these a server took."""
    return sum(mail.id in ids for mail in outgoing.in_states(a.db, ["sent"]))


def leaves_at(a: Assembly, out: str) -> datetime:
    """When a mail in the outbox leaves, where nothing comes in between."""
    mail = outgoing.get(a.db, number(OUTGOING, out))
    return decency.leaves_at(a, messages.get(a.db, outgoing.message_of(mail)), mail.not_before)
