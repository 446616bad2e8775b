"""What the two layers of networks look at, as rows of numbers. The same for fitting and for reading.

The listener looks at one sentence: how it speaks, how its neighbours speak, and how the whole message does. The judge
looks at the message: how it speaks as a whole, and what the listener heard in its sentences.
"""

import math

import numpy as np

from inboxtriage.triage.manner import PLACED, SPOKEN, manner
from inboxtriage.triage.model.network import Floats
from inboxtriage.triage.reading import Reading
from inboxtriage.triage.urgency import SIGNS, signs

EXTRA = 2  # what linear models say of a sentence beside its labels: whether it asks anything, and danger
_NEIGHBOURS = (-2, -1, 1, 2)
_NO_SENTENCE = -6.0  # log odds of a sentence that is not there
_FARTHEST = 30.0  # log odds beyond which nothing more is learned


def sentence_width(labels: int, kinds: int) -> int:
    """How many numbers a sentence's row has."""
    near = labels + EXTRA + len(SPOKEN)
    return near * (1 + len(_NEIGHBOURS)) + len(PLACED) + labels + kinds + 1 + 3 * (labels + EXTRA)


def sentence_rows(whole: Floats, spoken: Floats, reading: Reading) -> Floats:
    """A row for each sentence.

    `whole`: log odds of the message for each label, each kind, and danger. `spoken`: a row for each sentence, with its
    log odds for each label, for any label, and for danger.
    """
    how = np.array(manner(reading), dtype=np.float64).reshape(len(spoken), len(SPOKEN) + len(PLACED))
    own = np.hstack([spoken, how[:, : len(SPOKEN)]])
    count, far = len(own), max(_NEIGHBOURS)
    padded = np.full((count + 2 * far, own.shape[1]), _NO_SENTENCE)
    padded[far : far + count] = own
    near = [padded[far + step : far + step + count] for step in _NEIGHBOURS]
    around = np.concatenate([whole, *_summary(spoken)])
    return np.hstack([own, *near, how[:, len(SPOKEN) :], np.broadcast_to(around, (count, len(around)))])


def width(labels: int, kinds: int) -> int:
    """How many numbers a message's row has."""
    return labels + kinds + 1 + 3 * (labels + 1) + len(SIGNS) + 1 + 2


def row(whole: Floats, heard: Floats, reading: Reading) -> Floats:
    """The row of one message; `heard`: for each sentence the log odds of each label, and of danger."""
    words = sum(len(sentence.text.split()) for sentence in reading.sentences)
    length = [math.log1p(words), math.log1p(len(reading.sentences))]
    return np.concatenate([whole, *_summary(heard), signs(reading), length])


def _summary(said: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each column the highest and second highest log odds, and how many sentences say it."""
    padded = np.vstack([said, np.full((2, said.shape[1]), _NO_SENTENCE)])
    ranked = np.sort(padded, axis=0)
    return ranked[-1], ranked[-2], np.logaddexp(0.0, np.clip(said, -_FARTHEST, _FARTHEST)).sum(axis=0)
