"""Ways to find what is asked, compared on writers that none has read: `python -m benchmarks.classifiers` (minutes).

Five folds, no writer on both sides; thresholds are chosen on the four folds that a part is not judged on.
"""

import random
import time
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from inboxtriage.category.examples import KINDS
from inboxtriage.service.learning import labels_of, shipped_examples
from inboxtriage.triage.model import fit
from inboxtriage.triage.model.network import Floats, Network
from inboxtriage.triage.model.speakers import Material, Terms, Truth, lessons, ratios


class Comparison:
    """One set of examples, cut into folds once. `share`: of the writers, so many are in it."""

    def __init__(self, share: float = 1.0) -> None:
        examples = shipped_examples()
        voices = sorted({example.voice for example in examples})
        random.Random(1).shuffle(voices)
        chosen = set(voices[: round(len(voices) * share)])
        examples = [example for example in examples if example.voice in chosen]
        self.lessons, self.labels = lessons(examples), labels_of(examples)
        self.material = Material.of(self.lessons, self.labels, *Terms.learned(self.lessons))
        self.truth = self.material.truth[:, : len(self.labels)]
        groups = [item.voice for item in self.lessons]
        self.folds: list[fit.Fold] = list(GroupKFold(5).split(self.lessons, groups=groups))

    def of_messages(self, make: Callable[[], object], *, weighted: bool = False) -> Floats:
        """Scores of a linear model on the whole message; `weighted` by naive Bayes' log-count ratios (NB-SVM)."""
        scores, matrix = np.zeros(self.truth.shape), self.material.messages
        for seen, unseen in self.folds:
            for n in range(len(self.labels)):
                rows = matrix
                if weighted:
                    rows = matrix @ sparse.diags(ratios(matrix[seen], self.truth[seen, n]))
                model = make().fit(rows[seen], self.truth[seen, n])  # type: ignore[attr-defined]
                scores[unseen, n] = model.decision_function(rows[unseen])
        return scores

    @cached_property
    def said(self) -> tuple[Floats, Floats]:
        """What the speakers say of messages and of sentences whose writer they had not seen."""
        return fit.said_of_unseen(self.material, self.folds, lambda _: None)

    @cached_property
    def rows_of_speakers(self) -> Floats:
        """What the judges would look at without a listener."""
        whole, spoken = self.said
        return fit.message_rows(self.material, whole, np.delete(spoken, len(self.labels), axis=1))

    @cached_property
    def rows(self) -> Floats:
        """What the judges look at."""
        return fit.message_rows(
            self.material, self.said[0], fit.heard_of_unseen(self.material, self.folds, *self.said)[0]
        )

    @property
    def best(self) -> Floats:
        """For each label the best sentence's log odds."""
        before = len(self.labels) + len(KINDS) + 1
        return self.rows_of_speakers[:, before : before + len(self.labels)]

    def stacked(self, rows: Floats) -> Floats:
        """Scores of a logistic regression over rows."""
        scores = np.zeros(self.truth.shape)
        for seen, unseen in self.folds:
            scale = StandardScaler().fit(rows[seen])
            for n, column in enumerate(self.truth[seen].T):
                model = LogisticRegression(max_iter=2000).fit(scale.transform(rows[seen]), column)
                scores[unseen, n] = model.decision_function(scale.transform(rows[unseen]))
        return scores

    def judged(self, rows: Floats, members: int) -> Floats:
        """Scores of so many small networks over rows."""
        scores = np.zeros(self.truth.shape)
        for seen, unseen in self.folds:
            tasks = [(seen, seed) for seed in range(members)]
            judge = Network.together(fit.networks(rows, self.material.truth, fit.JUDGE, tasks))
            scores[unseen] = judge.answers(rows[unseen])[:, : len(self.labels)]
        return scores

    def figures(self, scores: Floats) -> tuple[float, float]:
        """Macro-F1 and exact match."""
        taken = np.zeros(self.truth.shape, dtype=bool)
        for seen, unseen in self.folds:
            for n in range(len(self.labels)):
                taken[unseen, n] = scores[unseen, n] >= _best(scores[seen, n], self.truth[seen, n])
        hits = (taken & self.truth).sum(axis=0)
        f1 = 2 * hits / (taken.sum(axis=0) + self.truth.sum(axis=0))
        return float(f1.mean()), float((taken == self.truth).all(axis=1).mean())


def ways(c: Comparison) -> Iterator[tuple[str, Callable[[], Floats]]]:
    """Every way that is compared, the one in use last."""
    yield "whole message, logistic regression", lambda: c.of_messages(lambda: _logistic(4.0))
    yield "whole message, linear SVM", lambda: c.of_messages(lambda: LinearSVC(C=0.3, class_weight="balanced"))
    yield (
        "whole message, NB-SVM",
        lambda: c.of_messages(lambda: LinearSVC(C=0.3, class_weight="balanced"), weighted=True),
    )
    yield "best sentence, logistic regression", lambda: c.best
    yield "message and best sentence, stacked", lambda: c.stacked(np.hstack([c.said[0][:, : len(c.labels)], c.best]))
    yield "all that speaks, stacked", lambda: c.stacked(c.rows_of_speakers)
    yield "all that speaks, one small network", lambda: c.judged(c.rows_of_speakers, 1)
    yield "with a listener to each sentence, stacked", lambda: c.stacked(c.rows)
    yield "with a listener, one small network", lambda: c.judged(c.rows, 1)
    yield "with a listener, three small networks (in use)", lambda: c.judged(c.rows, fit.JUDGE.members)


def main() -> None:
    """Compare, and print two Markdown tables: the ways, and how the one in use grows with what it learns from."""
    c = Comparison()
    print(f"{len(c.lessons):,} messages\n\n| way | macro-F1 | exact match | seconds |\n| --- | --- | --- | --- |")
    for name, way in ways(c):
        begun = time.perf_counter()
        macro, exact = c.figures(way())
        print(f"| {name} | {macro:.3f} | {exact:.3f} | {time.perf_counter() - begun:.0f} |", flush=True)

    print("\n| writers | messages | macro-F1 | exact match |\n| --- | --- | --- | --- |")
    for percent in (25, 50, 75, 100):
        part = Comparison(percent / 100)
        macro, exact = part.figures(part.judged(part.rows, fit.JUDGE.members))
        print(f"| {percent}% | {len(part.lessons):,} | {macro:.3f} | {exact:.3f} |", flush=True)


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", dual=True, max_iter=2000)


def _best(scores: Floats, truth: Truth) -> float:
    candidates = np.quantile(scores, np.linspace(0.5, 0.97, 60))
    f1 = [2 * ((scores >= t) & truth).sum() / ((scores >= t).sum() + truth.sum()) for t in candidates]
    return float(candidates[int(np.argmax(f1))])


if __name__ == "__main__":
    main()
