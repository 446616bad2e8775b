"""By when an answer to a mail is due: the soonest standard that applies, the tier's of a known person among them."""

from datetime import datetime

from inboxtriage.hours.standards import due
from inboxtriage.journey.history import standing
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads
from inboxtriage.triage.verdict import Verdict


def due_at(a: Assembly, verdict: Verdict, received_at: datetime, tier: str | None = None) -> datetime | None:
    """By when an answer is due, in office hours; None where nothing is owed. A tier can only bring it nearer."""
    return due(
        a.hours,
        a.settings.standards,
        received=received_at,
        disposition=verdict.disposition,
        labels=verdict.labels,
        tier=tier,
    )


def tier_of(a: Assembly, lead: int | None) -> str | None:
    """The tier of a lead, where tiers have targets of their own; else it decides nothing here, and is not looked up."""
    return standing(leads.events(a.db, lead)).tier if lead is not None and a.settings.standards.tiers else None
