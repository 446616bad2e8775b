"""What clients say and what was promised to them: surveys, words of praise, promises, referrals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.journey.measures.rows import Facts, Period
from inboxtriage.journey.measures.spread import Share, Spread, number, share, spread, thresholds
from inboxtriage.journey.measures.tracks import Track
from inboxtriage.journey.plan import Plan, Survey

_TEN = (0, 10)


@dataclass(frozen=True, slots=True)
class Score:
    """How often a number was given."""

    score: int
    n: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The answers to one survey in the period.

    `low` is the share at which a person has to look at once. `net`, from -1 to 1, is the share of those who would
    recommend you less the share of those who would not: only on a scale from 0 to 10, and only where enough answered.
    """

    survey: str
    sent: int
    least: int
    most: int
    scores: tuple[Score, ...]
    score: Spread
    low: Share
    net: float | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises that fell due in the period: kept by the day, kept later, or not yet."""

    kept: Share
    late: int
    open: int


@dataclass(frozen=True, slots=True)
class Referrals:
    """`received`: people who came by somebody's word; `given`: people who were named a colleague.

    `from_people` of those received came by the word of somebody in the list of people.
    """

    received: int
    from_people: int
    clients: Share
    given: int


@dataclass(frozen=True, slots=True)
class Praise:
    """Testimonials of the period, and how many people's consent to be quoted stands at its end."""

    testimonials: int
    consents: int


def satisfaction(facts: Facts, period: Period, plan: Plan) -> list[Satisfaction]:
    """Every survey of the plan, and every other that was answered."""
    scored = [fact for fact in facts.of("scored") if period.holds(fact.at)]
    sent = Counter(fact.what for fact in facts.of("survey sent") if period.holds(fact.at))
    names = dict.fromkeys([*plan.surveys, *(fact.what for fact in scored)])
    return [
        _survey(name, plan.surveys.get(name), [fact.value for fact in scored if fact.what == name], sent[name])
        for name in names
    ]


def _survey(name: str, survey: Survey | None, given: Iterable[str], sent: int) -> Satisfaction:
    least, most, low = (survey.least, survey.most, survey.low) if survey else (*_TEN, 6)
    read = (number(text) for text in given)
    values = [value for value in read if value is not None and least <= value <= most]
    counts = Counter(round(value) for value in values)
    limits = thresholds()
    net = None
    if (least, most) == _TEN and len(values) >= limits["least_net"]:
        would = sum(value >= limits["net"]["above"] for value in values)
        would_not = sum(value <= limits["net"]["below"] for value in values)
        net = round((would - would_not) / len(values), 4)
    return Satisfaction(
        survey=name,
        sent=sent,
        least=least,
        most=most,
        scores=tuple(Score(score, counts[score]) for score in range(least, most + 1)),
        score=spread(values),
        low=share(sum(value <= low for value in values), len(values)),
        net=net,
    )


def promises(facts: Facts, period: Period, now: datetime) -> Promises:
    """Those whose day lies in the period and is over, or which are kept. One keeping keeps one promise."""
    today = now.astimezone(period.zone).date()
    kept: dict[tuple[int, str], list[date]] = {}
    for fact in facts.of("promise kept"):
        day = fact.at.astimezone(period.zone).date()
        kept.setdefault((fact.person, fact.value), []).append(day)
    in_time = late = still_open = 0
    for fact in facts.of("promised"):
        due = _day(fact.value)
        if due is None or not period.since <= due <= period.until:
            continue
        keeping = kept.get((fact.person, fact.value))
        if keeping:
            done = keeping.pop(0)
            in_time += done <= due
            late += done > due
        elif due < today:
            still_open += 1
    return Promises(share(in_time, in_time + late + still_open), late, still_open)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def referrals(facts: Facts, ways: Mapping[int, Track], period: Period) -> Referrals:
    """In the period, each person once."""
    told = {fact.person: fact.value for fact in facts.of("referred by") if period.holds(fact.at)}  # the last counts
    came = {who: value for who, value in told.items() if value}  # "" takes it back
    newcomers = [ways[who] for who in came if who in ways and not ways[who].came_as_client]
    clients = sum(track.became_client() is not None for track in newcomers)
    given = {
        fact.person
        for fact in facts.of("referred out", "closed")
        if period.holds(fact.at) and (fact.kind == "referred out" or fact.value == "referred_out")
    }
    return Referrals(
        received=len(came),
        from_people=sum(is_lead(value) for value in came.values()),
        clients=share(clients, len(newcomers)),
        given=len(given),
    )


def is_lead(value: str) -> bool:
    """Whether the value of a "referred by" names a lead, and not somebody else in words."""
    return value[:1] == "p" and value[1:].isdigit()


def praise(facts: Facts, period: Period) -> Praise:
    """Counts alone; the words themselves are in the record of whoever said them."""
    consents: dict[int, bool] = {}
    for fact in facts.of("consented", "consent withdrawn"):
        if fact.what in {"testimonial", ""}:
            consents[fact.person] = fact.kind == "consented"
    said = sum(period.holds(fact.at) for fact in facts.of("testimonial"))
    return Praise(said, sum(consents.values()))
