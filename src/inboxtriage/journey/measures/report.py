"""The whole report: every measure of a period, from plain rows."""

from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.hours.office import OfficeHours
from inboxtriage.journey.measures.answering import Drafts, Question, Response, drafts, questions, responses, timed
from inboxtriage.journey.measures.journeys import (
    Funnel,
    Retention,
    Stay,
    funnel,
    retention,
    time_in_stage,
)
from inboxtriage.journey.measures.months import Month, by_month, months_of
from inboxtriage.journey.measures.rows import Period, Rows, Standard
from inboxtriage.journey.measures.service import (
    Praise,
    Promises,
    Referrals,
    Satisfaction,
    praise,
    promises,
    referrals,
    satisfaction,
)
from inboxtriage.journey.measures.spread import thresholds
from inboxtriage.journey.measures.tracks import tracks
from inboxtriage.journey.measures.workload import Money, Tier, money, tiers


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure, each with the number of cases behind it. What is None was too rarely seen, or never logged."""

    since: date
    until: date
    days: int
    made_at: datetime
    least: int
    response: tuple[Response, ...]
    questions: tuple[Question, ...]
    funnel: Funnel
    time_in_stage: tuple[Stay, ...]
    retention: tuple[Retention, ...]
    referrals: Referrals
    satisfaction: tuple[Satisfaction, ...]
    promises: Promises
    praise: Praise
    tiers: tuple[Tier, ...]
    money: Money
    drafts: Drafts
    months: tuple[Month, ...]
    forgotten: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of the period."""
        return not (self.response[0].mails or self.funnel.people or any(tier.people for tier in self.tiers))


def reach(period: Period) -> datetime:
    """From when on mails are needed: the period, or the months that are drawn beside it."""
    return min(period.begin, months_of(period)[0].begin)


def measured(rows: Rows, period: Period, standard: Standard, hours: OfficeHours, now: datetime) -> Report:
    """The report of a period as it is known `now` (aware)."""
    facts, ever = rows.facts, rows.ever_logged
    ways = tracks([person for person in rows.people if person.first_seen_at < period.end], facts)
    mails, plan = timed(rows.mails, hours), standard.plan
    return Report(
        since=period.since,
        until=period.until,
        days=period.days,
        made_at=now,
        least=thresholds()["least"],
        response=tuple(responses(mails, period, standard, now)),
        questions=tuple(questions(mails, period, ways)),
        funnel=funnel(ways, period, plan, rows.names),
        time_in_stage=tuple(time_in_stage(ways, period, plan)),
        retention=tuple(retention(ways, period)),
        referrals=referrals(facts, ways, period),
        satisfaction=tuple(satisfaction(facts, period, plan)),
        promises=promises(facts, period, now),
        praise=praise(facts, period),
        tiers=tuple(tiers(facts, rows.spoken, ways, period)),
        money=money(facts, ever, period),
        drafts=drafts(rows.sent, period, hours),
        months=tuple(by_month(mails, facts, ever, ways, period, now)),
        forgotten=rows.forgotten,
    )
