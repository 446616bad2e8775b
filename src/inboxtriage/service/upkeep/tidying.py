"""What a store needs from time to time: old words erased ([store] keep_text_days), and its file written anew."""

from datetime import timedelta

from inboxtriage.errors import Busy
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import chores, past, retention
from inboxtriage.store.database import StoreBroken

_EVERY = timedelta(days=1)
_AT_ONCE = 100  # messages in one transaction


def tidy(a: Assembly) -> int:
    """Do what is due, which is little but once a day; of how many messages the words were erased."""
    erased = expire(a)
    compact(a)
    return erased


def expire(a: Assembly) -> int:
    """Erase the words of what was settled longer ago than the configuration keeps them, once a day; of how many."""
    days, now = a.settings.store.keep_text_days, a.clock.now()
    if not days or not chores.is_due(a.db, chores.RETENTION, _EVERY, now):
        return 0
    erased = 0
    with a.db.writing():
        past.expire(a.db, now - timedelta(days=days))
    while True:
        with a.db.writing():
            numbers = retention.old(a.db, now - timedelta(days=days), _AT_ONCE)
            if not numbers:
                chores.done(a.db, chores.RETENTION, now)
                return erased
            retention.erase_words(a.db, numbers, now)
            chores.want(a.db, chores.COMPACTING)
        erased += len(numbers)


def compact(a: Assembly) -> bool:
    """Write the store's file anew where something was erased since; False where that cannot be now: tried again later.

    It needs the file for itself for a moment, and room for a second copy of it.
    """
    if not chores.is_wanted(a.db, chores.COMPACTING):
        return True
    try:
        a.db.compact()
        with a.db.writing():
            chores.done(a.db, chores.COMPACTING, a.clock.now())
        a.db.empty_log()
    except (Busy, StoreBroken):
        return False
    return True
