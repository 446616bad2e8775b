"""Which days a text asks for: days of the week, and dates."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.asks.when.dates import Named, calendar_days, weekdays
from inboxtriage.triage.asks.when.moves import Moved, moved, moves
from inboxtriage.triage.asks.when.stances import Clause, clauses, is_left_out
from inboxtriage.triage.asks.when.timeframe import day_of, is_bound

_WEEKEND = re.compile(r"(?<!\w)(?:week-?ends?|fin(?:es)? de semana)(?!\w)")
_WEEKDAYS = re.compile(r"(?<!\w)(?:week-?(?:day|night)s?|entre semana|dias de semana|en semaine)(?!\w)")
_BETWEEN = r"(?: (?:morning|afternoon|evening|night|the|los|el|por la manana|por la tarde))*"
_RANGE = re.compile(
    rf"^{_BETWEEN} ?(?:-|–|—|to|thr(?:ough|u)|till?|until|a|al|hasta|au?|and through){_BETWEEN} ?(?:los? |el |the )?$"
)
_GOAL = re.compile(
    r"^[\w' :.]{0,24}?\b(?:to|for|onto|al?|por|para|until|till|back to|into)(?: (?:the|a|el|la|this|next|on))* ?$"
)
_OR_NOR = re.compile(r"^(?:,| (?:or|nor|and|o|ni|y))(?: (?:the|los|el|on))? ?$")
_ANY_DAY = re.compile(
    r"\b(?:any|every|all|each|cualquier|todos los|tout)(?: (?:other|the))?"
    r"(?: ?(?:days?|evenings?|mornings?|afternoons?|time|thing|weekdays?|dias?|tardes?|mananas?))|\banything\b|"
    r"\bany week-?days?\b"
)


def days(sentences: Sequence[str], sent: datetime | None) -> tuple[str, ...]:
    """The days asked for, "mon" to "sun", Monday first; behind them dates that were named (ISO), the earliest first.

    A day on which the writer cannot come, works, or did something is not asked for, and neither is the bound of a
    stretch of time ("by Friday"). "Any day except Wednesday" asks for the other six: so no Wednesday is offered.
    Without `sent` a date is known only where the writer gave its year.
    """
    named: set[str] = set()
    dates: set[str] = set()
    for clause in clauses(sentences, "days"):
        if clause.asked:
            asked, on = _of(clause, day_of(sent))
            named |= asked
            dates |= {day.isoformat() for day in on}
    return tuple(day for day in DAYS if day in named) + tuple(sorted(dates))


def _of(clause: Clause, sent: date | None) -> tuple[set[str], set[date]]:
    """The days of the week and the dates that one asking clause asks for."""
    text = clause.text
    on = calendar_days(text, sent)
    of_week = [n for n in weekdays(text) if not any(d.start <= n.start < d.end for d in on)]
    mentions = sorted([*on, *of_week], key=lambda n: n.start)
    refused = _refused(text, mentions)
    away = moved(text)
    kept = [n for n in mentions if n not in refused and (_is_goal(n, away) or not is_bound(text, n, mentions))]
    named = _with_ranges(text, kept, moving=moves(text))
    free = {"sat", "sun"} if (found := _WEEKEND.search(text)) and not is_left_out(text, found.start()) else set()
    working = set(DAYS[:5]) if _WEEKDAYS.search(text) else set()
    left_out = {n.weekday for n in refused if n.weekday}
    if left_out and not named and _ANY_DAY.search(text):
        named = (working or set(DAYS)) - left_out
    elif not (named and working & named):
        named |= working
    dates = {n.first for n in kept if n.weekday is None and n.first is not None and (sent is None or n.first >= sent)}
    return named | free, dates


def _refused(text: str, mentions: list[Named]) -> list[Named]:
    """The days that the clause itself sets aside: "not Friday", "instead of Thursday", "Thursday to" in a move."""
    refused: list[Named] = []
    for index, named in enumerate(mentions):
        before = mentions[index - 1] if index else None
        gap = text[before.end : named.start] if before is not None else None
        if is_left_out(text, named.start) or (gap is not None and before in refused and _OR_NOR.match(gap)):
            refused.append(named)
    if moves(text):
        away = moved(text)
        if away is not None and (not away.aimed or any(n.start >= away.end for n in mentions if n not in refused)):
            refused += [n for n in mentions if away.start <= n.start < away.end and n not in refused]
        for first, second in pairwise(mentions):
            if second not in refused and _GOAL.match(text[first.end : second.start]):
                refused.append(first)
    return refused


def _is_goal(named: Named, away: Moved | None) -> bool:
    """Whether the day is the one that an appointment shall go to: "from the 8th to the 15th" is no stretch then."""
    return away is not None and away.aimed and 0 <= named.start - away.end <= len(" the ")


def _with_ranges(text: str, kept: list[Named], *, moving: bool) -> set[str]:
    """The days of the week named, with all that lie between the ends of a range."""
    named = {n.weekday for n in kept if n.weekday}
    gaps = [text[a.end : b.start] for a, b in pairwise(kept)]
    for index, (first, second) in enumerate(pairwise(kept)):
        if gaps[index] in gaps[index + 1 : index + 2] or gaps[index] in gaps[max(0, index - 1) : index]:
            continue  # "Mon-Wed-Fri" are three days
        if first.weekday and second.weekday and not moving and _RANGE.match(gaps[index]):
            begin = DAYS.index(first.weekday)
            length = (DAYS.index(second.weekday) - begin) % 7
            named |= {DAYS[(begin + step) % 7] for step in range(length + 1)}
    return named
