"""What triage finds out about one mail, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal

Disposition = Literal["quarantine", "ignore", "urgent", "reply", "read"]
DISPOSITIONS: tuple[Disposition, ...] = ("quarantine", "ignore", "urgent", "reply", "read")
LOOK_TWICE = "look twice"  # in the reason of a verdict that is near to urgent


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
    beside: tuple[str, ...] = ()  # those that no label of the mail bears out
    needed_by: str | None = None  # ISO date: the day of an exam, a hearing, an end of insurance that they name


@dataclass(frozen=True, slots=True)
class Scores:
    """What the classifier says: a probability for each label, for each kind, and for urgency."""

    labels: dict[str, float]
    kinds: dict[str, float]
    urgent: float
    evidence: dict[str, int] = field(default_factory=dict)  # label, or "urgent" -> the sentence that spoke
    heard: tuple[dict[str, float], ...] = ()  # for each sentence, how surely it asks for each label


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
    unanswered: tuple[str, ...] = ()  # questions that were seen and not understood, in the writer's words

    @property
    def is_near_danger(self) -> bool:
        """Whether some words could mean danger, so that a person is told to look twice."""
        return LOOK_TWICE in self.reason


def together(verdict: Verdict, earlier: Sequence[Verdict]) -> Verdict:
    """The verdict on several mails of one person as if they were one: what `earlier` ones ask comes first."""
    if not earlier:
        return verdict
    everything = (*earlier, verdict)
    return replace(
        verdict,
        labels=tuple(dict.fromkeys(label for one in everything for label in one.labels)),
        asks=asks_together([one.asks for one in everything]),
        unanswered=tuple(dict.fromkeys(text for one in everything for text in one.unanswered)),
    )


def asks_together(asks: Sequence[Asks]) -> Asks:
    """Everything that several mails ask for; of what can only be one, the word said last."""
    merged: dict[str, object] = {}
    for one in fields(Asks):
        values = [getattr(ask, one.name) for ask in asks]
        if isinstance(one.default, tuple):
            merged[one.name] = tuple(dict.fromkeys(entry for value in values for entry in value))
        else:
            merged[one.name] = next((value for value in reversed(values) if value is not None), None)
    return Asks(**merged)  # type: ignore[arg-type]
