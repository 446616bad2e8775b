"""The one thing triage asks of a classifier, whatever it is made of."""

from typing import Protocol

from inboxtriage.triage.reading import Reading
from inboxtriage.triage.verdict import Scores


class Classifier(Protocol):
    """Scores readings. `thresholds` says from which score on a label is taken to be asked."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        ...

    @property
    def thresholds(self) -> dict[str, float]:
        """For each label, and for "urgent", the score from which on it counts."""
        ...

    def score(self, reading: Reading) -> Scores:
        """The scores of one message."""
        ...
