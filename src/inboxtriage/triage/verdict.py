"""What triage finds out about one mail, as plain values."""

from dataclasses import dataclass, field
from typing import Literal

Disposition = Literal["quarantine", "ignore", "urgent", "reply", "read"]
DISPOSITIONS: tuple[Disposition, ...] = ("quarantine", "ignore", "urgent", "reply", "read")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that spoke for a label; `quoted` when it stands in the writer's own quoted mail."""

    label: str
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Timeframe:
    """When the writer hopes for something: ISO dates, either end open, and their words."""

    start: str | None
    end: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Asks:
    """What exactly is asked, as far as it was recognised; empty means not recognised."""

    insurers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    timeframe: Timeframe | None = None
    service: str | None = None
    who_for: str | None = None
    language: str | None = None
    services: tuple[str, ...] = ()
    age: int | None = None  # years
    meeting: str | None = None  # "video", "in_person" or "phone"
    regions: tuple[str, ...] = ()  # codes of states and provinces
    topics: tuple[str, ...] = ()  # finer questions, by the names of vocabulary/topics.toml


@dataclass(frozen=True, slots=True)
class Scores:
    """What the classifier says: a probability for each label, for each kind, and for urgency."""

    labels: dict[str, float]
    kinds: dict[str, float]
    urgent: float
    evidence: dict[str, int] = field(default_factory=dict)  # label, or "urgent" -> the sentence that spoke


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about one mail, with its reason. `labels` stand in the order asked."""

    disposition: Disposition
    reason: str
    kind: str | None = None
    automated: str | None = None
    urgent: bool = False
    labels: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    asks: Asks = Asks()
    language: str = "en"
    confidence: float = 0.0
    error: str | None = None
