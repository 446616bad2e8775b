"""Linear models that speak for each label, kind and danger: in a message as a whole, and in each of its sentences.

With model.fit the one door to scikit-learn, opened by `train` and `evaluate` alone.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # more threads than cores make it slower
    os.environ.setdefault(_threads, "1")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy import sparse  # noqa: E402
from sklearn.feature_extraction.text import TfidfTransformer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from inboxtriage.category.examples import ADDRESSED_TO, KINDS, OWN_PRACTICE, Example, flat  # noqa: E402
from inboxtriage.message.parse import parse  # noqa: E402
from inboxtriage.triage.features import terms  # noqa: E402
from inboxtriage.triage.model.network import Floats  # noqa: E402
from inboxtriage.triage.model.weights import Coefficients  # noqa: E402
from inboxtriage.triage.reading import Reading, read  # noqa: E402

_LEAST_SEEN = 3  # messages that a term must occur in to count
_OF_LABELS, _OF_WRITERS = 4.0, 20.0  # C: how far the linear models may go for labels; for kinds and danger
_MANY_ROWS = 20_000
_NEAR_ENOUGH = 0.01  # to the best coefficients: their scores then correlate by 0.9999
_SHORTEST_PART = 12  # letters of a sentence that is taken for a part of the annotated words

Truth = NDArray[np.bool_]
Chosen = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One example, read as the daemon would read it, with what it teaches."""

    reading: Reading
    labels: frozenset[str]
    asks: tuple[tuple[str, str], ...]  # label, words
    danger: tuple[str, ...]  # words
    kind: str
    urgent: bool
    voice: str
    own: bool  # an owner's correction: it teaches, and is not what a model is measured on


def lessons(examples: Sequence[Example]) -> list[Lesson]:
    """What the examples teach, in their order."""
    return [_lesson(example) for example in examples]


