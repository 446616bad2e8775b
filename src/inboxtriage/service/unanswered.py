"""People who wrote and have no answer yet, whoever is to give it; the longest waiting first."""

from dataclasses import dataclass
from datetime import datetime

from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads, messages
from inboxtriage.store.ids import LEAD, shown
from inboxtriage.store.messages import OPEN, Item

_NO_ANSWER_OWED = frozenset({"vendor", "spam", "automated"})


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One person: since when they wait, what they ask in all their mails, and the mail whose letter answers them."""

    address: str | None
    name: str | None
    since: datetime
    labels: tuple[str, ...]
    queue_id: str
    lead: str | None
    phone: str | None
    due_at: datetime | None


def unanswered(a: Assembly) -> list[Unanswered]:
    """Everybody with mail that is neither answered nor settled by a person; an approved answer did not leave yet."""
    people: dict[object, list[Item]] = {}
    for item in messages.in_states(a.db, [*OPEN, "folded"]):
        if item.is_letter or item.verdict.disposition == "ignore" or item.verdict.kind in _NO_ANSWER_OWED:
            continue
        people.setdefault(item.lead or item.person or item.number, []).append(item)
    return sorted((_one(a, mails) for mails in people.values()), key=lambda one: one.since)


def _one(a: Assembly, mails: list[Item]) -> Unanswered:
    first = min(mails, key=lambda item: item.received_at)
    lead = leads.get(a.db, first.lead) if first.lead is not None else None
    return Unanswered(
        address=first.answer_to or first.sender or (lead.address if lead else None),
        name=first.name or (lead.name if lead else None),
        since=first.received_at,
        labels=tuple(dict.fromkeys(label for item in mails for label in item.verdict.labels)),
        queue_id=first.head or first.id,
        lead=shown(LEAD, first.lead) if first.lead is not None else None,
        phone=first.phone or (lead.phone if lead else None),
        due_at=min((item.due_at for item in mails if item.due_at is not None), default=None),
    )
