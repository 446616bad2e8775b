"""Shares and medians that keep silent where too few speak."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inboxtriage import shipped


@cache
def thresholds() -> dict[str, Any]:
    """The numbers of thresholds.toml."""
    return shipped.table("journey.measures", "thresholds")


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of `n` values, and the one within which nine tenths lie; None where too few to say."""

    n: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`; its `share` (0 to 1) is None where too few to say."""

    n: int
    count: int
    share: float | None


def share(count: int, n: int) -> Share:
    """So many of so many."""
    return Share(n, count, round(count / n, 4) if n >= thresholds()["least"] else None)


def spread(values: Sequence[float]) -> Spread:
    """The median, and the smallest value that so large a share (thresholds.toml) does not exceed (nearest rank)."""
    n = len(values)
    if n < thresholds()["least"]:
        return Spread(n, None, None)
    rank = math.ceil(thresholds()["share"] * n)
    return Spread(n, round(statistics.median(values), 2), round(sorted(values)[rank - 1], 2))


def number(text: str) -> float | None:
    """What somebody logged as a number; None where it is none."""
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None