def _lesson(example: Example) -> Lesson:
    return Lesson(
        reading=read(parse(example.raw(), frozenset({ADDRESSED_TO}))),
        labels=frozenset(example.labels),
        asks=tuple((ask.label, flat(ask.text)) for ask in example.asks),
        danger=tuple(flat(words) for words in example.danger),
        kind=example.kind,
        urgent=example.urgent,
        voice=example.voice,
        own=example.practice == OWN_PRACTICE,
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """What turns lessons into rows of weighed terms."""

    columns: dict[str, int]  # of every term that was met
    kept: Chosen  # those columns that are known well enough
    weigher: Any

    @classmethod
    def learned(cls, lessons: Sequence[Lesson]) -> "tuple[Terms, tuple[Any, Any]]":
        """The terms of these lessons; and their rows, of messages and of sentences."""
        columns: dict[str, int] = defaultdict(count().__next__)
        messages, sentences = _counted(lessons, columns.__getitem__, lambda: len(columns))
        kept = np.flatnonzero(np.bincount(messages.indices, minlength=len(columns)) >= _LEAST_SEEN)
        messages, sentences = messages[:, kept], sentences[:, kept]
        weigher = TfidfTransformer(sublinear_tf=True).fit(messages)
        return cls(dict(columns), kept, weigher), (weigher.transform(messages), weigher.transform(sentences))

    def rows(self, lessons: Sequence[Lesson]) -> tuple[Any, Any]:
        """The rows of other lessons, of messages and of sentences."""
        unknown = len(self.columns)
        counted = _counted(lessons, lambda term: self.columns.get(term, unknown), lambda: unknown + 1)
        messages, sentences = (rows[:, self.kept] for rows in counted)
        return self.weigher.transform(messages), self.weigher.transform(sentences)

    @property
    def names(self) -> tuple[str, ...]:
        """The terms, in the order of the columns."""
        every = list(self.columns)
        return tuple(every[i] for i in self.kept)

    @property
    def idf(self) -> Floats:
        """Their inverse document frequencies."""
        idf: Floats = self.weigher.idf_.astype(np.float64)
        return idf


@dataclass(frozen=True, slots=True)
class Material:
    """Lessons as matrices: a row for each message, and one for each of its sentences, weighed like a message."""

    lessons: Sequence[Lesson]
    labels: tuple[str, ...]
    messages: Any
    sentences: Any
    of_words: Chosen  # the columns of whole words and signs, without letters within words
    ends: Chosen  # where each lesson's sentences begin, and where the last one's end
    truth: Truth  # of messages: each label, each kind, danger
    said: Truth  # of sentences: each label, any label, danger

    @classmethod
    def of(cls, lessons: Sequence[Lesson], labels: tuple[str, ...], known: Terms, rows: tuple[Any, Any]) -> "Material":
        """The lessons, with the rows of their terms: of messages and of sentences."""
        counts = [len(item.reading.sentences) for item in lessons]
        return cls(
            lessons,
            labels,
            *rows,
            np.flatnonzero([name[1:2] == ":" for name in known.names]),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.array([_truth(item, labels) for item in lessons]),
            np.array([_said(item, s.text, labels) for item in lessons for s in item.reading.sentences]),
        )

    @property
    def heard(self) -> Truth:
        """What a listener is to hear in each sentence: each label, and danger."""
        return np.delete(self.said, len(self.labels), axis=1)

    def sentences_of(self, chosen: Chosen) -> Chosen:
        """The rows of the sentences of these lessons."""
        return np.concatenate([np.arange(self.ends[i], self.ends[i + 1]) for i in chosen])

    def teaching(self, chosen: Chosen) -> Chosen:
        """The sentences of these lessons that can teach: where danger stands nobody says, in one that is not marked."""
        return self.sentences_of(np.array([i for i in chosen if self.lessons[i].danger or not self.lessons[i].urgent]))

    def split(self, rows: Floats) -> list[Floats]:
        """Rows of all sentences, for each lesson."""
        return np.split(rows, self.ends[1:-1])


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear model, rounded as it will be kept."""

    coefficients: Coefficients
    bias: float


@dataclass(frozen=True, slots=True)
class Speakers:
    """Linear models, for a message (each label, kind, danger) and for a sentence (each label, any label, danger)."""

    message: list[Linear]
    sentence: list[Linear]

    @classmethod
    def fitted(cls, material: Material, chosen: Chosen) -> "Speakers":
        """Taught by the chosen lessons."""
        labels, sentences = len(material.labels), material.teaching(chosen)
        messages, spoken = material.messages[chosen], material.sentences[sentences]
        truth, said = material.truth[chosen], material.said[sentences]
        # Letters within words tell questions apart; who writes, and danger, they do not.
        words, every = material.of_words, np.arange(messages.shape[1])
        work = [(messages, every, column, _OF_LABELS) for column in truth.T[:labels]]
        work += [(messages[:, words], words, column, _OF_WRITERS) for column in truth.T[labels:]]
        work += [(spoken, every, column, _OF_LABELS) for column in said.T]
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear works outside Python's lock
            models = list(threads.map(lambda one: linear(*one, terms=len(every)), work))
        return cls(models[: truth.shape[1]], models[truth.shape[1] :])

    def whole(self, material: Material, chosen: Chosen) -> Floats:
        """What they say of the chosen messages: a row each."""
        return _say(self.message, material.messages[chosen])

    def spoken(self, material: Material, chosen: Chosen) -> Floats:
        """What they say of the sentences of the chosen messages: a row each."""
        return _say(self.sentence, material.sentences[material.sentences_of(chosen)])


def _say(models: Sequence[Linear], rows: Any) -> Floats:
    coefficients = np.stack([model.coefficients for model in models], axis=1).astype(np.float64)
    said: Floats = rows @ coefficients + np.array([model.bias for model in models])
    return said


def linear(rows: Any, columns: Chosen, truth: Truth, C: float, *, terms: int) -> "Linear":  # noqa: N803 - scikit-learn's name
    """A logistic regression on terms that count the more, the more their share differs between yes and no.

    The idea is NB-SVM's (Wang and Manning, 2012), with the root of its ratios; they end in the coefficients. `columns`
    are those of all `terms` that the rows have.
    """
    weight = np.sqrt(ratios(rows, truth))
    weight /= np.sqrt((weight**2).mean()) or 1.0
    # Both problems have one solution; which one is the quicker to solve depends on the rows and on C.
    dual = rows.shape[0] < _MANY_ROWS and C < _OF_WRITERS
    model = LogisticRegression(
        C=C, class_weight="balanced", solver="liblinear", dual=dual, tol=_NEAR_ENOUGH, max_iter=2000, random_state=0
    )
    model.fit(rows @ sparse.diags(weight), truth)
    coefficients = np.zeros(terms, dtype=np.float16)
    coefficients[columns] = model.coef_[0] * weight
    return Linear(coefficients, float(model.intercept_[0]))


def ratios(rows: Any, truth: Truth) -> Floats:
    """How far the share of each term differs between yes and no: naive Bayes' log-count ratios, without their sign."""
    found: Floats = np.abs(np.log(_share(rows[truth]) / _share(rows[~truth])))
    return found


def _share(rows: Any) -> Floats:
    """Of all terms that occur in rows, how many are this one; one more of each, so that none is nothing."""
    counts = np.asarray((rows > 0).sum(axis=0)).ravel() + 1.0
    share: Floats = counts / counts.sum()
    return share


def _counted(lessons: Sequence[Lesson], column: Callable[[str], int], columns: Callable[[], int]) -> tuple[Any, Any]:
    """Counts of terms, of messages and of sentences: a message is the sum of its sentences, and its signs."""
    texts = [sentence.text for item in lessons for sentence in item.reading.sentences]
    in_sentences = [[column(term) for term in terms(text)] for text in texts]
    signs = [[column(f"m:{sign}") for sign in item.reading.signs] for item in lessons]
    sentences, around = _counts(in_sentences, columns()), _counts(signs, columns())
    owner = np.repeat(np.arange(len(lessons)), [len(item.reading.sentences) for item in lessons])
    every = np.arange(len(owner))
    sums = sparse.csr_matrix((np.ones(len(owner)), (owner, every)), shape=(len(lessons), len(owner)))
    return (sums @ sentences + around).tocsr(), sentences


def _counts(rows: list[list[int]], columns: int) -> Any:
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    places = np.fromiter((place for row in rows for place in row), dtype=np.int64, count=ends[-1])
    matrix = sparse.csr_matrix((np.ones(len(places)), places, ends), shape=(len(rows), columns))
    matrix.sum_duplicates()
    return matrix


def _truth(item: Lesson, labels: tuple[str, ...]) -> list[bool]:
    return [*(label in item.labels for label in labels), *(item.kind == kind for kind in KINDS), item.urgent]


def _said(item: Lesson, sentence: str, labels: tuple[str, ...]) -> list[bool]:
    """What a sentence says, by the annotated words: each label, any label, danger."""
    whole = flat(sentence)

    def holds(words: str) -> bool:
        return words in whole or (len(whole) > _SHORTEST_PART and whole in words)

    asked = {label for label, words in item.asks if holds(words)}
    return [*(label in asked for label in labels), bool(asked), any(holds(words) for words in item.danger)]
