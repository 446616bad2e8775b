"""Small networks of one hidden layer, as plain numbers: rows in, probabilities out. Fitted elsewhere (model.fit)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_OF_MEMBERS = ("hidden", "hidden_bias", "answer", "answer_bias")
_LEAST_SHARE = 1e-6  # a probability is never taken to be nearer to 0 or 1 than this
_FARTHEST = 60.0  # log odds beyond which a probability is 0 or 1


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Several networks that look at the same row, each with one hidden layer of rectified units."""

    mean: Floats  # of each number of a row, by which rows are put on one scale
    scale: Floats
    hidden: Floats  # networks x numbers of a row x units
    hidden_bias: Floats  # networks x units
    answer: Floats  # networks x units x answers
    answer_bias: Floats  # networks x answers

    def answers(self, rows: Floats) -> Floats:
        """The mean of the probabilities that the networks give to each answer, for each row."""
        seen = (rows - self.mean) / self.scale
        total = np.zeros((len(rows), self.answer_bias.shape[1]))
        for hidden, hidden_bias, answer, bias in zip(
            self.hidden, self.hidden_bias, self.answer, self.answer_bias, strict=True
        ):
            odds = np.maximum(0.0, seen @ hidden + hidden_bias) @ answer + bias
            total += 1.0 / (1.0 + np.exp(-np.clip(odds, -_FARTHEST, _FARTHEST)))
        mean: Floats = total / len(self.hidden)
        return mean

    @classmethod
    def together(cls, networks: Sequence["Network"]) -> "Network":
        """Several that were fitted on the same rows, as one."""
        members = (np.concatenate([getattr(one, name) for one in networks]) for name in _OF_MEMBERS)
        return cls(networks[0].mean, networks[0].scale, *members)

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """Its numbers by name."""
        return {f"{prefix}_{field.name}": getattr(self, field.name) for field in fields(self)}

    @staticmethod
    def shapes(prefix: str, members: int, seen: int, units: int, answers: int) -> dict[str, tuple[int, ...]]:
        """The shape that each of `arrays` must have."""
        shapes: dict[str, tuple[int, ...]] = {
            "mean": (seen,),
            "scale": (seen,),
            "hidden": (members, seen, units),
            "hidden_bias": (members, units),
            "answer": (members, units, answers),
            "answer_bias": (members, answers),
        }
        return {f"{prefix}_{name}": shape for name, shape in shapes.items()}


def log_odds(probabilities: Floats) -> Floats:
    """Probabilities as log odds, kept finite."""
    bounded = np.clip(probabilities, _LEAST_SHARE, 1.0 - _LEAST_SHARE)
    odds: Floats = np.log(bounded / (1.0 - bounded))
    return odds
