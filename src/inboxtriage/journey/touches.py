"""Plan + where a lead stands -> when they are to be written to or called, and for what. Pure.

Days are counted on the practice's calendar, and one is moved to the next day on which somebody is there. Each reason
has an occurrence (the event it is counted from, or the year), by which it is done once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from inboxtriage.hours.office import OfficeHours
from inboxtriage.journey.dates import day_of
from inboxtriage.journey.history import Standing
from inboxtriage.journey.lead import Event, Lead
from inboxtriage.journey.plan import Plan, Survey, Touch
from inboxtriage.journey.stage import STAGES, Outcome

REFERRAL = "referral received"  # what a touch calls it that somebody new was "referred by" this person
_SCORED = "scored: "
_LONGEST_SHUT = 366  # days
_BELATED = timedelta(days=3)  # so late a birthday may be
_A_MONTH = 30  # days
_FALLBACK = time(9)  # where nobody is there for a year
_JUST_BEFORE = timedelta(days=14)  # a letter written by hand so shortly before a day of the year was for that day


@dataclass(frozen=True, slots=True)
class Had:
    """An occurrence that was seen to: `draft` is the letter that waits for a person, None where it is settled.

    `at`: when it was settled, else when it was written. `dropped`: it was not to be, or no longer.
    """

    at: datetime
    draft: str | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that touches of the kind "event" are counted from; `key` is its own for ever."""

    key: str
    at: datetime
    value: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What else of a lead's history decides.

    What was seen to (touch -> occurrence), the occasions by what a touch calls them, the letters written by hand
    (name -> when last), and the outcomes that were proposed, each with its cause.
    """

    had: Mapping[str, Mapping[str, Had]] = field(default_factory=dict)
    occasions: Mapping[str, Sequence[Occasion]] = field(default_factory=dict)
    by_hand: Mapping[str, datetime] = field(default_factory=dict)
    proposed: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One thing to do about a lead, at `due_at` (UTC), counted from `since`.

    `letter` is the file that it is written from, None for what is done by hand; `draft` the letter that waits.
    `then`: after the last letter nothing came either; this outcome is to be proposed, with `cause`.
    """

    name: str
    occurrence: str
    why: str
    since: datetime
    due_at: datetime
    letter: str | None = None
    draft: str | None = None
    then: Outcome | None = None
    cause: str = ""


class _Found(NamedTuple):
    """An occurrence; `fresh` is the moment from which a letter of that name, written by hand, was for it."""

    key: str
    since: datetime
    due_at: datetime
    fresh: datetime


def silenced(lead: Lead, standing: Standing) -> str | None:
    """Why nothing at all is due with somebody; None where something may be."""
    if lead.merged_into is not None:
        return f"they are {lead.merged_into}"
    if not standing.writable:
        return "they asked not to be written to"
    if standing.outcome != "open":
        return f"closed: {standing.outcome.replace('_', ' ')}"
    if standing.parting_on is not None:
        return f"they are to be let go from {standing.parting_on}"
    return "whether to go on is to be decided first" if held(standing) else None


def held(standing: Standing) -> bool:
    """Whether a sign that they want no more waits for a person's decision: nothing is begun until then."""
    return any(one.what in {"outcome", "contact"} for one in standing.proposals)


