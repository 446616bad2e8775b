"""Times that were asked for in another time zone, as the practice's own clock shows them. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inboxtriage.config.settings import DAYS, Practice
from inboxtriage.hours.office import DAY, minutes_of
from inboxtriage.reply.asked import Asked, asked
from inboxtriage.reply.speech import Speech
from inboxtriage.triage.asks.when.zones import Zones
from inboxtriage.triage.verdict import Asks

_WAKES, _RESTS = 7 * 60, 22 * 60  # what "mornings" begin with and "evenings" end with, in minutes of the day


def is_only_far(practice: Practice) -> bool:
    """Whether nobody comes to the practice, so that its clock may be another one than theirs."""
    return bool(practice.hours.telehealth) and not practice.hours.in_person


def _meets_far(asks: Asks, practice: Practice) -> bool:
    """Whether this meeting would be by video."""
    return is_only_far(practice) or (bool(practice.hours.telehealth) and asks.meeting == "video")


def held(
    asks: Asks, practice: Practice, speech: Speech, closed: Iterable[date], today: date, found: Zones
) -> tuple[Asks, Asked]:
    """`asks` on the practice's clock, and what they mean to the practice.

    An hour of another zone that does not fit is not refused: whether it could be met is for a person to say.
    """
    others = _others(found, asks, practice, today) if asks.times else ()
    if not others:
        return asks, asked(asks, practice, speech, closed, today)
    ours = _on_our_clock(asks, others[0], practice, today) if len(others) == 1 else None
    if ours is not None:
        meant = asked(ours, practice, speech, closed, today)
        if meant.when.fits and not meant.when.closed:
            return ours, replace(meant, elsewhere=True)
    open_ = replace(asks, times=(), days=())
    meant = asked(open_, practice, speech, closed, today)
    return open_, replace(meant, elsewhere=True, topics=tuple(dict.fromkeys((*meant.topics, "hours"))))


def _others(found: Zones, asks: Asks, practice: Practice, today: date) -> tuple[ZoneInfo, ...]:
    """The zones in which the writer means their hours; none where the clock there may be the practice's.

    What they name counts, else where they are; the latter only where they would not come in person.
    """
    names = found.named or (found.lived_in if _meets_far(asks, practice) else ())
    day = _day(asks, today)
    zones = {_offset(zone, day): zone for zone in map(ZoneInfo, names)}
    return () if _offset(ZoneInfo(practice.timezone), day) in zones else tuple(zones.values())


def _on_our_clock(asks: Asks, theirs: ZoneInfo, practice: Practice, today: date) -> Asks | None:
    """`asks` with its times as the practice's clock shows them; None where they fall on another day here."""
    day = _day(asks, today)
    shift = (_offset(ZoneInfo(practice.timezone), day) - _offset(theirs, day)) // timedelta(minutes=1)
    spans = [
        _clipped(begin or _WAKES, _RESTS if end >= DAY else end, shift) for begin, end in map(minutes_of, asks.times)
    ]
    if any(begin >= end for begin, end in spans):
        return None
    return replace(asks, times=tuple(dict.fromkeys(_spelt(spans))))


def _clipped(begin: int, end: int, shift: int) -> tuple[int, int]:
    return max(0, begin + shift), min(DAY, max(begin + 1, end) + shift)


def _spelt(spans: Iterable[tuple[int, int]]) -> Iterable[str]:
    for begin, end in spans:
        yield f"{begin // 60:02}:{begin % 60:02}-" + (f"{end // 60:02}:{end % 60:02}" if end < DAY else "")


def _day(asks: Asks, today: date) -> date:
    """The day for which the clocks are compared: the first date asked for, else today."""
    return next((date.fromisoformat(day) for day in asks.days if day not in DAYS), today)


def _offset(zone: ZoneInfo, day: date) -> timedelta:
    if day == date.min:  # of letters without a day
        day = date(2000, 1, 1)
    return datetime.combine(day, time(12), zone).utcoffset() or timedelta()
