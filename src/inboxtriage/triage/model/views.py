"""What the last layer of the model looks at: how the message, its sentences and its signs speak, as one row of numbers.

The same for fitting and for reading; that is why it stands by itself.
"""

import math

import numpy as np
from numpy.typing import NDArray

from inboxtriage.triage.reading import Reading
from inboxtriage.triage.urgency import SIGNS, signs

Floats = NDArray[np.float64]

_NO_SENTENCE = -6.0  # log odds of a sentence that is not there
_FARTHEST = 30.0  # log odds beyond which nothing more is learned


def width(labels: int, kinds: int) -> int:
    """How many numbers a row has."""
    return 4 * labels + kinds + 2 + len(SIGNS) + 1 + 2


def row(whole: Floats, spoken: Floats, labels: int, reading: Reading) -> Floats:
    """The row of one message.

    `whole`: log odds of the message for each label, each kind, and danger. `spoken`: a row for each sentence, with its
    log odds for each label, and danger.
    """
    best, second = top_two(spoken)
    many = np.logaddexp(0.0, np.clip(spoken[:, :labels], -_FARTHEST, _FARTHEST)).sum(axis=0)
    words = sum(len(sentence.text.split()) for sentence in reading.sentences)
    length = [math.log1p(words), math.log1p(len(reading.sentences))]
    return np.concatenate([whole, best[:labels], second[:labels], many, best[labels:], signs(reading), length])


def top_two(spoken: Floats) -> tuple[Floats, Floats]:
    """The highest and second highest log odds of any sentence, for each column."""
    padded = np.vstack([spoken, np.full((2, spoken.shape[1]), _NO_SENTENCE)])
    ranked = np.sort(padded, axis=0)
    return ranked[-1], ranked[-2]
