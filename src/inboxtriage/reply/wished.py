"""What was asked for as a wish that free times are held against. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from inboxtriage.config.settings import DAYS
from inboxtriage.reply.asked import Day, When, narrowed
from inboxtriage.reply.openings import Wish
from inboxtriage.triage.verdict import Asks


def wish_of(asks: Asks, when: When) -> Wish:
    """What the free times should be like: as asked, but not on days on which the practice is closed."""
    frame = asks.timeframe
    return Wish(
        days=tuple(day.key for day in when.fits) if when else asks.days,
        times=asks.times,
        start=as_date(frame.start) if frame and frame.start else None,
        end=as_date(frame.end) if frame and frame.end else None,
    )


def still_to_come(asks: Asks, today: date) -> Asks:
    """What is asked for, without the days that have passed since."""
    frame = asks.timeframe
    end = as_date(frame.end) if frame and frame.end else None
    return replace(
        asks,
        days=tuple(text for text in asks.days if (day := as_date(text)) is None or day >= today),
        times=narrowed(asks.times),
        timeframe=None if end is not None and end < today else frame,
    )


def near(free: Sequence[datetime], days: Sequence[Day]) -> list[datetime]:
    """Of the free times those that lie in the hours of these days of the week."""
    spans = {DAYS.index(day.key): day.spans for day in days if day.key in DAYS}
    return [
        time
        for time in free
        if any(begin <= time.hour * 60 + time.minute < end for begin, end in spans.get(time.weekday(), ()))
    ]


def as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
