"""Fitting: examples -> Weights. The one door to scikit-learn, opened by `train` and `evaluate` alone.

Two views are fitted for each label, the whole message and the single sentence (taught by the annotated asks), and
stacked on scores that each example got from a model that had not seen its writer.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # more threads than cores make it slower
    os.environ.setdefault(_threads, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402

from inboxtriage.category.examples import KINDS, Example  # noqa: E402
from inboxtriage.message.parse import parse  # noqa: E402
from inboxtriage.triage.features import terms  # noqa: E402
from inboxtriage.triage.model.predict import top_two  # noqa: E402
from inboxtriage.triage.model.weights import Floats, Weights  # noqa: E402
from inboxtriage.triage.reading import Reading, read  # noqa: E402
from inboxtriage.triage.urgency import SIGNS, signs  # noqa: E402

FOLDS = 5
_LEAST = 40  # examples below which nothing worth having can be fitted
_OWN = frozenset({"practice@example.com"})

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One example, read as the daemon would read it, with what it teaches."""

    reading: Reading
    labels: frozenset[str]
    asks: tuple[tuple[str, str], ...]  # label, words
    kind: str
    urgent: bool
    voice: str


def lesson(example: Example) -> Lesson:
    """What one example teaches."""
    return Lesson(
        reading=read(parse(example.raw(), _OWN)),
        labels=frozenset(example.labels),
        asks=tuple((ask.label, _flat(ask.text)) for ask in example.asks),
        kind=example.kind,
        urgent=example.urgent,
        voice=example.voice,
    )


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted scikit-learn objects; `probabilities` is what the numpy reading must equal."""

    vectorizer: Any
    message: list[Any]
    sentence: list[Any]
    stack: list[Any]
    kind: Any
    urgent: Any
    danger: Any

    def probabilities(self, lessons: Sequence[Lesson]) -> Floats:
        """Label probabilities by scikit-learn itself, one row a lesson."""
        views = _views(self, lessons)
        return np.stack([model.predict_proba(views)[:, 1] for model in self.stack], axis=1)


def fit(
    lessons: Sequence[Lesson], labels: tuple[str, ...], *, now: datetime, progress: Progress = lambda _: None
) -> tuple[Weights, Fitted]:
    """Fit a model. Raises ValueError when there is too little to learn from."""
    if len(lessons) < _LEAST:
        raise ValueError(f"{len(lessons)} examples are too few; at least {_LEAST} are needed")
    progress(f"counting the words of {len(lessons)} messages")
    vectorizer = TfidfVectorizer(analyzer=_whole_terms, sublinear_tf=True, min_df=2)
    vectorizer.fit([item.reading for item in lessons])
    truth = np.array([[label in item.labels for label in labels] for item in lessons])
    views = _unseen_views(vectorizer, lessons, labels, truth, progress)
    stack = [LogisticRegression(C=1.0, max_iter=1000).fit(views, truth[:, i]) for i in range(len(labels))]
    held_out = np.stack([model.predict_proba(views)[:, 1] for model in stack], axis=1)
    progress("fitting on everything")
    message, sentence = _fit_views(vectorizer, lessons, labels, truth)
    matrix = vectorizer.transform([item.reading for item in lessons])
    kind = LogisticRegression(C=20.0, class_weight="balanced", max_iter=2000)
    kind.fit(matrix, [KINDS.index(item.kind) for item in lessons])
    urgent, danger = _fit_danger(vectorizer, lessons)
    fitted = Fitted(vectorizer, message, sentence, stack, kind, urgent, danger)
    thresholds = {label: _best_threshold(held_out[:, i], truth[:, i]) for i, label in enumerate(labels)}
    return _weights(fitted, labels, thresholds | {"urgent": URGENT_THRESHOLD}, len(lessons), now), fitted


URGENT_THRESHOLD = 0.6


def _binary(C: float) -> Any:  # noqa: N803 - scikit-learn's own name
    return LogisticRegression(C=C, class_weight="balanced", solver="liblinear", max_iter=2000)


def _whole_terms(reading: Reading) -> list[str]:
    found = [term for sentence in reading.sentences for term in terms(sentence.text)]
    return found + [f"m:{sign}" for sign in reading.signs]


def _sentence_matrix(vectorizer: Any, lessons: Sequence[Lesson]) -> tuple[Any, list[int]]:
    """Every sentence of every lesson as a row, weighed like a message; and whose row it is."""
    readings = [Reading((sentence,), ()) for item in lessons for sentence in item.reading.sentences]
    owners = [i for i, item in enumerate(lessons) for _ in item.reading.sentences]
    return vectorizer.transform(readings), owners


def _sentence_truth(lessons: Sequence[Lesson], labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which label each sentence asks for, by the annotated words."""
    rows = []
    for item in lessons:
        for sentence in item.reading.sentences:
            flat = _flat(sentence.text)
            said = {label for label, words in item.asks if words in flat or (len(flat) > 12 and flat in words)}
            rows.append([label in said for label in labels])
    return np.array(rows)


def _fit_views(
    vectorizer: Any, lessons: Sequence[Lesson], labels: tuple[str, ...], truth: NDArray[np.bool_]
) -> tuple[list[Any], list[Any]]:
    matrix = vectorizer.transform([item.reading for item in lessons])
    sentences, _ = _sentence_matrix(vectorizer, lessons)
    said = _sentence_truth(lessons, labels)
    message = [_binary(C=4.0).fit(matrix, truth[:, i]) for i in range(len(labels))]
    sentence = [_binary(C=4.0).fit(sentences, said[:, i]) for i in range(len(labels))]
    return message, sentence


