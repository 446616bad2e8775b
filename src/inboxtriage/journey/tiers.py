"""Tiers: what speaks for A, B or C, in points with their reasons; and which answers no tier may come before. Pure.

The weights are data: `[tiers]` of the plan. A tier is the owner's to give; nothing here gives one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxtriage.journey.history import living
from inboxtriage.journey.lead import CLIENT_STAGES, OURS, Event
from inboxtriage.journey.plan import TierRules

_YEAR = 365.25  # days
_MONTH = _YEAR / 12


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person that a tier could rest on. `revenue` is what was logged, in the owner's currency."""

    referrals: int = 0
    client_since: datetime | None = None
    revenue: float = 0.0
    last_contact: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tier, the points that it rests on, and each of them in words."""

    tier: str
    points: float
    reasons: tuple[str, ...]


def client_since(events: Sequence[Event]) -> datetime | None:
    """When somebody first became a client; None for who never was one."""
    return next((event.at for event in living(events) if event.stage in CLIENT_STAGES), None)


def revenue(events: Sequence[Event]) -> float:
    """The sum of what was logged as revenue; what is no number counts nothing."""
    return sum(_number(event.value) for event in living(events) if event.kind == "logged" and event.what == "revenue")


def suggested(rules: TierRules, record: Record, now: datetime) -> Suggestion | None:
    """The tier that the record speaks for; None where there is too little: no client ever, and nobody sent."""
    if record.client_since is None and not record.referrals:
        return None
    points, reasons = 0.0, []
    for gained, why in (
        _for_referrals(rules, record),
        _for_years(rules, record, now),
        _for_revenue(rules, record),
        _for_contact(rules, record, now),
    ):
        if gained:
            points += gained
            reasons.append(f"{why} ({gained:+g})")
    tier = "A" if points >= rules.a else "B" if points >= rules.b else "C"
    return Suggestion(tier, round(points, 2), tuple(reasons) or ("nothing of note yet",))


def was_answered(events: Sequence[Event]) -> bool:
    """Whether we ever spoke to them: a letter of ours, a call, a meeting. Else the next answer is their first."""
    return any(event.kind in OURS or event.kind == "contact" for event in living(events))


def rank(tier: str | None) -> int:
    """The order of tiers among answers that are due on one day; who has no tier stands beside B."""
    return {"A": 0, "C": 2}.get(tier or "", 1)


def _for_referrals(rules: TierRules, record: Record) -> tuple[float, str]:
    people = "1 person" if record.referrals == 1 else f"{record.referrals} people"
    return rules.referral * record.referrals, f"{people} came by their word"


def _for_years(rules: TierRules, record: Record, now: datetime) -> tuple[float, str]:
    if record.client_since is None:
        return 0.0, ""
    years = int((now - record.client_since) / timedelta(days=_YEAR))
    return rules.year * max(0, min(years, rules.years_at_most)), f"a client for {_counted(years, 'year')}"


def _for_revenue(rules: TierRules, record: Record) -> tuple[float, str]:
    if rules.revenue <= 0:
        return 0.0, ""
    steps = int(record.revenue / rules.revenue)
    return float(max(0, min(steps, rules.revenue_at_most))), f"{record.revenue:,.0f} of revenue logged"


def _for_contact(rules: TierRules, record: Record, now: datetime) -> tuple[float, str]:
    if record.last_contact is None:
        return 0.0, ""
    days = (now - record.last_contact) / timedelta(days=1)
    if days <= rules.recent_days:
        return rules.recent, f"spoken to within {rules.recent_days} days"
    if days >= rules.quiet_days:
        return -rules.quiet, f"not spoken to for {_counted(int(days / _MONTH), 'month')}"
    return 0.0, ""


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if abs(found) < 1e12 else 0.0  # also what is no number at all (nan), or infinite
