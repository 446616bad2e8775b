"""Which stretch of time a text asks for, counted from the day on which the mail was sent."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from inboxtriage.triage.asks.when.dates import Named, calendar_days, months, next_weekday, weekdays
from inboxtriage.triage.asks.when.moves import moved
from inboxtriage.triage.asks.when.stances import Clause, as_written, clauses
from inboxtriage.triage.asks.when.stretches import bound_before, counted, month_parts, run_of, stretches
from inboxtriage.triage.verdict import Timeframe

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_FAR = timedelta(days=250)
_YEARS = range(1970, 9000)  # a mail dated outside of them bears no real date
_TO = re.compile(r"^ ?(?:-|–|—|to|thr(?:ough|u)|till?|until|up to|and|a|al|hasta|y|au?)(?: (?:the|el|la|on))? ?$")
_FROM = re.compile(r"\bfrom\b")
_OR = re.compile(r"^(?:,? ?(?:or|and|o|y|/|&|,|ou)(?: (?:on|early|even|for|the|el|la|para|a))?) ?$")
_BETWEEN = re.compile(r"\b(?:between|entre)(?: the| el| now and)? ?$")
_THIS_DAY = re.compile(r"(?<!\w)(?P<how>this(?: coming)?|ths|coming|next|este|(?:el )?proximo|ce) $")
_THAT_COMES = re.compile(r"^ (?:que viene|proximo|prochain|coming)\b")
_ONLY_BOUND = frozenset(  # names that say nothing of a stretch asked for unless something bounds them
    {"month", "new_year", "holidays", "christmas", "thanksgiving", "easter", "halloween", "weekend", "end_of_week"}
    | {"end_of_month", "end_of_year", "first_of_month"}
)
_MOMENTS = frozenset({"month", "new_year"})  # "by January" is before it begins


@dataclass(frozen=True, slots=True)
class _Frame:
    """A stretch of days and where its words stand in the clause; `last` is None where it has no end."""

    start: int
    end: int
    first: date
    last: date | None
    free: bool  # no word bounds it, so that "today or tomorrow" is one stretch


def timeframe(sentences: Sequence[str], sent: datetime | None) -> Timeframe | None:
    """The stretch of time asked for, counted from `sent`, the mail's own date in the practice's zone.

    Of several the one that ends first counts, of equal ones the first in the text. "In two weeks" is the whole week
    two weeks on; the next few days are four, the next few weeks three. What cannot be counted out, as without `sent`,
    is None.
    """
    day = day_of(sent)
    if day is None:
        return None
    best: tuple[date, Clause, _Frame] | None = None
    for clause in clauses(sentences, "stretches"):
        for frame in _frames(clause, day) if clause.asked else ():
            if best is None or (frame.last or date.max) < best[0]:
                best = frame.last or date.max, clause, frame
    if best is None:
        return None
    _, clause, frame = best
    words = as_written(sentences[clause.sentence], clause.start + frame.start, clause.start + frame.end)
    last = frame.last.isoformat() if frame.last is not None else None
    return Timeframe(frame.first.isoformat(), last, words)


def day_of(sent: datetime | None) -> date | None:
    """The day on which the mail was sent; None where that is not known or cannot be true."""
    return sent.date() if sent is not None and sent.year in _YEARS else None


def is_bound(text: str, day: Named, mentions: Sequence[Named]) -> bool:
    """Whether `day` is the end of a stretch ("by Friday", "3-10 December") and not a day that is asked for itself."""
    if day.weekday is None and (run_of(text, day) is not None or _in_range(text, day, mentions)):
        return True
    bound = bound_before(text, day.start)
    if bound is None or bound[0] in {"during", "begin"}:
        return False
    if bound[0] in {"until", "from"}:
        order = sorted(mentions, key=lambda named: named.start)
        index = order.index(day)
        other = order[index - 1 : index] if bound[0] == "until" else order[index + 1 : index + 2]
        gaps = (text[min(day.end, o.end) : max(day.start, o.start)] for o in other)
        return not any(_TO.match(gap) for gap in gaps)
    return True


def _in_range(text: str, day: Named, mentions: Sequence[Named]) -> bool:
    """Whether the date begins or ends a range of dates ("2 Dec to 5 Jan")."""
    dates = [named for named in mentions if named.weekday is None]
    return any(
        day in pair
        and (gap := _TO.match(text[pair[0].end : pair[1].start]))
        and gap.group().split()[:1] not in (["and"], ["y"])
        for pair in pairwise(dates)
    )


def _frames(clause: Clause, sent: date) -> Iterator[_Frame]:
    """The stretches that one clause names, in their order; neighbours that belong together are one."""
    text = clause.text
    named = sorted(_not_moved(text, list(_mentions(text, sent))), key=lambda n: (n.start, -n.end))
    apart = [n for i, n in enumerate(named) if not any(o.start <= n.start and n.end <= o.end for o in named[:i])]
    waiting: _Frame | None = None
    skip = False
    for index, one in enumerate(apart):
        if skip:
            skip = False
            continue
        following = apart[index + 1] if index + 1 < len(apart) else None
        frame = _between(text, one, following, sent)
        skip = frame is not None
        frame = frame or _frame(text, one, sent, bare=clause.bare)
        if frame is None:
            continue
        if waiting is not None and waiting.free and frame.free and _OR.match(text[waiting.end : frame.start]):
            frame = _joined(waiting, frame)
        elif waiting is not None:
            yield waiting
        waiting = frame
    if waiting is not None:
        yield waiting


def _not_moved(text: str, named: list[Named]) -> list[Named]:
    """The mentions without those that only name the appointment as it stands ("from Tuesday to Friday")."""
    away = moved(text)
    if away is None:
        return named
    elsewhere = not away.aimed or any(n.end > away.end for n in named)
    return [
        n
        for n in named
        if not away.start <= n.start < away.end or not (elsewhere or _FROM.search(text, away.start, n.start))
    ]


def _mentions(text: str, sent: date) -> Iterator[Named]:
    dates = [run_of(text, day) or day for day in calendar_days(text, sent)]
    yield from dates  # before the stretches: "on Christmas Day" is a day
    yield from stretches(text, sent)
    yield from counted(text, sent)
    yield from month_parts(text, sent)
    yield from months(text, sent)
    before: Named | None = None
    for day in weekdays(text):
        before = _this_day(text, day, sent) or _or_that(text, before, day) or day
        yield before


def _this_day(text: str, day: Named, sent: date) -> Named | None:
    """The date of "this Friday" and "next Tuesday" (that of the next calendar week; in Spanish simply the next)."""
    how = _THIS_DAY.search(text[: day.start])
    behind = _THAT_COMES.match(text[day.end :])
    if day.weekday is None or (how is None and behind is None):
        return None
    on = next_weekday(day.weekday, sent)
    if how is not None and how["how"] == "next":
        on = next_weekday(day.weekday, sent + (6 - sent.weekday()) * _DAY)
    start = how.start() if how is not None else day.start
    return Named(start, day.end + (behind.end() if behind is not None else 0), on, on, name="this_day")


def _or_that(text: str, before: Named | None, day: Named) -> Named | None:
    """The date of the second day in "this Friday or Saturday"."""
    if before is None or before.first is None or day.weekday is None or not _OR.match(text[before.end : day.start]):
        return None
    on = next_weekday(day.weekday, before.first)
    return Named(day.start, day.end, on, on, name="this_day")


def _between(text: str, one: Named, other: Named | None, sent: date) -> _Frame | None:
    """The frame from `one` to `other` ("between the 3rd and the 10th", "from January to March"), if they are one."""
    if other is None or one.first is None or other.first is None or not _TO.match(gap := text[one.end : other.start]):
        return None
    between = _BETWEEN.search(text[: one.start])
    bound = bound_before(text, one.start)
    if between is None and (
        gap.strip(" ,") in {"and", "y"} or (bound is not None and bound[0] not in {"from", "begin"})
    ):
        return None
    start = between.start() if between is not None else bound[1] if bound is not None else one.start
    return _clipped(_Frame(start, other.end, one.first, other.last, free=False), sent, explicit=one.explicit)


def _frame(text: str, named: Named, sent: date, *, bare: bool) -> _Frame | None:
    """The frame that `named` makes with the word that stands before it; None where that makes none."""
    bound = bound_before(text, named.start)
    kind, start = bound if bound is not None else (None, named.start)
    if kind == "begin" and named.name not in {"", "month", "new_year"}:
        kind, start = "during", named.start  # "start this week"
    seldom = named.name in _ONLY_BOUND or (named.name in {"month_part", "end_of_part"} and kind is not None)
    if bare and (seldom or kind not in {None, "during"}) and kind not in {"before", "by"}:
        return None  # "broke up in May" asks nothing
    first = named.first
    if named.weekday is not None and text[named.start : named.end].endswith("days"):
        return None
    if first is None and named.weekday is not None and kind not in {None, "during", "never"}:
        first = next_weekday(named.weekday, sent)
    if first is None or kind == "never":
        return None
    last = named.last if named.weekday is None else first
    if kind is None or kind == "during":
        return _plain_frame(text, named, start, first, last, sent, bound=kind is not None)
    if named.name in {"soon", "within", "in", "few_days", "few_weeks", "few_months"} and (
        kind not in {"after", "from"} or named.name == "soon"
    ):
        return _Frame(named.start, named.end, first, last, free=False)
    if named.name == "month" and kind.startswith("week"):
        return None
    early, monday = first - _DAY, first - first.weekday() * _DAY
    spans: dict[str, tuple[date, date | None]] = {
        "before": (sent, early if not named.name.startswith("end_of") else last),
        "by": (sent, early if named.name in _MOMENTS else last),
        "until": (sent, early if named.name in _MOMENTS else last),
        "after": ((last or first) + _DAY, None),
        "begin": (first, None),
        "from": (first, None),
        "week_of": (monday, monday + 6 * _DAY),
        "week_after": (monday + _WEEK, monday + 13 * _DAY),
        "week_before": (first - _WEEK, early),
    }
    return _clipped(_Frame(start, named.end, *spans[kind], free=False), sent, explicit=False)


def _plain_frame(
    text: str, named: Named, start: int, first: date, last: date | None, sent: date, *, bound: bool
) -> _Frame | None:
    """The frame of a stretch that nothing bounds: it says all itself."""
    if named.name in _ONLY_BOUND and not bound:
        return None
    if named.name == "weekend" or (named.explicit and first == last):
        return None  # these are days asked for
    if named.name == "month" and first - sent > _FAR:
        return None  # more likely the one that has passed
    if named.name not in _ONLY_BOUND:
        start = named.start
    if named.explicit and (between := _BETWEEN.search(text[: named.start])):
        start = between.start()
    if named.name == "new_year":
        last = None
    if named.name in {"end_of_week", "end_of_month", "end_of_year"} and last is not None:
        first = max(sent, last - 6 * _DAY)
    return _clipped(_Frame(start, named.end, first, last, free=not named.explicit), sent, explicit=named.explicit)


def _clipped(frame: _Frame, sent: date, *, explicit: bool) -> _Frame | None:
    """The frame from the day of the mail on; None where it has passed or runs backwards."""
    first = frame.first if explicit else max(frame.first, sent)
    if frame.last is not None and frame.last < first:
        return None
    return _Frame(frame.start, frame.end, first, frame.last, frame.free)


def _joined(one: _Frame, other: _Frame) -> _Frame:
    last = max(one.last, other.last) if one.last is not None and other.last is not None else None
    return _Frame(one.start, other.end, min(one.first, other.first), last, free=True)
