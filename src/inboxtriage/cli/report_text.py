"""The report for a terminal: short, and readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxtriage.cli import console
from inboxtriage.page.words import (
    DISPOSITIONS,
    OUTCOMES,
    TOO_FEW,
    day,
    many,
    of,
    percent,
    plain,
    sentence,
    signed,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxtriage.journey.measures.report import Report
    from inboxtriage.journey.measures.rows import Period
    from inboxtriage.journey.measures.spread import Share

_BAR = 12  # letters
_LOG = "not logged: inboxtriage lead log ID"


def tell(report: Report, practice: str | None, period: Period) -> None:
    """Say it."""
    days = many(report.days, "day", "days")
    console.heading(f"{practice or 'The practice'}, {day(report.since)} to {day(report.until)}")
    console.say(f"{days}, {period.zone.key}; below {report.least} cases there is {TOO_FEW}")
    if report.is_empty:
        console.say()
        console.say(
            "Nothing is known of these days yet: `inboxtriage poll` reads mail, `inboxtriage lead add` a caller."
        )
        return
    _answers(report)
    _questions(report)
    _journey(report)
    _people(report)
    _tiers(report)
    console.say()
    console.say("More, month by month, with charts: inboxtriage report --html report.html")


def _answers(report: Report) -> None:
    _title("Answers, in office hours")
    rows = [
        [
            sentence(DISPOSITIONS[one.disposition]),
            plain(one.standard_hours) if one.standard_hours is not None else "",
            f"{one.mails:,}",
            _hours(one.hours.median, one.hours.n),
            _hours(one.hours.p90, one.hours.n),
            _bar(one.kept),
            f"{one.waiting:,}",
        ]
        for one in report.response
    ]
    _table(["mail", "standard", "came", "median", "9 of 10", "in time", "waiting"], rows)


def _questions(report: Report) -> None:
    if not report.questions:
        return
    _title("What they ask")
    rows = [
        [
            sentence(one.label),
            f"{one.mails:,}",
            _bar(one.answered),
            f"{one.waiting:,}",
            f"{one.without:,}",
            of(one.clients),
        ]
        for one in report.questions
    ]
    _table(["question", "mails", "answered", "waiting", "settled", "became clients"], rows)
    console.paragraph("Mails are counted here, and people in `unanswered`. Answered is also what you answered by phone")
    console.paragraph("or elsewhere, even before you confirm it; settled is what needed no answer.")


def _journey(report: Report) -> None:
    funnel = report.funnel
    _title(f"The journey of {many(funnel.people, 'new person', 'new people')}")
    rows = [
        [
            step.title,
            f"{step.reached.count:,}",
            _bar(step.reached),
            "too few" if stay.days.median is None and stay.days.n else _days(stay.days.median),
            f"{step.now:,}",
        ]
        for step, stay in zip(funnel.stages, report.time_in_stage, strict=True)
    ]
    _table(["stage", "reached", "share", "median stay", "there now"], rows)
    if funnel.outcomes:
        console.paragraph(", ".join(f"{one.people:,} {OUTCOMES[one.outcome]}" for one in funnel.outcomes))
    if funnel.sources:
        console.paragraph("from " + ", ".join(f"{one.source} {one.clients.n:,}" for one in funnel.sources))
    if funnel.were_clients:
        console.paragraph(
            f"besides {many(funnel.were_clients, 'person who was a client', 'people who were clients')} already"
        )


def _people(report: Report) -> None:
    _title("Who stays, what they say")
    for one in report.retention:
        _fact(f"still there after {one.months} months", _share(one.kept))
    for survey in report.satisfaction:
        if survey.score.n or survey.sent:
            said = f"median {plain(survey.score.median)}" if survey.score.median is not None else TOO_FEW
            net = f", net {signed(survey.net)}" if survey.net is not None else ""
            _fact(survey.survey, f"{said}{net} ({many(survey.score.n, 'answer', 'answers')} to {survey.sent:,} sent)")
        else:
            _fact(survey.survey, "no survey was sent: inboxtriage lead letter ID survey")
    _fact("promises kept in time", _share(report.promises.kept))
    _fact("came by a word", f"{report.referrals.received:,} ({of(report.referrals.clients)} became clients)")
    _fact("named a colleague to", f"{report.referrals.given:,}")
    _fact("letters changed first", _share(report.drafts.edited))


def _tiers(report: Report) -> None:
    money = report.money
    _title("Work by tier")
    rows = [
        [
            one.tier or "none",
            f"{one.people:,}",
            f"{one.mails:,}",
            f"{one.letters:,}",
            f"{one.contacts:,}",
            "-" if money.hours is None else plain(one.hours),
            "-" if money.revenue is None else plain(one.revenue),
        ]
        for one in report.tiers
    ]
    _table(["tier", "people", "mails", "letters", "calls", "hours", "revenue"], rows)
    _fact("revenue", f"{_LOG} revenue 160" if money.revenue is None else plain(money.revenue))
    _fact("hours", f"{_LOG} hours 1.5" if money.hours is None else plain(money.hours))
    if money.per_hour is not None:
        _fact("revenue an hour", plain(money.per_hour))


def _title(text: str) -> None:
    console.say()
    console.heading(text)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns of plain text, figures to the right, also on a terminal: rules between so many numbers disturb."""
    lines = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(columns))]
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        console.paragraph("  ".join(cells))


def _fact(name: str, value: str) -> None:
    console.paragraph(f"{name:<28}{value}")


def _bar(share: Share) -> str:
    if share.share is None:
        return "too few" if share.n else "-"
    filled = round(share.share * _BAR)
    return f"{'█' * filled}{'░' * (_BAR - filled)} {percent(share.share):>4}"


def _share(share: Share) -> str:
    if share.share is None:
        return f"{TOO_FEW} ({of(share)})" if share.n else "none to speak of"
    return f"{percent(share.share)} ({of(share)})"


def _hours(value: float | None, n: int) -> str:
    return _brief(span(value, "h")) if n else "-"


def _brief(text: str) -> str:
    return "too few" if text == TOO_FEW else text


def _days(value: float | None) -> str:
    return "-" if value is None else span(value, "days")
