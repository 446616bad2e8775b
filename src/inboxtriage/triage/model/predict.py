"""Scores from a trained model with numpy alone: scikit-learn is needed to train, never to read mail.

A message is the sum of its sentences; both are weighed by TF-IDF (1 + log count, inverse document frequency, unit
length). What is said of each sentence is heard by a small network together with what stands around it, and what was
heard is judged by others, exactly as in training: one test holds both equal to 1e-6.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inboxtriage.triage.features import pairs, tokens, word_terms
from inboxtriage.triage.model import views
from inboxtriage.triage.model.network import Floats, log_odds
from inboxtriage.triage.model.weights import Weights
from inboxtriage.triage.reading import Reading
from inboxtriage.triage.verdict import Scores

_CACHED_WORDS = 8_000

Ids = NDArray[np.int32]


class LinearClassifier:
    """A Classifier (see triage.classifier) on `Weights`."""

    def __init__(self, weights: Weights) -> None:
        self._index = {term: i for i, term in enumerate(weights.vocabulary)}
        self._word_ids = lru_cache(maxsize=_CACHED_WORDS)(self._ids_of_word)
        # One row per term: what belongs to a term lies together in memory.
        self._by_message = np.ascontiguousarray(np.vstack([weights.message, weights.kind, weights.urgent]).T)
        self._by_sentence = np.ascontiguousarray(weights.sentence.T)
        self._message_bias = np.concatenate([weights.message_bias, weights.kind_bias, weights.urgent_bias])
        # Their columns are kept once, as rows; a daemon holds them for weeks.
        none = np.zeros((0, 0), dtype=np.float32)
        self._w = replace(weights, vocabulary=(), message=none, sentence=none, kind=none, urgent=none)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        return self._w.labels

    @property
    def held_out(self) -> dict[str, float]:
        """Its figures on writers that it had not seen when it was fitted."""
        return self._w.held_out

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
        whole = self._weigh([np.concatenate([*sentences, around])], self._by_message)[0] + self._message_bias
        spoken = self._weigh(sentences, self._by_sentence) + self._w.sentence_bias
        heard = log_odds(self._w.listener.answers(views.sentence_rows(whole, spoken, reading)))
        answers = self._w.judge.answers(views.row(whole, heard, reading)[None])[0]
        of_kinds = answers[labels : labels + kinds]
        return Scores(
            labels=dict(zip(self._w.labels, answers[:labels].tolist(), strict=True)),
            kinds=dict(zip(self._w.kinds, (of_kinds / of_kinds.sum()).tolist(), strict=True)),
            urgent=float(answers[-1]),
            evidence=self._evidence(reading, heard),
        )

    def _evidence(self, reading: Reading, heard: Floats) -> dict[str, int]:
        """For each label and for danger the sentence that says it most; the topic line only where there is no other."""
        if not len(heard):
            return {}
        body = [i for i, sentence in enumerate(reading.sentences) if not sentence.topic] or list(range(len(heard)))
        loudest = heard[body].argmax(axis=0)
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
