"""Where the parts of a chart stand. Across, everything is in percent, so that a chart is as wide as its page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inboxtriage.page.words import short

TOP, HEIGHT, FOOT = 18, 104, 20  # pixels: room for a figure above, the tallest column, names below
_COLUMN = 0.68  # of the room that a column has


class Point(NamedTuple):
    """One value of a chart; None where there are too few to say. `whole` is False for a month that is not over."""

    name: str
    value: float | None
    whole: bool = True
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its left edge and width in percent, its top and height in pixels, and what is written at it."""

    name: str
    left: float
    middle: float
    width: float
    top: float
    height: float
    text: str
    whole: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in percent of its length."""

    what: str
    left: float
    width: float


def columns(points: Sequence[Point], most: float | None = None) -> list[Column]:
    """The columns of a chart whose tallest value is `most`, or the greatest of them."""
    top = most or max((point.value or 0 for point in points), default=0) or 1
    room = 100 / max(len(points), 1)
    made = []
    for place, point in enumerate(points):
        height = round(HEIGHT * min(point.value or 0, top) / top, 1)
        if point.value:
            height = max(height, 1.5)
        made.append(
            Column(
                name=point.name,
                left=round(room * (place + (1 - _COLUMN) / 2), 2),
                middle=round(room * (place + 0.5), 2),
                width=round(room * _COLUMN, 2),
                top=TOP + HEIGHT - height,
                height=height,
                text="–" if point.value is None else point.text or short(point.value),
                whole=point.whole,
                known=point.value is not None,
            )
        )
    return made


def parts(counts: Sequence[tuple[str, int]], whole: int) -> list[Part]:
    """The parts of one bar, one behind the other; parts of nothing are left out."""
    made, left = [], 0.0
    for what, count in counts:
        width = 100 * count / whole if whole else 0.0
        if count:
            made.append(Part(what, round(left, 2), round(width, 2)))
        left += width
    return made