def _views(fitted: Fitted, lessons: Sequence[Lesson]) -> Floats:
    """For each lesson: every label's log odds for the message, its best sentence and its second."""
    labels = len(fitted.message)
    matrix = fitted.vectorizer.transform([item.reading for item in lessons])
    whole = np.stack([model.decision_function(matrix) for model in fitted.message], axis=1)
    sentences, owners = _sentence_matrix(fitted.vectorizer, lessons)
    spoken = np.stack([model.decision_function(sentences) for model in fitted.sentence], axis=1)
    whose = np.array(owners)
    rows = [np.concatenate([whole[i], *top_two(spoken[whose == i], labels)]) for i in range(len(lessons))]
    return np.array(rows)


def _unseen_views(
    vectorizer: Any,
    lessons: Sequence[Lesson],
    labels: tuple[str, ...],
    truth: NDArray[np.bool_],
    progress: Progress,
) -> Floats:
    """The views of each lesson by models that saw no message of its writer."""
    views = np.zeros((len(lessons), 3 * len(labels)))
    splits = GroupKFold(FOLDS).split(lessons, groups=[item.voice for item in lessons])
    for number, (seen, unseen) in enumerate(splits, 1):
        progress(f"learning from four fifths, {number} of {FOLDS}")
        known = [lessons[i] for i in seen]
        message, sentence = _fit_views(vectorizer, known, labels, truth[seen])
        part = Fitted(vectorizer, message, sentence, [], None, None, None)
        views[unseen] = _views(part, [lessons[i] for i in unseen])
    return views


def _fit_danger(vectorizer: Any, lessons: Sequence[Lesson]) -> tuple[Any, Any]:
    """The view of the words, and above it the judge of words and signs, taught on writers the words had not seen."""
    truth = np.array([item.urgent for item in lessons])
    matrix = vectorizer.transform([item.reading for item in lessons])
    views = np.zeros((len(lessons), 2 + 1 + len(SIGNS)))
    for seen, unseen in GroupKFold(FOLDS).split(lessons, groups=[item.voice for item in lessons]):
        part = _binary(C=20.0).fit(matrix[seen], truth[seen])
        views[unseen] = _danger_views(vectorizer, part, [lessons[i] for i in unseen])
    judge = LogisticRegression(C=0.3, class_weight="balanced", max_iter=5000).fit(views, truth)
    return _binary(C=20.0).fit(matrix, truth), judge


def _danger_views(vectorizer: Any, urgent: Any, lessons: Sequence[Lesson]) -> Floats:
    """For each lesson: log odds of the whole, of its worst sentence, and its signs of danger."""
    whole = urgent.decision_function(vectorizer.transform([item.reading for item in lessons]))
    sentences, owners = _sentence_matrix(vectorizer, lessons)
    spoken, whose = urgent.decision_function(sentences), np.array(owners)
    worst = [top_two(spoken[whose == i, None], 1)[0][0] for i in range(len(lessons))]
    return np.column_stack([whole, worst, [signs(item.reading) for item in lessons]])


def _best_threshold(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """The threshold with the best F1 on unseen writers, within bounds that keep it a majority of evidence."""
    candidates = np.arange(0.30, 0.61, 0.01)

    def f1(threshold: float) -> float:
        taken = scores >= threshold
        hits = float((taken & truth).sum())
        return 2 * hits / max(1.0, float(taken.sum() + truth.sum()))

    return round(float(max(candidates, key=f1)), 2)


def _weights(
    fitted: Fitted, labels: tuple[str, ...], thresholds: dict[str, float], examples: int, now: datetime
) -> Weights:
    def rows(models: Sequence[Any]) -> NDArray[np.float32]:
        return np.vstack([model.coef_ for model in models]).astype(np.float32)

    def biases(models: Sequence[Any]) -> Floats:
        return np.concatenate([model.intercept_ for model in models]).astype(np.float64)

    kinds = tuple(KINDS[i] for i in fitted.kind.classes_)
    return Weights(
        labels=labels,
        kinds=kinds,
        thresholds=thresholds,
        examples=examples,
        made_at=now,
        vocabulary=tuple(str(term) for term in fitted.vectorizer.get_feature_names_out()),
        idf=fitted.vectorizer.idf_.astype(np.float64),
        message=rows(fitted.message),
        message_bias=biases(fitted.message),
        sentence=rows(fitted.sentence),
        sentence_bias=biases(fitted.sentence),
        kind=fitted.kind.coef_.astype(np.float32),
        kind_bias=fitted.kind.intercept_.astype(np.float64),
        urgent=fitted.urgent.coef_.astype(np.float32),
        urgent_bias=fitted.urgent.intercept_.astype(np.float64),
        danger=fitted.danger.coef_.astype(np.float64),
        danger_bias=fitted.danger.intercept_.astype(np.float64),
        stack=np.vstack([model.coef_ for model in fitted.stack]).astype(np.float64),
        stack_bias=biases(fitted.stack),
    )


def _flat(text: str) -> str:
    return " ".join(text.replace(">", " ").split())
