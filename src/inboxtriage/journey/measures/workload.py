"""What people of each tier cost and bring: mail, letters, contacts, hours, revenue, people they sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from inboxtriage.journey.lead import OURS, THEIRS, TIERS
from inboxtriage.journey.measures.rows import Fact, Facts, Period, Spoken
from inboxtriage.journey.measures.service import is_lead
from inboxtriage.journey.measures.spread import number
from inboxtriage.journey.measures.tracks import Track

_COUNTED = {**dict.fromkeys(THEIRS, "mails"), **dict.fromkeys(OURS, "letters"), "contact": "contacts"}


@dataclass(frozen=True, slots=True)
class Tier:
    """The people of one tier ("" for none) whose outcome is open, and what the period held for all of that tier."""

    tier: str
    people: int
    mails: int
    letters: int
    contacts: int
    hours: float
    revenue: float
    referrals: int


@dataclass(frozen=True, slots=True)
class Money:
    """What the owner logged in the period; None where nothing of the kind was ever logged."""

    revenue: float | None
    hours: float | None
    per_hour: float | None


def tiers(facts: Facts, spoken: Iterable[Spoken], ways: Mapping[int, Track], period: Period) -> list[Tier]:
    """A, B, C, and those without."""
    sums: dict[str, dict[str, float]] = {tier: defaultdict(float) for tier in (*TIERS, "")}
    tier_of = {number: _known(track.tier_at(period.end)) for number, track in ways.items()}
    for who, track in ways.items():
        sums[tier_of[who]]["people"] += track.outcome_at(period.end) == "open"
    for person, kind, times in spoken:
        if person in tier_of:
            sums[tier_of[person]][_COUNTED[kind]] += times
    for fact in facts.of("logged"):
        if period.holds(fact.at) and fact.person in tier_of:
            sums[tier_of[fact.person]][fact.what] += number(fact.value) or 0
    came = {fact.person: fact.value for fact in facts.of("referred by") if period.holds(fact.at)}  # the last counts
    for value in came.values():
        if is_lead(value) and (referrer := int(value[1:])) in tier_of:
            sums[tier_of[referrer]]["referrals"] += 1
    return [_tier(tier, found) for tier, found in sums.items()]


def _known(tier: str) -> str:
    return tier if tier in TIERS else ""


def _tier(tier: str, found: Mapping[str, float]) -> Tier:
    def whole(what: str) -> int:
        return int(found.get(what, 0))

    return Tier(
        tier,
        whole("people"),
        whole("mails"),
        whole("letters"),
        whole("contacts"),
        round(found.get("hours", 0.0), 2),
        round(found.get("revenue", 0.0), 2),
        whole("referrals"),
    )


def money(facts: Facts, ever: Collection[str], period: Period) -> Money:
    """Sums of what was logged in the period, of what was `ever` logged; nothing is estimated."""
    said = [fact for fact in facts.of("logged") if period.holds(fact.at)]
    revenue = total(said, "revenue") if "revenue" in ever else None
    hours = total(said, "hours") if "hours" in ever else None
    per_hour = round(revenue / hours, 2) if revenue is not None and hours else None
    return Money(revenue, hours, per_hour)


def total(said: Iterable[Fact], what: str) -> float:
    """The sum of what was logged of one kind."""
    return round(sum(number(fact.value) or 0 for fact in said if fact.what == what), 2)
