"""Office hours as people write them ("9-5", "9:00-13:00, 15-19", "closed") -> the spans of the configuration."""

import re

from inboxtriage.errors import UsageProblem

_CLOSED = {"closed", "none", "no", "off", "-", "0"}
_BETWEEN = re.compile(r"\s*(?:,|;|&|\+|\band\b|\by\b)\s*")
_TIME = r"(\d{1,2})(?:[:.h](\d{2})|h)?\s*(a\.?m\.?|p\.?m\.?)?"
_SPAN = re.compile(rf"(?:from\s+)?{_TIME}\s*(?:-|–|—|\bto\b|\btill?\b|\buntil\b)\s*{_TIME}")
_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "24:00"}
_DO = "write it like 9-5, or 9:00-13:00, 15-19, or closed"
_NOON, _DAY = 12 * 60, 24 * 60  # minutes
_FIRST_HOUR = 7  # of a day that nobody calls a.m. or p.m.: "1-5" and "3-7" are afternoons


def read_spans(text: str) -> tuple[str, ...]:
    """The spans of a day, "HH:MM-HH:MM", in order; none where it is closed. Raises UsageProblem.

    Without a.m. or p.m. an end that is not after its beginning is in the afternoon, and so is a beginning that is not
    after the span before it.
    """
    plain = " ".join(text.lower().split())
    for word, time in _WORDS.items():
        plain = re.sub(rf"\b{word}\b", time, plain)
    if plain in _CLOSED:
        return ()
    spans: list[tuple[int, int]] = []
    for part in _BETWEEN.split(plain):
        begins, ends = _span(part, after=spans[-1][1] if spans else None)
        spans.append((begins, ends))
    return tuple(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in spans)


def as_said(spans: tuple[str, ...] | list[str]) -> str:
    """The spans for a person to look at."""
    return ", ".join(spans) or "closed"


def _span(part: str, *, after: int | None) -> tuple[int, int]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise UsageProblem(f"{part!r} is no stretch of time" if part else "there is a comma too many", do=_DO)
    first, second = found.groups()[:3], found.groups()[3:]
    begins, sure = _minutes(*first), _is_sure(*first)
    ends, ends_sure = _minutes(*second), _is_sure(*second)
    if not sure and first[2] is None and second[2] is not None and begins + _NOON < ends:
        sure = begins >= _FIRST_HOUR * 60  # "9-5 pm", but "1-5 pm"
    latest = ends if ends_sure else ends + _NOON
    if not sure and begins < max(_FIRST_HOUR * 60, (after or 0) + 1) and begins + _NOON < latest:
        begins += _NOON
    if not ends_sure and ends <= begins:
        ends += _NOON
    said = f"{part!r} reads as {_clock(begins)} to {_clock(ends)}"
    if ends > _DAY or begins >= ends:
        raise UsageProblem(f"{said}, which does not end after it begins", do=_DO)
    if after is not None and begins < after:
        raise UsageProblem(f"{said}, which begins before the stretch before it ends", do="put them in order")
    return begins, ends


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    """Minutes since midnight. Raises UsageProblem."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59 or hours * 60 + minutes > _DAY or (half and not 1 <= hours <= 12):
        raise UsageProblem(f"{hour}{f':{minute}' if minute else ''}{half or ''} is no time of day", do=_DO)
    if half:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    return hours * 60 + minutes


def _is_sure(hour: str, _minute: str | None, half: str | None) -> bool:
    """Whether a time says by itself which half of the day it is in: "09:00" and "13" do, "9" and "3:30" do not."""
    return half is not None or hour.startswith("0") or int(hour) > 12


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
