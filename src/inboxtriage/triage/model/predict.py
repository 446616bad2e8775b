"""Scores from a trained model with numpy alone: scikit-learn is needed to train, never to read mail.

A message is the sum of its sentences; both are weighed by TF-IDF (1 + log count, inverse document frequency, unit
length). What is said of each sentence is heard by a small network together with what stands around it, and what was
heard is judged by others, exactly as in training: one test holds both equal to 1e-6.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from inboxtriage.triage.features import pairs, tokens, word_terms
from inboxtriage.triage.model import views
from inboxtriage.triage.model.network import Floats, log_odds
from inboxtriage.triage.model.weights import Coefficients, Weights
from inboxtriage.triage.reading import Reading
from inboxtriage.triage.verdict import Scores

_CACHED_WORDS = 8_000

Ids = NDArray[np.intp]


class LinearClassifier:
    """A Classifier (see triage.classifier) on `Weights`."""

    def __init__(self, weights: Weights) -> None:
        # Terms are known by their hashes, in order, not by their letters: a twentieth of the room.
        hashes = np.fromiter((hash(line.rstrip("\n")) for line in StringIO(weights.vocabulary)), dtype=np.int64)
        self._terms = np.argsort(hashes)
        self._hashes = hashes[self._terms]
        self._w = replace(weights, vocabulary="")
        self._word_ids = lru_cache(maxsize=_CACHED_WORDS)(lambda word: self._places(word_terms(word)))

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
        around = self._places([f"m:{sign}" for sign in reading.signs])
        whole = self._weigh([np.concatenate([*sentences, around])], self._w.message)[0] + self._w.message_bias
        spoken = self._weigh(sentences, self._w.sentence) + self._w.sentence_bias
        sentence_answers = self._w.listener.answers(views.sentence_rows(whole, spoken, reading))
        heard = log_odds(sentence_answers)
        answers = self._w.judge.answers(views.row(whole, heard, reading)[None])[0]
        answers[labels : labels + kinds] /= answers[labels : labels + kinds].sum()
        answers = answers.round(6)  # beyond that two processors, or two places in memory, need not agree
        return Scores(
            labels=dict(zip(self._w.labels, answers[:labels].tolist(), strict=True)),
            kinds=dict(zip(self._w.kinds, answers[labels : labels + kinds].tolist(), strict=True)),
            urgent=float(answers[-1]),
            evidence=self._evidence(reading, heard),
            heard=tuple(dict(zip(self._w.labels, row, strict=False)) for row in sentence_answers.tolist()),
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
        return np.concatenate([*(self._word_ids(word) for word in words), self._places(pairs(words))])

    def _places(self, terms: Sequence[str]) -> Ids:
        """The rows of the terms that are known."""
        hashes = np.fromiter((hash(term) for term in terms), dtype=np.int64)
        places = np.searchsorted(self._hashes, hashes) % len(self._hashes)
        found: Ids = self._terms[places[self._hashes[places] == hashes]]
        return found

    def _weigh(self, texts: list[Ids], rows: Coefficients) -> Floats:
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
