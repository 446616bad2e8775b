"""Month by month: a few figures for each calendar month, so that a trend can be seen."""

import calendar
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.journey.measures.answering import kept, took
from inboxtriage.journey.measures.journeys import months_before
from inboxtriage.journey.measures.rows import Facts, Mail, Period
from inboxtriage.journey.measures.spread import Share, Spread, spread, thresholds
from inboxtriage.journey.measures.tracks import Track
from inboxtriage.journey.measures.workload import total


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month ("2026-11"); `whole` is False where it is not over, or begins before anything is known."""

    month: str
    whole: bool
    people: int
    clients: int
    mails: int
    hours: Spread
    kept: Share
    revenue: float | None
    logged_hours: float | None


def months_of(period: Period) -> list[Period]:
    """The calendar months that are drawn: at least as many as thresholds.toml says, up to the end of the period."""
    limits = thresholds()
    last = period.until.replace(day=1)
    wanted = (last.year - period.since.year) * 12 + last.month - period.since.month + 1
    count = min(max(wanted, limits["months"]), limits["most_months"])
    firsts = [months_before(last, n) for n in reversed(range(count))]
    ends = [first.replace(day=calendar.monthrange(first.year, first.month)[1]) for first in firsts]
    return [Period(first, min(end, period.until), period.zone) for first, end in zip(firsts, ends, strict=True)]


def by_month(
    mails: Sequence[Mail],
    facts: Facts,
    ever: Collection[str],
    ways: Mapping[int, Track],
    period: Period,
    now: datetime,
) -> list[Month]:
    """The months, oldest first, without those before the first mail or person. `ever`: what was logged at any time."""
    found = []
    people = sorted(ways.values(), key=lambda track: track.person.first_seen_at)
    arrivals = [track.person.first_seen_at for track in people]
    mails = sorted(mails, key=lambda mail: mail.received_at)
    received = [mail.received_at for mail in mails]
    starts = [one[0] for one in (arrivals, received) if one]
    if not starts:
        return []
    first = min(starts).astimezone(period.zone).date()
    became = sorted(at for track in people if (at := track.became_client()) is not None)
    said = sorted(facts.of("logged"), key=lambda fact: fact.at)
    said_at = [fact.at for fact in said]
    for month in months_of(period):
        if month.until < first:
            continue
        begin, end = month.begin, month.end
        came = people[bisect_left(arrivals, begin) : bisect_left(arrivals, end)]
        noted = said[bisect_left(said_at, begin) : bisect_left(said_at, end)]
        asked = mails[bisect_left(received, begin) : bisect_left(received, end)]
        found.append(
            Month(
                month=f"{month.since:%Y-%m}",
                whole=_is_whole(month, first, now),
                people=sum(not track.came_as_client for track in came),
                clients=bisect_left(became, end) - bisect_left(became, begin),
                mails=len(asked),
                hours=spread(took(asked)),
                kept=kept(asked, now),
                revenue=total(noted, "revenue") if "revenue" in ever else None,
                logged_hours=total(noted, "hours") if "hours" in ever else None,
            )
        )
    return found


def _is_whole(month: Period, first: date, now: datetime) -> bool:
    return first <= month.since and month.end.day == 1 and month.end <= now
