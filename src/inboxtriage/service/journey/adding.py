"""People added by hand, with what is known of them: callers, people met in person, people whom others sent."""

from dataclasses import dataclass
from datetime import date, datetime, time

from inboxtriage.errors import UsageProblem
from inboxtriage.journey.lead import Event
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.links import referrer
from inboxtriage.service.journey.tiers import tier_given
from inboxtriage.service.leads import LeadView

_BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the owner says of somebody new. `met`: where; `day`: when (YYYY-MM-DD); `referred_by`: who sent them."""

    address: str | None
    name: str | None = None
    phone: str | None = None
    source: str | None = None
    stage: str | None = None
    met: str | None = None
    day: str | None = None
    referred_by: str | None = None
    tier: str | None = None
    note: str | None = None


def add(a: Assembly, new: Newcomer) -> LeadView:
    """Add them, all of it in one transaction or nothing. Raises UsageProblem, Refused or NotFound."""
    now = a.clock.now()
    facts = []
    if new.day is not None and not new.met:
        raise UsageProblem("--on is the day on which you met somebody", do="say where: --met WHERE")
    if new.met and new.met.strip():
        met_at = now if new.day is None else _noon(a, new.day, now)
        facts.append(Event("contact", met_at, _BY_HAND, one_line(new.met), what="meeting"))
    if new.referred_by is not None:
        facts.append(Event("referred by", now, _BY_HAND, value=referrer(a, new.referred_by)))
    if new.tier is not None:
        facts.append(Event("tier", now, _BY_HAND, value=tier_given(new.tier)))
    if new.note and new.note.strip():
        facts.append(Event("noted", now, _BY_HAND, one_line(new.note)))
    usual = "met in person" if new.met else "referral" if new.referred_by else _BY_HAND
    return leads.add(
        a,
        address=new.address,
        name=one_line(new.name, 80).strip() or None if new.name else None,
        phone=new.phone,
        source=one_line(new.source, 80).strip() or usual if new.source else usual,
        stage=new.stage,
        facts=facts,
    )


def _noon(a: Assembly, day: str, now: datetime) -> datetime:
    """Noon of a day that somebody named, in the practice's zone; of today, now. Raises UsageProblem."""
    try:
        found = date.fromisoformat(day.strip())
    except ValueError:
        raise UsageProblem(f"{one_line(day, 40)!r} is no day", do="give it as YYYY-MM-DD") from None
    today = now.astimezone(a.hours.zone).date()
    if found > today:
        raise UsageProblem(f"{found.isoformat()} is still to come", do="give the day on which you met")
    return min(now, datetime.combine(found, time(12), a.hours.zone))
