"""Fitting: examples -> Weights. The one door to scikit-learn, opened by `train` and `evaluate` alone.

Linear models speak for each label, in the whole message and in each sentence (taught by the annotated asks), for each
kind of writer, and for danger. A small network judges what they say together; it is taught on what each example was
told by models that had not seen its writer.
"""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # more threads than cores make it slower
    os.environ.setdefault(_threads, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy import sparse  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from inboxtriage.category.examples import KINDS, OWN_PRACTICE, Example, flat  # noqa: E402
from inboxtriage.message.parse import parse  # noqa: E402
from inboxtriage.triage.features import terms  # noqa: E402
from inboxtriage.triage.model import views  # noqa: E402
from inboxtriage.triage.model.weights import Floats, Weights  # noqa: E402
from inboxtriage.triage.reading import Reading, read  # noqa: E402

FOLDS = 5  # of an evaluation
_PARTS = 3  # into which the lessons are cut to teach the last layer: fewer make a refit quicker
LEAST_SEEN = 3  # messages that a term must occur in to count
_LEAST = 40  # examples below which nothing worth having can be fitted
_OF_LABELS, _OF_WRITERS = 4.0, 20.0  # C: how far the linear models may go for labels; for kinds and danger
_MANY_ROWS = 20_000
_JUDGES, _UNITS, _ROUNDS = 3, 64, 200  # small networks, their units, passes over the examples
_WELL_KNOWN = 200  # examples from which on a label's scores need no indulgence
_FALSE_ALARMS = 0.03  # of calm messages, the share that may be called urgent: recall comes first
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
    own: bool  # an owner's correction: it teaches, and is not what a model is measured on


def lesson(example: Example) -> Lesson:
    """What one example teaches."""
    return Lesson(
        reading=read(parse(example.raw(), _OWN)),
        labels=frozenset(example.labels),
        asks=tuple((ask.label, flat(ask.text)) for ask in example.asks),
        kind=example.kind,
        urgent=example.urgent,
        voice=example.voice,
        own=example.practice == OWN_PRACTICE,
    )


@dataclass(frozen=True, slots=True)
class Material:
    """Lessons as matrices: a row for each message, and one for each of its sentences, weighed like a message."""

    lessons: Sequence[Lesson]
    messages: Any
    sentences: Any
    ends: NDArray[np.int64]  # where each lesson's sentences begin, and where the last one's end

    @classmethod
    def of(cls, lessons: Sequence[Lesson], vectorizer: Any) -> "Material":
        """The lessons as the vectorizer sees them."""
        sentences = [Reading((sentence,), ()) for item in lessons for sentence in item.reading.sentences]
        counts = [len(item.reading.sentences) for item in lessons]
        return cls(
            lessons,
            vectorizer.transform([item.reading for item in lessons]),
            vectorizer.transform(sentences),
            np.concatenate([[0], np.cumsum(counts)]),
        )

    def sentences_of(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the sentences of these lessons."""
        return np.concatenate([np.arange(self.ends[i], self.ends[i + 1]) for i in chosen])


@dataclass(frozen=True, slots=True)
class Speakers:
    """What speaks to the last layer: a linear model for each label, kind and danger, and for labels in a sentence."""

    message: list[Any]
    sentence: list[Any]

    @classmethod
    def fitted(
        cls, material: Material, truth: NDArray[np.bool_], said: NDArray[np.bool_], chosen: NDArray[np.int64]
    ) -> "Speakers":
        """Taught by the chosen lessons."""
        labels, sentences = said.shape[1], material.sentences_of(chosen)
        messages, spoken = material.messages[chosen], material.sentences[sentences]
        work = [(messages, truth[chosen, i], _OF_LABELS if i < labels else _OF_WRITERS) for i in range(truth.shape[1])]
        work += [(spoken, said[sentences, i], _OF_LABELS) for i in range(labels)]
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear works outside Python's lock
            models = list(threads.map(lambda one: _linear(*one), work))
        return cls(models[: truth.shape[1]], models[truth.shape[1] :])

    def rows(self, material: Material, chosen: NDArray[np.int64]) -> Floats:
        """The row (model.views) of each chosen lesson."""
        labels, sentences = len(self.sentence), material.sentences_of(chosen)
        messages, their_sentences = material.messages[chosen], material.sentences[sentences]
        whole = np.stack([model.decision_function(messages) for model in self.message], axis=1)
        speaking = [*self.sentence, self.message[-1]]
        spoken = np.stack([model.decision_function(their_sentences) for model in speaking], axis=1)
        counts = material.ends[chosen + 1] - material.ends[chosen]
        parts = np.split(spoken, np.cumsum(counts)[:-1])
        readings = [material.lessons[i].reading for i in chosen]
        return np.array(
            [views.row(w, part, labels, reading) for w, part, reading in zip(whole, parts, readings, strict=True)]
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted scikit-learn objects; `probabilities` is what the numpy reading must equal."""

    vectorizer: Any
    speakers: Speakers
    scaler: Any
    judges: list[Any]

    def probabilities(self, lessons: Sequence[Lesson]) -> Floats:
        """Probabilities of labels, kinds and danger by scikit-learn itself, one row a lesson."""
        rows = self.speakers.rows(Material.of(lessons, self.vectorizer), np.arange(len(lessons)))
        mean: Floats = np.mean([judge.predict_proba(self.scaler.transform(rows)) for judge in self.judges], axis=0)
        return mean


def fit(
    lessons: Sequence[Lesson], labels: tuple[str, ...], *, now: datetime, progress: Progress = lambda _: None
) -> tuple[Weights, Fitted]:
    """Fit a model. Raises ValueError when there is too little to learn from."""
    if len(lessons) < _LEAST:
        raise ValueError(f"{len(lessons)} examples are too few; at least {_LEAST} are needed")
    progress(f"counting the words of {len(lessons)} messages")
    vectorizer = TfidfVectorizer(analyzer=_whole_terms, sublinear_tf=True, min_df=LEAST_SEEN)
    vectorizer.fit([item.reading for item in lessons])
    truth = np.array(
        [
            [*(label in item.labels for label in labels), *(item.kind == kind for kind in KINDS), item.urgent]
            for item in lessons
        ]
    )
    material, said = Material.of(lessons, vectorizer), _sentence_truth(lessons, labels)
    rows = np.zeros((len(lessons), views.width(len(labels), len(KINDS))))
    for number, (seen, unseen) in enumerate(_folds(lessons), 1):
        progress(f"learning from a part, {number} of {_PARTS}")
        rows[unseen] = Speakers.fitted(material, truth, said, seen).rows(material, unseen)
    scaler = StandardScaler().fit(rows)
    scaled = scaler.transform(rows)
    progress("fitting the last layer")
    held_out = np.zeros(truth.shape)
    for seen, unseen in _folds(lessons):
        held_out[unseen] = _judge(scaled[seen], truth[seen], 0).predict_proba(scaled[unseen])
    judges = [_judge(scaled, truth, seed) for seed in range(_JUDGES)]
    progress("fitting on everything")
    fitted = Fitted(vectorizer, Speakers.fitted(material, truth, said, np.arange(len(lessons))), scaler, judges)
    thresholds = {label: _best_threshold(held_out[:, i], truth[:, i]) for i, label in enumerate(labels)}
    thresholds["urgent"] = round(float(np.quantile(held_out[~truth[:, -1], -1], 1 - _FALSE_ALARMS)), 3)
    shipped = np.array([not item.own for item in lessons])
    held = _held_out(held_out[shipped], truth[shipped], labels, thresholds)
    held |= {f"f1 {label}": _f1(held_out[:, i], truth[:, i], thresholds[label]) for i, label in enumerate(labels)}
    return _weights(fitted, labels, thresholds, held, len(lessons), now), fitted


def _held_out(
    scores: Floats, truth: NDArray[np.bool_], labels: tuple[str, ...], thresholds: dict[str, float]
) -> dict[str, float]:
    """How good the last layer is on unseen writers: the figures that a later model must not fall behind."""
    taken = scores[:, : len(labels)] >= [thresholds[label] for label in labels]
    asked, urgent = truth[:, : len(labels)], truth[:, -1]
    hits = (taken & asked).sum(axis=0)
    f1 = 2 * hits / np.maximum(1, taken.sum(axis=0) + asked.sum(axis=0))
    found = scores[urgent, -1] >= thresholds["urgent"]
    return {
        "macro_f1": round(float(f1[asked.any(axis=0)].mean()), 4),
        "exact": round(float((taken == asked).all(axis=1).mean()), 4),
        "urgent_recall": round(float(found.mean()) if len(found) else 0.0, 4),
    }


def _folds(lessons: Sequence[Lesson]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Parts to learn from and parts to be judged on; no writer is in both."""
    yield from GroupKFold(_PARTS).split(lessons, groups=[item.voice for item in lessons])


def _judge(rows: Floats, truth: NDArray[np.bool_], seed: int) -> Any:
    """One small network over the rows, that answers for all labels, kinds and danger at once."""
    network = MLPClassifier((_UNITS,), alpha=1.0, max_iter=_ROUNDS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose
        return network.fit(rows, truth)


def _linear(rows: Any, truth: NDArray[np.bool_], C: float) -> Any:  # noqa: N803 - scikit-learn's own name
    """A logistic regression on terms that count the more, the more their share differs between yes and no.

    The idea is NB-SVM's (Wang and Manning, 2012), with the root of its ratios; they end in the coefficients.
    """
    weight = np.sqrt(np.abs(np.log(_share(rows[truth]) / _share(rows[~truth]))))
    weight /= np.sqrt((weight**2).mean()) or 1.0
    few = rows.shape[0] < _MANY_ROWS  # then the dual problem is the quicker one; both have one solution
    model = LogisticRegression(
        C=C, class_weight="balanced", solver="liblinear", dual=few, max_iter=2000, random_state=0
    )
    model.fit(rows @ sparse.diags(weight), truth)
    model.coef_ = model.coef_ * weight
    return model


def _share(rows: Any) -> Floats:
    """Of all terms that occur in rows, how many are this one; one more of each, so that none is nothing."""
    counts = np.asarray((rows > 0).sum(axis=0)).ravel() + 1.0
    share: Floats = counts / counts.sum()
    return share


def _whole_terms(reading: Reading) -> list[str]:
    found = [term for sentence in reading.sentences for term in terms(sentence.text)]
    return found + [f"m:{sign}" for sign in reading.signs]


def _sentence_truth(lessons: Sequence[Lesson], labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which label each sentence asks for, by the annotated words."""
    rows = []
    for item in lessons:
        for sentence in item.reading.sentences:
            whole = flat(sentence.text)
            said = {label for label, words in item.asks if words in whole or (len(whole) > 12 and whole in words)}
            rows.append([label in said for label in labels])
    return np.array(rows)


def _best_threshold(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """The threshold with the best F1 on unseen writers, within bounds that keep it a majority of evidence."""
    candidates = np.arange(0.40 if truth.sum() >= _WELL_KNOWN else 0.15, 0.61, 0.01)
    return round(float(max(candidates, key=lambda threshold: _f1(scores, truth, threshold))), 2)


def _f1(scores: Floats, truth: NDArray[np.bool_], threshold: float) -> float:
    taken = scores >= threshold
    hits = float((taken & truth).sum())
    return round(2 * hits / max(1.0, float(taken.sum() + truth.sum())), 4)


def _weights(
    fitted: Fitted,
    labels: tuple[str, ...],
    thresholds: dict[str, float],
    held_out: dict[str, float],
    examples: int,
    now: datetime,
) -> Weights:
    def rows(models: Sequence[Any]) -> NDArray[np.float32]:
        return np.vstack([model.coef_ for model in models]).astype(np.float32)

    def biases(models: Sequence[Any]) -> Floats:
        return np.concatenate([model.intercept_ for model in models]).astype(np.float64)

    of_labels, of_kinds, of_danger = (
        fitted.speakers.message[: len(labels)],
        fitted.speakers.message[len(labels) : -1],
        fitted.speakers.message[-1:],
    )
    return Weights(
        labels=labels,
        kinds=KINDS,
        thresholds=thresholds,
        examples=examples,
        made_at=now,
        held_out=held_out,
        vocabulary=tuple(str(term) for term in fitted.vectorizer.get_feature_names_out()),
        idf=fitted.vectorizer.idf_.astype(np.float64),
        message=rows(of_labels),
        message_bias=biases(of_labels),
        sentence=rows(fitted.speakers.sentence),
        sentence_bias=biases(fitted.speakers.sentence),
        kind=rows(of_kinds),
        kind_bias=biases(of_kinds),
        urgent=rows(of_danger),
        urgent_bias=biases(of_danger),
        view_mean=fitted.scaler.mean_,
        view_scale=fitted.scaler.scale_,
        hidden=np.stack([judge.coefs_[0] for judge in fitted.judges]),
        hidden_bias=np.stack([judge.intercepts_[0] for judge in fitted.judges]),
        answer=np.stack([judge.coefs_[1] for judge in fitted.judges]),
        answer_bias=np.stack([judge.intercepts_[1] for judge in fitted.judges]),
    )
