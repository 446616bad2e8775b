"""The report of a period: its days read, its rows fetched, its figures taken."""

import gc
from datetime import date, datetime, timedelta

from inboxtriage.errors import UsageProblem
from inboxtriage.journey.measures.report import Report, measured, reach
from inboxtriage.journey.measures.rows import Period, Standard
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import measures

USUAL_DAYS = 90


def period_of(a: Assembly, since: str | None, until: str | None) -> Period:
    """The days that somebody named, both included; usually the last 90 up to today. Raises UsageProblem."""
    today = a.clock.now().astimezone(a.hours.zone).date()
    last = _day("--until", until) if until else today
    if last > today:
        raise UsageProblem(f"--until {last} lies ahead", do="name today, or an earlier day")
    first = _day("--since", since) if since else last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise UsageProblem(f"--since {first} is after --until {last}", do="name an earlier day")
    return Period(first, last, a.hours.zone)


def report(a: Assembly, period: Period) -> Report:
    """Every measure of the period."""
    now = a.clock.now()
    standards = a.settings.standards
    hours = {"urgent": standards.urgent, "reply": standards.reply, "read": standards.read}
    collects = gc.isenabled()
    gc.disable()  # a hundred thousand small rows and no circle among them: looking for some doubles the time
    try:
        rows = measures.rows(a.db, period.begin, period.end, reach(period))
        return measured(rows, period, Standard(hours, a.plan), a.hours, now)
    finally:
        if collects:
            gc.enable()


def made(report: Report, a: Assembly) -> datetime:
    """When it was made, in the practice's zone."""
    return report.made_at.astimezone(a.hours.zone)


def _day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{option} {text!r} is no date", do="give one like 2026-11-01") from None
    if not 1970 <= day.year <= 9000:
        raise UsageProblem(f"{option} {text!r} is no date that mail could have", do="give one like 2026-11-01")
    return day
