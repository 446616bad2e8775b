"""How people go on: from where they come, how far, how long each stage takes, who stays."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.journey.lead import is_client
from inboxtriage.journey.measures.rows import Period, midnight
from inboxtriage.journey.measures.spread import Share, Spread, share, spread, thresholds
from inboxtriage.journey.measures.tracks import Track, days
from inboxtriage.journey.phone import dialled
from inboxtriage.journey.plan import Plan
from inboxtriage.journey.stage import OUTCOMES, STAGES, Stage

OTHER = "other"
OF_A_PERSON = "somebody's word"
OWN_SOURCES = frozenset({"email", "form", "forward", "voicemail", "by hand", "import"})  # those that are no one's words
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_RETURNED: tuple[Stage, ...] = ("enroll", "engage")
_FINISHED: tuple[Stage, ...] = ("wrap_up", "follow_up")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the funnel: of those who came in the period, how many came to it or past it.

    `now` is how many people, of all, stand there at the period's end, with an open outcome.
    """

    stage: Stage
    title: str
    reached: Share
    now: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many of those who came in the period ended so; "open" are on their way."""

    outcome: str
    people: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where people came from, and how many of them became clients."""

    source: str
    clients: Share
    open: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """`people` came in the period; besides them `were_clients` were recorded who were clients already."""

    people: int
    were_clients: int
    stages: tuple[Step, ...]
    outcomes: tuple[Ended, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days people stayed at a stage that they left in the period."""

    stage: Stage
    title: str
    days: Spread


@dataclass(frozen=True, slots=True)
class Retention:
    """Of those who were at Engage so many months before the period's end: `kept` are there now, or came round again.

    `finished` are at Wrap up or Follow up; `left` ended otherwise or stand elsewhere.
    """

    months: int
    day: date
    kept: Share
    finished: int
    left: int


def funnel(ways: Mapping[int, Track], period: Period, plan: Plan, names: frozenset[str]) -> Funnel:
    """Those who came in the period, as they stand at its end."""
    came = [track for track in ways.values() if period.holds(track.person.first_seen_at)]
    cohort = [track for track in came if not track.came_as_client]
    furthest = Counter(track.furthest(period.end) for track in cohort)
    here = Counter(_open_stage(track, period.end) for track in ways.values())
    steps = tuple(
        Step(
            stage,
            plan.stages[stage].title,
            share(sum(count for far, count in furthest.items() if far >= place), len(cohort)),
            here[stage],
        )
        for place, stage in enumerate(STAGES)
    )
    ends = Counter(track.outcome_at(period.end) for track in cohort)
    return Funnel(
        people=len(cohort),
        were_clients=len(came) - len(cohort),
        stages=steps,
        outcomes=tuple(Ended(outcome, ends[outcome]) for outcome in OUTCOMES if ends[outcome]),
        sources=tuple(_sources(cohort, period, names)),
    )


def _open_stage(track: Track, moment: datetime) -> Stage | None:
    return track.stage_at(moment) if track.outcome_at(moment) == "open" else None


def _sources(cohort: Iterable[Track], period: Period, names: frozenset[str]) -> list[Source]:
    """The sources, most people first. What could name a person is not said, and rare words of one's own neither."""
    by_source: dict[str, list[Track]] = defaultdict(list)
    for track in cohort:
        by_source[shown_source(track.person.source, names)].append(track)
    limits = thresholds()
    kept: dict[str, list[Track]] = defaultdict(list)
    ranked = sorted(by_source.items(), key=lambda one: (-len(one[1]), one[0]))
    for source, people in ranked:
        rare = source not in OWN_SOURCES | {OF_A_PERSON} and len(people) < limits["least_source"]
        full = len(kept) >= limits["sources"]
        kept[OTHER if rare or full else source] += people
    found = [
        Source(
            source,
            share(sum(is_client(STAGES[one.furthest(period.end)]) for one in people), len(people)),
            sum(one.outcome_at(period.end) == "open" for one in people),
        )
        for source, people in kept.items()
    ]
    return sorted(found, key=lambda one: (one.source == OTHER, -one.clients.n, one.source))


def shown_source(source: str, names: frozenset[str]) -> str:
    """A source as a report may show it: without an address, or the name of somebody who is in the list of people."""
    words = " ".join(source.lower().split())
    if "@" in words or dialled(words) or _names_somebody(words, names):
        return OF_A_PERSON
    return " ".join(source.split()) or OTHER


def _names_somebody(words: str, names: frozenset[str]) -> bool:
    if words in names:
        return True
    parts = _WORD.findall(words)
    return any(" ".join(parts[n : n + size]) in names for size in (2, 3) for n in range(len(parts) - size + 1))


def time_in_stage(ways: Mapping[int, Track], period: Period, plan: Plan) -> list[Stay]:
    """Of every stage, in their order."""
    stays: dict[Stage, list[float]] = {stage: [] for stage in STAGES}
    for track in ways.values():
        for stage, since, until in track.stays():
            if period.holds(until):
                stays[stage].append(days(until - since))
    return [Stay(stage, plan.stages[stage].title, spread(values)) for stage, values in stays.items()]


def retention(ways: Mapping[int, Track], period: Period) -> list[Retention]:
    """As far back as thresholds.toml says; whoever was at Engage then is followed to the period's end."""
    found = []
    engaged = [track for track in ways.values() if any(stage == "engage" for _, stage in track.moves)]
    for months in thresholds()["retention_months"]:
        day = months_before(period.until, months)
        then = midnight(day, period.zone)
        clients = [track for track in engaged if _open_stage(track, then) == "engage"]
        now = [_open_stage(track, period.end) for track in clients]
        kept = sum(stage in _RETURNED for stage in now)
        finished = sum(stage in _FINISHED for stage in now)
        found.append(Retention(months, day, share(kept, len(clients)), finished, len(clients) - kept - finished))
    return found


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it is shorter."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    return _nearest(year, month + 1, day.day)


def _nearest(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
