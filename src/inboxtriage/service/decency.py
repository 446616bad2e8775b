"""Letters that answer nothing leave on working days and at decent hours; answers leave at any time (`[journey]`)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inboxtriage.hours.decent import decent_from
from inboxtriage.journey.history import standing
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.pacing import longest_wait
from inboxtriage.store import leads, messages, outgoing
from inboxtriage.store.messages import Item


def leaves_at(a: Assembly, item: Item, at: datetime) -> datetime:
    """When an item's mail that could leave at `at` does leave."""
    if not item.is_letter:
        return at
    journey = a.settings.journey
    first, last = (time.fromisoformat(edge) for edge in (journey.letters_from, journey.letters_until))
    return max(at, decent_from(at, a.hours, _zone(a, item), first, last))


def hold_back(a: Assembly, mail: Outgoing) -> bool:
    """Put a mail off where this is no decent hour for it; whether it was.

    Never for longer than any mail waits at once: a later look puts it off again (see `pacing.is_due`).
    """
    now = a.clock.now()
    at = leaves_at(a, messages.get(a.db, outgoing.message_of(mail)), now)
    if at <= now:
        return False
    said = at.astimezone(a.hours.zone)
    with a.db.writing():
        until = min(at, now + longest_wait(a))
        outgoing.put_off(
            a.db, outgoing.number_of(mail), until, f"leaves {said:%a %Y-%m-%d %H:%M} ([journey] letters_from)"
        )
    return True


def _zone(a: Assembly, item: Item) -> ZoneInfo:
    named = standing(leads.events(a.db, item.lead)).zone if item.lead is not None else None
    try:
        return ZoneInfo(named) if named else a.hours.zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return a.hours.zone
