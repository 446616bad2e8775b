"""The mark of this installation outside its store, by which a copy of the store is told from the store (G31)."""

from inboxtriage.config.load import state_folder
from inboxtriage.errors import Busy
from inboxtriage.outbox.generation import is_the_last
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import installation, mark, outgoing


def is_put_back(a: Assembly) -> bool:
    """Whether this store does not go on where this computer left off. Raises MarkUnusable."""
    ours = installation.get(a.db)
    return not is_the_last(ours.count, mark.read(state_folder(), ours.id), approved=any_approved(a))


def leave_mark(a: Assembly) -> None:
    """Before an approval: what is approved here must be known from what was approved in a copy. Raises MarkUnusable."""
    ours = installation.get(a.db)
    if mark.read(state_folder(), ours.id) is None and not is_put_back(a):
        mark.write(state_folder(), ours.id, ours.count)


def count_one(a: Assembly) -> int:
    """Count a mail that is about to be handed over; inside `writing`, together with its move.

    Raises Busy where another copy of this store has sent since the round began, and MarkUnusable.
    """
    ours = installation.get(a.db)
    if mark.read(state_folder(), ours.id) != ours.count:
        raise Busy("another copy of this store is sending", do="let only one of them send")
    return installation.advance(a.db).count


def remember(a: Assembly, count: int) -> None:
    """Let the mark follow, before the first byte leaves. Raises MarkUnusable."""
    mark.write(state_folder(), installation.get(a.db).id, count)


def any_approved(a: Assembly) -> bool:
    """Whether letters wait to leave."""
    return outgoing.next_due(a.db) is not None