class Reckoning:
    """The plan as of one moment, for any number of leads."""

    def __init__(self, plan: Plan, hours: OfficeHours, now: datetime) -> None:
        self._hours, self._now, self._surveys = hours, now, plan.surveys
        self._today = now.astimezone(hours.zone).date()
        self._days: dict[date, tuple[datetime, datetime]] = {}
        self._by_stage = {
            stage: [(name, touch) for name, touch in plan.touches.items() if stage in (touch.stages or STAGES)]
            for stage in STAGES
        }

    def of(self, lead: Lead, standing: Standing, past: Past) -> list[Upcoming]:
        """What is to come with one lead and is not settled, soonest first; also what is long due."""
        if silenced(lead, standing) is not None:
            return []
        found: list[Upcoming] = []
        for name, touch in self._by_stage[standing.stage]:
            days = touch.tiers.get(standing.tier, touch.days) if standing.tier else touch.days
            if days or standing.tier not in touch.tiers:
                had = past.had.get(name, {})
                found += self._of_touch(name, touch, days, lead, standing, past, had)
        return sorted(found, key=lambda one: one.due_at) if len(found) > 1 else found

    def _of_touch(
        self,
        name: str,
        touch: Touch,
        days: int,
        lead: Lead,
        standing: Standing,
        past: Past,
        had: Mapping[str, Had],
    ) -> Iterator[Upcoming]:
        match touch.after:
            case "silence":
                yield from self._after_silence(name, touch, days, standing, past, had)
                return
            case "stage":
                since = standing.since
                found = self._once(str(since.id), since.at, days) if since else None
            case "contact":
                found = self._after_contact(days, standing, had)
            case "date":
                found = self._each_year(standing.dates.get(touch.what, ""), lead.first_seen_at, days, touch, had)
            case "season":
                found = self._each_year(f"--{touch.on}", _came(lead, standing), days, touch, had)
            case "event":
                for one in past.occasions.get(touch.what, ()):
                    if _counts(one, touch, self._surveys):
                        yield from self._unless_had(name, touch, self._once(one.key, one.at, days), past, had)
                return
        if found is not None:
            yield from self._unless_had(name, touch, found, past, had)

    def _unless_had(
        self, name: str, touch: Touch, found: _Found, past: Past, had: Mapping[str, Had]
    ) -> Iterator[Upcoming]:
        before = had.get(found.key)
        by_hand = past.by_hand.get(touch.letter) if touch.letter else None
        if before is not None and before.draft is None:
            return
        if before is None and by_hand is not None and by_hand >= found.fresh:
            return  # the owner was faster
        if not self._lapsed(touch, found.due_at):
            draft = before.draft if before else None
            yield Upcoming(name, found.key, touch.why, found.since, found.due_at, touch.letter, draft)

    def _after_silence(
        self, name: str, touch: Touch, days: int, standing: Standing, past: Past, had: Mapping[str, Had]
    ) -> Iterator[Upcoming]:
        ours, contact = standing.last_ours, standing.last_contact
        if ours is None or contact is None or contact.at > ours.at:
            return
        nth = _how_many(ours, touch, had) + 1
        occurrence = f"{ours.id}.{nth}"
        before = had.get(occurrence)
        settled = before is not None and before.draft is None
        by_hand = past.by_hand.get(touch.letter) if touch.letter else None
        if before is None and by_hand is not None and by_hand > ours.at:
            return  # the owner was faster, and their letter has not left yet
        if nth <= touch.times and not settled:
            due_at = self._due(ours.at, days)
            draft = before.draft if before else None
            yield Upcoming(name, occurrence, touch.why, ours.at, due_at, touch.letter, draft)
            return
        ending = f"{ours.id}.then"
        if touch.then is None or ending in had or (touch.then, ours.cause) in past.proposed:
            return
        # One that was rejected ends the row as well, when its answer could have come.
        due_at = self._due(ours.at, days * (2 if settled else 1))
        yield Upcoming(name, ending, f"{touch.why}, again", ours.at, due_at, then=touch.then, cause=ours.cause)

    def _after_contact(self, days: int, standing: Standing, had: Mapping[str, Had]) -> _Found | None:
        """From the last real contact; where there was none, from when they came to this stage."""
        anchor = standing.last_contact or standing.since
        if anchor is None:
            return None
        settled = [one.at for key, one in had.items() if one.draft is None and key.partition(".")[0] == str(anchor.id)]
        base = max([anchor.at, *settled])
        return self._once(f"{anchor.id}.{len(settled) + 1}", base, days)

    def _each_year(
        self, stated: str, known: datetime, days: int, touch: Touch, had: Mapping[str, Had]
    ) -> _Found | None:
        """The last time it came round since somebody is `known`, where that is to be seen to still; else the next."""
        first = known.astimezone(self._hours.zone).date()
        nearest = None
        for year in range(self._today.year - 1, self._today.year + 3):
            day = day_of(stated, year)
            if day is None or (day_due := day + timedelta(days=days)) < first:
                continue
            opens = self._open_near(day_due) if touch.after == "date" else self._open_from(day_due)[0]
            since = datetime.combine(day, time(), self._hours.zone).astimezone(UTC)
            found = _Found(str(year), since, max(opens, known), min(since, opens) - _JUST_BEFORE)
            if opens > self._now:
                return nearest or found
            before = had.get(str(year))
            settled = before is not None and before.draft is None
            nearest = None if settled or self._lapsed(touch, opens) else found
        return nearest

    def _once(self, key: str, at: datetime, days: int) -> _Found:
        return _Found(key, at, self._due(at, days), at)

    def _lapsed(self, touch: Touch, due_at: datetime) -> bool:
        within = touch.within or (_A_MONTH if touch.after in {"date", "season"} else 0)
        last = due_at.astimezone(self._hours.zone).date() + timedelta(days=within)
        return bool(within) and self._today > last

    def _due(self, since: datetime, days: int) -> datetime:
        """The first moment in office hours, `days` days after `since` or later, and never before it."""
        day = since.astimezone(self._hours.zone).date() + timedelta(days=max(0, days))
        opens, closes = self._open_from(day)
        if closes <= since:
            opens, _ = self._open_from(day + timedelta(days=1))
        return max(opens, since)

    def _open_near(self, day: date) -> datetime:
        """When the practice opens on that day or soon after; where it is shut for longer, on the last day before.

        A birthday in an absence is thought of before it rather than long after.
        """
        opens, _ = self._open_from(day)
        if opens.astimezone(self._hours.zone).date() - day <= _BELATED:
            return opens
        earlier = (self._hours.opening(day - timedelta(days=n)) for n in range(1, _LONGEST_SHUT))
        return next((span[0] for span in earlier if span is not None), opens)

    def _open_from(self, day: date) -> tuple[datetime, datetime]:
        """When the practice opens and closes on the first day from this one on when somebody is there; UTC."""
        known = self._days.get(day)
        if known is None:
            later = (self._hours.opening(day + timedelta(days=n)) for n in range(_LONGEST_SHUT))
            usual = datetime.combine(day, _FALLBACK, self._hours.zone).astimezone(UTC)
            known = next((span for span in later if span is not None), (usual, usual + timedelta(hours=8)))
            self._days[day] = known
        return known


def _how_many(ours: Event, touch: Touch, had: Mapping[str, Had]) -> int:
    """How many letters of this touch went out in the present silence: none where the last was another letter."""
    if ours.kind != "letter sent" or ours.what != touch.letter:
        return 0
    counted = {key: int(nth) for key in had if (nth := key.partition(".")[2]).isdecimal()}
    for key, number in counted.items():
        if key.startswith(f"{ours.id}."):
            return number - 1  # the next one is there already
    return counted[max(counted, key=lambda key: had[key].at)] if counted else 1


def _counts(one: Occasion, touch: Touch, surveys: Mapping[str, Survey]) -> bool:
    """Whether an occasion is one for this touch: a score only where they were content."""
    if not touch.what.startswith(_SCORED):
        return True
    survey = surveys.get(touch.what.removeprefix(_SCORED))
    return survey is None or (one.value.isdecimal() and int(one.value) > survey.low)


def _came(lead: Lead, standing: Standing) -> datetime:
    return standing.since.at if standing.since else lead.first_seen_at
