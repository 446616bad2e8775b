"""By when an answer is due, whether it is late, and when a practice that is away is back. Pure.

Targets are office hours (`[standards]`): by disposition, by label and by tier; the soonest that applies counts.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from inboxtriage.config.settings import Standards
from inboxtriage.hours.office import OfficeHours

_LONGEST_AWAY = 366  # days looked ahead for an opening


def due(
    hours: OfficeHours,
    standards: Standards,
    *,
    received: datetime,
    disposition: str,
    labels: Iterable[str],
    tier: str | None = None,
) -> datetime | None:
    """By when mail that came at `received` (aware) is to be answered; UTC. None where nothing is owed ("ignore").

    `disposition` is one of the five of `triage.verdict`; a label or a tier without a target of its own adds none.
    """
    of_disposition = {
        "urgent": standards.urgent,
        "reply": standards.reply,
        "read": standards.read,
        "quarantine": standards.quarantine,
    }
    if disposition == "ignore":
        return None
    targets = [of_disposition[disposition]]
    targets += [standards.labels[label] for label in labels if label in standards.labels]
    if tier in standards.tiers:
        targets.append(standards.tiers[tier])
    return hours.after(received, min(targets))


def answered_by(hours: OfficeHours, standards: Standards, now: datetime) -> datetime:
    """By when a mail that came `now` (aware) would get its reply; UTC. What a letter may promise."""
    return hours.after(now, standards.reply)


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Whether an answer is overdue; what is not due at all is never late."""
    return due_at is not None and now > due_at


def back_on(hours: OfficeHours, now: datetime) -> date | None:
    """The next day with office hours, where a holiday or an absence is why there are none today; else None.

    Weekends beside it belong to it: on the Saturday before a week away it names the day after that week. An ordinary
    weekend is no absence. None too where the practice does not open again within a year.
    """
    today = now.astimezone(hours.zone).date()
    if hours.opens_on(today):
        return None
    behind = list(_shut_run(hours, today, -1))
    ahead = list(_shut_run(hours, today, 1))
    taken = any(_has_spans(hours, day) for day in (*behind, *ahead))  # shut, though its weekday has hours
    if not taken or len(ahead) > _LONGEST_AWAY:
        return None
    return ahead[-1] + timedelta(days=1)


def _shut_run(hours: OfficeHours, today: date, step: int) -> Iterator[date]:
    """Today and the days beside it without office hours, backwards or forwards, for a year at most."""
    for n in range(_LONGEST_AWAY + 1):
        day = today + timedelta(days=step * n)
        if hours.opens_on(day):
            return
        yield day


def _has_spans(hours: OfficeHours, day: date) -> bool:
    return bool(hours.spans.get(day.weekday()))
