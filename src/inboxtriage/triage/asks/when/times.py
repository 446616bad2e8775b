"""Which times of day a text asks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inboxtriage.triage.asks.when.clock import (
    DAY_END,
    NOON,
    Hour,
    counts_too,
    half_named,
    hour_of,
    may_end,
    minute_of,
    pattern,
)
from inboxtriage.triage.asks.when.dates import MONTH
from inboxtriage.triage.asks.when.moves import moved
from inboxtriage.triage.asks.when.stances import any_of, clauses, is_left_out, lists, merged

_AROUND = 30  # minutes on either side of "around 10"
_AT = 30  # minutes within which an hour is met
_FIRST_HOUR = 5 * 60  # what is earlier is told, not asked for: "bread starts at 2 am"
_LATE_START = 9 * 60  # who works until 8 works until the evening
_CLAUSES = frozenset({"greeting", "answer"})  # lists that say what a whole clause is
_NEAR = 24  # letters between "evenings" and the hour that it belongs to
_SIDES = dict(lists("clock"))
_LINKS = re.compile(r"\b(?:or|and|o|y|u|ou|et)\b|[,/&]")
_TIME = re.compile(
    r"(?<![\w$£€#:/.'+-])(?:(?:"
    + "|".join(f"(?P<{side}>{any_of(words)})" for side, words in _SIDES.items())
    + rf"),? (?:like |about |around |say |the |eso de )?)?{pattern(1)}"
    + r"(?: ?(?P<link>-|–|—|&|\b(?:to|and|or|until|till?|a|o|y|hasta)\b) ?(?:about |around )?"
    + rf"{pattern(2)})?"
    + r"(?: ?(?P<later>\+|(?:or|and) (?:later|after|onwards?|thereafter|beyond)\b|and on\b|onwards?\b|"
    r"at the earliest\b|en adelante\b|o (?:despues|mas tarde)\b)"
    r"| (?P<earlier>(?:or|and) (?:earlier|before)\b|at the latest\b|latest\b|o antes\b))?(?![\w%$])"
)
_INSTEAD = re.compile(
    r" (?:instead of|rather than|in place of|en (?:vez|lugar) de) (?:at |a )?(?:las? )?"
    r"(?:1[0-2]|[1-9])(?::?[0-5]\d)?(?![\d:])"
)
_AFTER_MONTH = re.compile(rf"(?<!\d )(?<!\d(?:st|nd|rd|th) )\b{MONTH}\.? (?:the )?$")  # "December 3 or 4"
_DAY_BEFORE = re.compile(
    rf"(?:days?|{any_of([name for names in lists('days').values() for name in names])}|mornings?|evenings?|"
    r"afternoons?|mananas|tardes)\.?,? $"
)

_DAY = rf"(?:{any_of([name for names in lists('days').values() for name in names])}|tomorrow|today|tonight|manana)"
_DATE = rf"(?:{MONTH}\.? )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:[/-]\d{{1,2}})?"
# "by Friday noon", "no later than the 24th at 5": on one day something ends, no time of day is wished.
_DUE = re.compile(
    rf"\b(?:(?:{any_of(_SIDES['before'])})|antes del|(?:done|finished|ready|completed|hecho|listo|terminado))"
    rf" (?:(?:by|on|for|this|next|coming|the|el|este|proximo) )*(?:{_DAY}|{_DATE})(?:'s)?\.?,?"
    r" (?:at |by |around |a )?(?:the |las? )?$"
)


@dataclass(frozen=True, slots=True)
class _Time:
    """Hours that stand in a clause from `start` to `end`, in minutes of the day; an open end is None."""

    start: int
    end: int
    first: int | None
    last: int | None


def times(sentences: Sequence[str]) -> tuple[str, ...]:
    """The times of day asked for, "HH:MM-HH:MM", an open end left empty ("17:00-"), in the order in which they stand.

    A bare hour from 1 to 7 is in the afternoon and one from 8 to 11 in the morning, unless "morning" or "evening"
    stands beside it. "Around 10" is half an hour on either side. An hour by which something is due on one day
    ("by Friday noon") is none. Where no time is asked for, an hour before which the
    writer cannot come counts ("I work until 6"). A time for a call is not asked for.
    """
    asked: dict[tuple[int | None, int | None], None] = {}
    free_from: dict[tuple[int | None, int | None], None] = {}
    sentence = -1
    for clause in clauses(sentences, "times"):
        turned = list(_not_until(clause.text))
        free_from |= dict.fromkeys((t.first, t.last) for t in turned)
        if not clause.asked:
            continue
        found = [(t.first, t.last) for t in _of(clause.text) if not any(t.end == other.end for other in turned)]
        if clause.sentence == sentence and len(found) == 1 and asked and _refines(found[0], next(reversed(asked))):
            asked.popitem()  # "evenings, after 6"
        asked |= dict.fromkeys(found)
        sentence = clause.sentence
    return tuple(_spelt(*time) for time in asked or free_from)


def _refines(one: tuple[int | None, int | None], wider: tuple[int | None, int | None]) -> bool:
    """Whether one time has the same open end as the other, and lies within it."""
    if one[0] is None and wider[0] is None:
        return one[1] is not None and wider[1] is not None and one[1] < wider[1]
    return one[1] is None and wider[1] is None and one[0] is not None and wider[0] is not None and one[0] > wider[0]


def _of(text: str) -> Iterator[_Time]:
    """The times of one clause that asks, in their order: hours, and parts of the day that no hour stands beside."""
    if (away := moved(text)) is not None:  # only where it shall go is asked for
        text = (
            text[: away.start]
            + ("at" if away.aimed and text[: away.end].endswith(" to") else "").rjust(away.end - away.start)
            + text[away.end :]
        )
    parts = _parts(text)
    hours = [
        time
        for match in _TIME.finditer(text)
        if not is_left_out(text, match.start()) and not _is_date(match) and not _DUE.search(text[: match.start()])
        for time in _hours(match, _half_beside(match, text, parts))
    ]
    parts = [p for p in parts if not is_left_out(text, p.start) and not _DUE.search(text[: p.start])]
    alone = [p for p in parts if not any(_belongs(text, p, h) for h in hours)]
    yield from sorted([*hours, *alone], key=lambda time: time.start)


def _parts(text: str) -> list[_Time]:
    """The parts of the day that the clause names, of two in one place the longer."""
    named = merged("times").spans(text)
    if "greeting" in named and "answer" not in named:
        return []
    found = [(start, end, name) for name, spans in named.items() if name not in _CLAUSES for start, end in spans]
    return [
        _Time(start, end, *(int(t[:2]) * 60 + int(t[3:]) if t else None for t in name.split("-")))
        for start, end, name in found
        if name != "none" and not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]


def _belongs(text: str, part: _Time, hour: _Time) -> bool:
    """Whether the part of the day only says which half of the day the hour is in ("evenings after 6")."""
    if part.start < hour.end and hour.start < part.end:
        return True
    gap = text[min(part.end, hour.end) : max(part.start, hour.start)]
    return len(gap) <= _NEAR and _LINKS.search(gap) is None


def _half_beside(match: re.Match[str], text: str, parts: list[_Time]) -> str | None:
    """The half of the day of which a part stands beside the hour, with no "or" between them."""
    bare = _Time(*match.span(), None, None)
    return next((half_named(text[p.start : p.end]) for p in parts if _belongs(text, p, bare)), None)


def _hours(match: re.Match[str], near: str | None) -> list[_Time]:
    """The times that a match says: a range, or one or two hours; none where its numbers are no hours."""
    side = next((name for name in _SIDES if match[name]), None)
    first = hour_of(match, 1)
    second = hour_of(match, 2) if match["hour2"] else None
    if first is None or (match["hour2"] and second is None):
        return []
    ends = may_end(match.string[match.end() :])
    if second is not None and (match["link"] not in {"and", "y", "&", "or", "o"} or side == "between"):
        told = side in {"between", "after"} or first.sure or second.sure
        told = told or _DAY_BEFORE.search(match.string[: match.start()]) is not None
        if match["link"] in {"or", "o"} or not told or not (ends or first.sure or second.sure):
            return []
        return _range(match, first, second, near)
    bare = side in {"after", "before", "around"} or (match["at"] or "") in {"at", "@", "at around"} or first.article
    if match["later"] or match["earlier"] or _in_place(match):
        bare = True
    if counts_too(match, 1) and (match["before"] == "by" or not (side in {"after", "before", "at"} or first.article)):
        bare = False
    if not (first.sure or (bare and ends) or (second is not None and second.sure)):
        return []
    near = near or (second.half if second is not None else None)
    return [_one(match, side, hour, near) for hour in (first, second) if hour is not None]


def _is_date(match: re.Match[str]) -> bool:
    """Whether the first number is a day of a month: "December 3 or 4 in the morning"."""
    start = match.start("hour1")
    return not (match["minute1"] or match["mark1"]) and bool(
        _AFTER_MONTH.search(match.string[max(0, start - 16) : start])
    )


def _in_place(match: re.Match[str]) -> bool:
    """Whether the hour stands in place of another one: "4 instead of 3"."""
    other = _INSTEAD.match(match.string, match.end())
    return other is not None and may_end(match.string[other.end() :])


def _one(match: re.Match[str], side: str | None, hour: Hour, near: str | None) -> _Time:
    span = match.span()
    if match["earlier"] or (side == "before" and not match["later"]):
        return _Time(*span, None, minute_of(hour, near, end=True))
    minute = minute_of(hour, near)
    if side == "around" and not match["later"]:
        return _Time(*span, max(0, minute - _AROUND), min(DAY_END - 1, minute + _AROUND))
    if side in {None, "at"} and not match["later"] and hour.half == "am" and _FIRST_HOUR <= minute < _LATE_START:
        return _Time(*span, minute, minute + _AT)  # "6 am" is that hour, and not the day from then on
    return _Time(*span, minute, None)


def _range(match: re.Match[str], first: Hour, second: Hour, near: str | None) -> list[_Time]:
    """The hours from `first` to `second`, in the halves of the day in which they run forward."""
    if second.exact:
        lasts = [second.minute]
        half = second.half
    else:
        half = near
        lasts = [minute_of(second, near)] if near else [second.minute % NOON + NOON, second.minute]
    if first.exact:
        firsts = [first.minute]
    elif half is not None:
        firsts = [minute_of(first, half), first.minute]
    else:
        firsts = [minute_of(first, None)]
    if first.exact or half is None:
        lasts = sorted({*lasts, second.minute} if not second.exact else set(lasts))
    return [_Time(*match.span(), begin, end) for begin in firsts for end in lasts if begin < end][:1]


def _not_until(text: str) -> Iterator[_Time]:
    """The hours before which the writer cannot come ("I work until 6", "can't before 4"), as times from then on."""
    ends = sorted(end for _, end in merged("not_until").spans(text).get("not_until", ()))
    for match in _TIME.finditer(text) if ends else ():
        hour = hour_of(match, 1)
        number = match.start("article1") if match["article1"] else match.start("hour1")
        if hour is None or match["hour2"] or not any(0 <= number - end <= 8 for end in ends):
            continue
        if hour.sure or may_end(text[match.end() :]):
            yield _Time(*match.span(), minute_of(hour, "pm" if hour.minute < _LATE_START else None), None)


def _spelt(first: int | None, last: int | None) -> str:
    return "-".join("" if minute is None else f"{minute // 60:02}:{minute % 60:02}" for minute in (first, last))
