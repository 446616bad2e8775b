"""An hour of the clock as people write it ("5", "5:30 pm", "half past five", "las 5 y media"), and its minute."""

import re
from dataclasses import dataclass

from inboxtriage.triage.asks.when.stances import any_of, lists

NOON, DAY_END = 12 * 60, 24 * 60  # minutes of the day
_FIRST_MORNING_HOUR = 8  # a bare "after 7" is in the evening, a bare "after 8" in the morning
_FIRST_MORNING_END = 7  # a bare "before 7" is in the morning, a bare "before 6" in the evening
_HOURS = {word: int(hour) for hour, words in lists("hours").items() for word in words}
_MINUTES = {word: int(minute) for minute, words in lists("minutes").items() for word in words}
_HALVES = {word: half for half, words in lists("halves").items() for word in words}
_NOONS = frozenset({"noon", "midday", "mediodia"})
_COUNTS_TOO = frozenset({"one", "dos", "once"})  # an hour only behind "after", "before", "at" or "las"
_MAY_FOLLOW = re.compile(  # behind a bare number: anything but a noun that it would count
    r"$|[^\w\s%$/-](?!\d)|\s*[–—]|\s(?:\(|[–—-]\s)|\s+" + any_of(lists("clock_ends")["ends"]) + r"(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour as it was written: its minute of the day, and what its look says.

    `half` is "am", "pm" or "night" where the writer said it; `sure` where it can be nothing but an hour; `exact` where
    the number itself says the half of the day ("18:00", "09:00"); `article` where "las" stands before it.
    """

    minute: int
    half: str | None
    sure: bool
    exact: bool
    article: bool


def pattern(number: int) -> str:
    """The regular expression of an hour in plain text; the names of its groups end in `number`."""
    return (
        rf"(?P<half{number}>half (?:past )?)?(?P<article{number}>las? )?"
        rf"(?P<hour{number}>\d{{1,2}}|{any_of(list(_HOURS))})"
        rf"(?:(?P<colon{number}>[:.h]?)(?P<minute{number}>[0-5]\d)(?!\d|\.\d)"
        rf"|(?: y |[ -])(?P<word{number}>{any_of(list(_MINUTES))})\b)?"
        rf"(?P<mark{number}> ?[ap]\.?m\b\.?|(?<=\d)[ap](?![\w'])| ?o'? ?clock\b|(?<=\d) ?hs?\b\.?|(?<=\d) ?hrs?\b"
        r"| horas\b)?(?:ish\b)?"
        rf"(?: (?:in the|at|de la|por la|en la|del|de|of the|du) (?P<part{number}>{any_of(list(_HALVES))})\b)?"
    )


def hour_of(match: re.Match[str], number: int) -> Hour | None:
    """The hour that the groups with `number` hold; None where there is no such hour."""
    word, colon, minutes = match[f"hour{number}"], match[f"colon{number}"], match[f"minute{number}"]
    mark, part = (match[f"mark{number}"] or "").strip().replace(".", ""), match[f"part{number}"]
    half = f"{mark[0]}m" if mark[:1] in {"a", "p"} else _HALVES.get(part or "")
    hour = int(word) if word.isdigit() else _HOURS[word]
    minute = int(minutes) if minutes else _MINUTES.get(match[f"word{number}"] or "", 0)
    if match[f"half{number}"]:
        minute = 30
    article = match[f"article{number}"] or ""
    if (article.strip() == "la" and hour != 1) or (half == "am" and hour > 12):
        return None
    if hour > 23 or (minutes and not colon and (hour > 12 or article.strip() == "la")) or (hour == 0 and not mark):
        return None
    if half == "am" and hour == 12 and part is None:
        hour = 0
    elif (half == "pm" and hour < 12) or (half == "night" and 5 <= hour < 12):
        hour += 12
    half_past = (match[f"half{number}"] or "").endswith("past ")
    sure = bool(
        (mark and mark != "a")
        or part
        or match[f"word{number}"]
        or half_past
        or word in _NOONS
        or (colon == ":" and minutes)
    )
    exact = half is not None or hour > 12 or word.startswith("0") or word in _NOONS
    return Hour(hour * 60 + minute, half, sure, exact, article != "")


def counts_too(match: re.Match[str], number: int) -> bool:
    """Whether the hour is written as a word that says other things too ("one", "once")."""
    return match[f"hour{number}"] in _COUNTS_TOO


def may_end(behind: str) -> bool:
    """Whether a bare number is an hour by what follows it: "after 5 on Mondays" is one, "after 5 sessions" is none."""
    return _MAY_FOLLOW.match(behind) is not None


def half_named(words: str) -> str | None:
    """The half of the day in which a part of the day lies."""
    return next((_HALVES[word] for word in words.replace("-", " ").split() if word in _HALVES), None)


def minute_of(hour: Hour, near: str | None, *, end: bool = False) -> int:
    """The minute of the day. Where the writer does not say which half of the day, `near` does, or what is usual.

    `end` for an hour before which something has to be.
    """
    if hour.exact:
        return hour.minute
    if near == "am":
        return hour.minute % NOON if hour.minute < 13 * 60 and hour.minute >= NOON else hour.minute
    if near == "pm" or (near == "night" and hour.minute >= 5 * 60):
        return hour.minute % NOON + NOON
    turn = _FIRST_MORNING_END if end else _FIRST_MORNING_HOUR
    return hour.minute + NOON if hour.minute < turn * 60 else hour.minute
