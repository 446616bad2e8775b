"""Scores from a trained model with numpy alone: scikit-learn is needed to train, never to read mail.

A message is the sum of its sentences; both are weighed by TF-IDF (1 + log count, inverse document frequency, unit
length) exactly as in training, and one test holds both equal to 1e-6.
"""

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inboxtriage.triage.features import pairs, tokens, word_terms
from inboxtriage.triage.model.weights import Floats, Weights
from inboxtriage.triage.reading import Reading
from inboxtriage.triage.urgency import signs
from inboxtriage.triage.verdict import Scores

_NO_SENTENCE = -6.0  # log odds of a sentence that is not there
_CACHED_WORDS = 20_000

Ids = NDArray[np.int32]


class LinearClassifier:
    """A Classifier (see triage.classifier) on `Weights`."""

    def __init__(self, weights: Weights) -> None:
        self._w = weights
        self._index = {term: i for i, term in enumerate(weights.vocabulary)}
        self._word_ids = lru_cache(maxsize=_CACHED_WORDS)(self._ids_of_word)
        # One row per term: what belongs to a term lies together in memory.
        self._by_message = np.ascontiguousarray(np.vstack([weights.message, weights.kind, weights.urgent]).T)
        self._by_sentence = np.ascontiguousarray(np.vstack([weights.sentence, weights.urgent]).T)
        self._sentence_bias = np.concatenate([weights.sentence_bias, weights.urgent_bias])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        return self._w.labels

    @property
    def thresholds(self) -> dict[str, float]:
        """The score from which on each label, and "urgent", counts."""
        return self._w.thresholds

    def score(self, reading: Reading) -> Scores:
        """The scores of one message, with the index of the sentence that spoke for each label."""
        labels, kinds = len(self._w.labels), len(self._w.kinds)
        sentences = [self._ids(sentence.text) for sentence in reading.sentences]
        around = np.array(
            [i for sign in reading.signs if (i := self._index.get(f"m:{sign}")) is not None], dtype=np.int32
        )
        whole = self._weigh([np.concatenate([*sentences, around])], self._by_message)[0]
        of_labels = whole[:labels] + self._w.message_bias
        of_kinds = whole[labels : labels + kinds] + self._w.kind_bias
        urgent = float(whole[labels + kinds] + self._w.urgent_bias[0])
        spoken = self._weigh(sentences, self._by_sentence) + self._sentence_bias
        best, second = top_two(spoken, labels + 1)
        danger = self._w.danger[0] @ np.array([urgent, best[-1], *signs(reading)]) + self._w.danger_bias[0]
        best, second = best[:-1], second[:-1]
        stacked = self._w.stack @ np.concatenate([of_labels, best, second]) + self._w.stack_bias
        return Scores(
            labels=dict(zip(self._w.labels, _probabilities(stacked), strict=True)),
            kinds=dict(zip(self._w.kinds, _shares(of_kinds), strict=True)),
            urgent=_probability(float(danger)),
            evidence=self._evidence(reading, spoken),
        )

    def _evidence(self, reading: Reading, spoken: Floats) -> dict[str, int]:
        """For each label and for danger the sentence that spoke most; the topic line only where there is no other."""
        if not len(spoken):
            return {}
        body = [i for i, sentence in enumerate(reading.sentences) if not sentence.topic] or list(range(len(spoken)))
        loudest = spoken[body].argmax(axis=0)
        return {label: body[loudest[n]] for n, label in enumerate((*self._w.labels, "urgent"))}

    def _ids(self, sentence: str) -> Ids:
        """The known terms of a sentence, repeated as often as they occur."""
        words = tokens(sentence)
        known = [self._word_ids(word) for word in words]
        near = [i for pair in pairs(words) if (i := self._index.get(pair)) is not None]
        return np.concatenate([*known, np.array(near, dtype=np.int32)])

    def _ids_of_word(self, word: str) -> Ids:
        return np.array([i for t in word_terms(word) if (i := self._index.get(t)) is not None], dtype=np.int32)

    def _weigh(self, texts: list[Ids], rows: NDArray[np.float32]) -> Floats:
        """For each text, all at once: its TF-IDF vector, of unit length, times the coefficients of its terms."""
        weighed = np.zeros((len(texts), rows.shape[1]))
        known = [i for i, ids in enumerate(texts) if len(ids)]
        if not known:
            return weighed
        size = len(self._w.idf)
        offsets = np.repeat(np.arange(len(known)) * size, [len(texts[i]) for i in known])
        keys, counts = np.unique(np.concatenate([texts[i] for i in known]) + offsets, return_counts=True)
        terms, begins = keys % size, np.searchsorted(keys, np.arange(len(known)) * size)
        values = (1.0 + np.log(counts)) * self._w.idf[terms]
        lengths = np.sqrt(np.add.reduceat(values * values, begins))
        weighed[known] = np.add.reduceat(values[:, None] * rows[terms], begins) / lengths[:, None]
        return weighed


def top_two(spoken: Floats, labels: int) -> tuple[Floats, Floats]:
    """The highest and second highest log odds of any sentence, for each label."""
    padded = np.full((2, labels), _NO_SENTENCE)
    if len(spoken):
        padded = np.vstack([spoken, padded])
    ranked = np.sort(padded, axis=0)
    return ranked[-1], ranked[-2]


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, odds))))


def _probabilities(odds: Iterable[float]) -> list[float]:
    return [_probability(float(z)) for z in odds]


def _shares(odds: Floats) -> list[float]:
    grown = np.exp(odds - odds.max())
    return [float(share) for share in grown / grown.sum()]
