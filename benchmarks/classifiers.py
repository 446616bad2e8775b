"""Ways to find what is asked, compared on writers that none has read: `python -m benchmarks.classifiers` (minutes).

Five folds, no writer on both sides; thresholds are chosen on the four folds that a part is not judged on.
"""

import random
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from inboxtriage.category.examples import KINDS
from inboxtriage.service.learning import labels_of, shipped_examples
from inboxtriage.triage.model import fit, views
from inboxtriage.triage.model.fit import Material, Speakers
from inboxtriage.triage.model.weights import Floats

Truth = NDArray[np.bool_]
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


class Comparison:
    """One set of examples, cut into folds once. `share`: of the writers, so many are in it."""

    def __init__(self, share: float = 1.0) -> None:
        examples = shipped_examples()
        voices = sorted({example.voice for example in examples})
        random.Random(1).shuffle(voices)
        chosen = set(voices[: round(len(voices) * share)])
        examples = [example for example in examples if example.voice in chosen]
        self.labels = labels_of(examples)
        self.lessons = [fit.lesson(example) for example in examples]
        vectorizer = TfidfVectorizer(analyzer=fit._whole_terms, sublinear_tf=True, min_df=fit.LEAST_SEEN)  # noqa: SLF001
        vectorizer.fit([item.reading for item in self.lessons])
        self.material = Material.of(self.lessons, vectorizer)
        self.said = fit._sentence_truth(self.lessons, self.labels)  # noqa: SLF001
        self.truth = np.array([[label in item.labels for label in self.labels] for item in self.lessons])
        others = [[*(item.kind == kind for kind in KINDS), item.urgent] for item in self.lessons]
        self.everything = np.hstack([self.truth, np.array(others)])
        groups = [item.voice for item in self.lessons]
        self.folds: list[Fold] = list(GroupKFold(5).split(self.lessons, groups=groups))

    def of_messages(self, make: Callable[[], object], *, weighted: bool = False) -> Floats:
        """Scores of a linear model on the whole message; `weighted` by naive Bayes' log-count ratios (NB-SVM)."""
        scores, matrix = np.zeros(self.truth.shape), self.material.messages
        for seen, unseen in self.folds:
            for n in range(len(self.labels)):
                rows = matrix
                if weighted:
                    rows = matrix @ sparse.diags(_ratios(matrix[seen], self.truth[seen, n]))
                model = make().fit(rows[seen], self.truth[seen, n])  # type: ignore[attr-defined]
                scores[unseen, n] = model.decision_function(rows[unseen])
        return scores

    def rows(self) -> Floats:
        """What speaks to the last layer, from speakers that had not seen the writer."""
        found = np.zeros((len(self.lessons), views.width(len(self.labels), len(KINDS))))
        for seen, unseen in self.folds:
            speakers = Speakers.fitted(self.material, self.everything, self.said, seen)
            found[unseen] = speakers.rows(self.material, unseen)
        return found

    def judged(self, rows: Floats, judge: Callable[[Floats, Truth], Callable[[Floats], Floats]]) -> Floats:
        """Scores of a last layer over rows."""
        scores = np.zeros(self.truth.shape)
        for seen, unseen in self.folds:
            scale = StandardScaler().fit(rows[seen])
            answers = judge(scale.transform(rows[seen]), self.everything[seen])(scale.transform(rows[unseen]))
            scores[unseen] = answers[:, : len(self.labels)]
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
    labels = len(c.labels)
    yield "whole message, logistic regression", lambda: c.of_messages(lambda: _logistic(4.0))
    yield "whole message, linear SVM", lambda: c.of_messages(lambda: LinearSVC(C=0.3, class_weight="balanced"))
    yield (
        "whole message, NB-SVM",
        lambda: c.of_messages(lambda: LinearSVC(C=0.3, class_weight="balanced"), weighted=True),
    )
    rows = c.rows()
    best = slice(labels + len(KINDS) + 1, 2 * labels + len(KINDS) + 1)
    yield "best sentence, logistic regression", lambda: rows[:, best]
    both = np.hstack([rows[:, :labels], rows[:, best]])
    yield "message and best sentence, stacked", lambda: c.judged(both, _stack)
    yield "all that speaks, stacked", lambda: c.judged(rows, _stack)
    yield "all that speaks, one small network", lambda: c.judged(rows, lambda x, y: _networks(x, y, 1))
    yield "all that speaks, three small networks (in use)", lambda: c.judged(rows, lambda x, y: _networks(x, y, 3))


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
        macro, exact = part.figures(part.judged(part.rows(), lambda x, y: _networks(x, y, 3)))
        print(f"| {percent}% | {len(part.lessons):,} | {macro:.3f} | {exact:.3f} |", flush=True)


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", dual=True, max_iter=2000)


def _stack(rows: Floats, truth: Truth) -> Callable[[Floats], Floats]:
    models = [LogisticRegression(max_iter=2000).fit(rows, column) for column in truth.T]
    return lambda unseen: np.stack([model.predict_proba(unseen)[:, 1] for model in models], axis=1)


def _networks(rows: Floats, truth: Truth, members: int) -> Callable[[Floats], Floats]:
    judges = [fit._judge(rows, truth, seed) for seed in range(members)]  # noqa: SLF001
    return lambda unseen: np.mean([judge.predict_proba(unseen) for judge in judges], axis=0)


def _ratios(matrix: sparse.csr_matrix, truth: Truth) -> Floats:
    counts = [np.asarray((matrix[chosen] > 0).sum(axis=0)).ravel() + 1.0 for chosen in (truth, ~truth)]
    ratios: Floats = np.abs(np.log((counts[0] / counts[0].sum()) / (counts[1] / counts[1].sum())))
    return ratios


def _best(scores: Floats, truth: Truth) -> float:
    candidates = np.quantile(scores, np.linspace(0.5, 0.97, 60))
    f1 = [2 * ((scores >= t) & truth).sum() / ((scores >= t).sum() + truth.sum()) for t in candidates]
    return float(candidates[int(np.argmax(f1))])


if __name__ == "__main__":
    main()
