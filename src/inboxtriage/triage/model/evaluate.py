"""How good the classifier is on writers it has not read: grouped cross-validation of the whole decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sklearn.model_selection import GroupKFold

from inboxtriage.category.examples import ADDRESSED_TO, Example, flat
from inboxtriage.message.parse import parse
from inboxtriage.triage.classifier import Classifier
from inboxtriage.triage.decision import decide
from inboxtriage.triage.model.fit import FOLDS, Progress, fit
from inboxtriage.triage.model.predict import LinearClassifier
from inboxtriage.triage.model.speakers import lessons
from inboxtriage.triage.reading import read
from inboxtriage.triage.verdict import Verdict

_BINS = 10
_SHORTEST_PART = 12  # letters of a clause that stands within an annotated ask
_PERSONS = ("inquiry", "client")


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label was found: `n` messages ask it."""

    label: str
    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A message on which the decision was wrong, with how wrong its scores were."""

    id: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    subject: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores of labels between two bounds: their mean, how often they were right, and how many there are."""

    score: float
    right: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """What drafting only from a confidence on would give: the share of messages drafted, and of these right."""

    confidence: float
    drafted: float
    right: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one evaluation over `n` messages by `voices` writers."""

    n: int
    voices: int
    labels: tuple[LabelFigures, ...]
    macro_f1: float
    exact: float
    urgent_recall: float
    urgent_false_alarms: float
    kind_accuracy: float
    inquiries_ignored: int
    replies: int
    replies_exact: float
    evidence: float  # of the labels found and true, the share whose sentence is one that was annotated as asking
    reliability: tuple[Bin, ...]
    coverage: tuple[Point, ...]
    misses: tuple[Miss, ...]


def cross_validate(
    examples: Sequence[Example],
    labels: tuple[str, ...],
    *,
    now: datetime,
    progress: Progress = lambda _: None,
) -> Figures:
    """Decide every example with a model that was fitted without its writer, and count."""
    taught = lessons(examples)
    verdicts: dict[int, Verdict] = {}
    splits = GroupKFold(FOLDS).split(taught, groups=[item.voice for item in taught])
    for number, (seen, unseen) in enumerate(splits, 1):
        progress(f"fold {number} of {FOLDS}")
        weights, _ = fit([taught[i] for i in seen], labels, now=now)
        classifier = LinearClassifier(weights)
        verdicts.update({int(i): verdict_on(examples[i], classifier) for i in unseen})
    return figures(examples, [verdicts[i] for i in range(len(examples))], labels)


def verdict_on(example: Example, classifier: Classifier) -> Verdict:
    """The decision about one example, made as for real mail."""
    message = parse(example.raw(), frozenset({ADDRESSED_TO}))
    reading = read(message)
    return decide(message, reading, classifier.score(reading), classifier.thresholds)


def figures(examples: Sequence[Example], verdicts: Sequence[Verdict], labels: tuple[str, ...]) -> Figures:
    """Compare what was decided with what is true."""
    pairs = list(zip(examples, verdicts, strict=True))
    per_label = tuple(_label_figures(label, pairs) for label in labels)
    urgent = [v.urgent for e, v in pairs if e.urgent]
    calm = [v.urgent for e, v in pairs if not e.urgent]
    replies = [set(v.labels) == set(e.labels) for e, v in pairs if v.disposition == "reply"]
    misses = sorted((m for e, v in pairs if (m := _miss(e, v)) is not None), key=lambda m: -m.weight)
    return Figures(
        n=len(pairs),
        voices=len({e.voice for e in examples}),
        labels=per_label,
        macro_f1=_share([f.f1 for f in per_label]),
        exact=_share([set(e.labels) == set(v.labels) for e, v in pairs]),
        urgent_recall=_share(urgent),
        urgent_false_alarms=_share(calm),
        kind_accuracy=_share([e.kind == v.kind for e, v in pairs]),
        inquiries_ignored=sum(e.kind in _PERSONS and v.disposition == "ignore" for e, v in pairs),
        replies=len(replies),
        replies_exact=_share(replies),
        evidence=_share([_spoke(e, v, label) for e, v in pairs for label in set(e.labels) & set(v.labels)]),
        reliability=tuple(_reliability(pairs, labels)),
        coverage=tuple(_coverage(pairs)),
        misses=tuple(misses),
    )


def _spoke(example: Example, verdict: Verdict, label: str) -> bool:
    """Whether the sentence shown for a label is one that asks it, or a part of one."""
    shown = next((flat(one.text) for one in verdict.evidence if one.label == label), "")
    asks = [flat(ask.text) for ask in example.asks if ask.label == label]
    return any(ask in shown or (len(shown) >= _SHORTEST_PART and shown in ask) for ask in asks)


def _reliability(pairs: Sequence[tuple[Example, Verdict]], labels: tuple[str, ...]) -> Iterator[Bin]:
    scored = [(v.scores.get(label, 0.0), label in e.labels) for e, v in pairs for label in labels]
    for low in range(_BINS):
        part = [(score, true) for score, true in scored if min(int(score * _BINS), _BINS - 1) == low]
        if part:
            yield Bin(_share([score for score, _ in part]), _share([true for _, true in part]), len(part))


def _coverage(pairs: Sequence[tuple[Example, Verdict]]) -> Iterator[Point]:
    drafted = [(v.confidence, set(v.labels) == set(e.labels)) for e, v in pairs if v.disposition == "reply"]
    for percent in range(0, 100, 10):
        right = [exact for confidence, exact in drafted if confidence >= percent / 100]
        yield Point(percent / 100, round(len(right) / max(1, len(pairs)), 4), _share(right))


def _label_figures(label: str, pairs: Sequence[tuple[Example, Verdict]]) -> LabelFigures:
    true = sum(label in e.labels for e, _ in pairs)
    found = sum(label in v.labels for _, v in pairs)
    hits = sum(label in e.labels and label in v.labels for e, v in pairs)
    precision, recall = hits / max(1, found), hits / max(1, true)
    return LabelFigures(label, precision, recall, 2 * hits / max(1, true + found), true)


def _miss(example: Example, verdict: Verdict) -> Miss | None:
    expected = set(example.labels) | ({"urgent"} if example.urgent else set())
    found = set(verdict.labels) | ({"urgent"} if verdict.urgent else set())
    if expected == found:
        return None
    wrong = [1.0 - verdict.scores.get(label, 0.0) for label in set(example.labels) - set(verdict.labels)]
    wrong += [verdict.scores.get(label, 0.0) for label in set(verdict.labels) - set(example.labels)]
    return Miss(
        example.id,
        tuple(sorted(expected)),
        tuple(sorted(found)),
        example.subject,
        " ".join(example.body.split())[:300],
        max(wrong, default=0.5),
    )


def _share(of: Sequence[float] | Sequence[bool]) -> float:
    return round(sum(of) / len(of), 4) if of else 0.0
