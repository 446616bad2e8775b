"""Fitting: lessons -> Weights. With model.speakers the one door to scikit-learn, opened by `train` and `evaluate`.

Linear models speak (model.speakers), a listener hears each sentence among its neighbours, taught by the annotated asks,
and judges decide on the message. Each layer is taught on what the one below says of writers whom it had not seen.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from inboxtriage.category.examples import KINDS
from inboxtriage.triage.model import views
from inboxtriage.triage.model.network import Floats, Network, log_odds
from inboxtriage.triage.model.speakers import Chosen, Lesson, Linear, Material, Speakers, Terms, Truth
from inboxtriage.triage.model.weights import Coefficients, Weights

FOLDS = 5  # of an evaluation
_PARTS = 2  # into which the lessons are cut to teach the upper layers: more gain nothing and take longer
_LEAST = 40  # examples below which nothing worth having can be fitted
_WELL_KNOWN = 200  # examples from which on a label's scores need no indulgence
_FALSE_ALARMS = 0.03  # of calm messages, the share that may be called urgent: recall comes first
_RIGHT_DRAFTS = 0.65  # of the drafts, the share that must answer exactly what was asked

Progress = Callable[[str], None]
Fold = tuple[Chosen, Chosen]  # the lessons to learn from, and the others


@dataclass(frozen=True, slots=True)
class Plan:
    """How small networks are fitted: how many, and how far each may go."""

    members: int
    rounds: int  # passes over the rows
    restraint: float  # alpha: the weight of the penalty on large numbers
    batch: int  # rows between two steps
    step: float  # how far one goes
    units: int = 64


LISTENER = Plan(members=2, rounds=16, restraint=0.3, batch=1024, step=0.003)
JUDGE = Plan(members=3, rounds=60, restraint=3.0, batch=200, step=0.001)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted, still in scikit-learn's hands; `probabilities` is what the numpy reading must equal."""

    terms: Terms
    speakers: Speakers
    listener: Network
    judge: Network

    def probabilities(self, lessons: Sequence[Lesson], labels: tuple[str, ...]) -> Floats:
        """Probabilities of labels, kinds and danger, one row a lesson, by scikit-learn's own reading of the words."""
        material, everyone = Material.of(lessons, labels, self.terms, self.terms.rows(lessons)), np.arange(len(lessons))
        whole, spoken = self.speakers.whole(material, everyone), self.speakers.spoken(material, everyone)
        heard = log_odds(self.listener.answers(_sentence_rows(material, whole, spoken)))
        return self.judge.answers(message_rows(material, whole, heard))


def fit(
    lessons: Sequence[Lesson], labels: tuple[str, ...], *, now: datetime, progress: Progress = lambda _: None
) -> tuple[Weights, Fitted]:
    """Fit a model. Raises ValueError when there is too little to learn from."""
    if len(lessons) < _LEAST:
        raise ValueError(f"{len(lessons)} examples are too few; at least {_LEAST} are needed")
    progress(f"counting the words of {len(lessons)} messages")
    terms, counted = Terms.learned(lessons)
    material, everyone = Material.of(lessons, labels, terms, counted), np.arange(len(lessons))
    folds = list(_folds(lessons))
    whole, spoken = said_of_unseen(material, folds, progress)
    progress("listening to each sentence")
    heard, listener = heard_of_unseen(material, folds, whole, spoken)
    progress("fitting the last layer")
    rows, truth, held_out = message_rows(material, whole, heard), material.truth, np.zeros(material.truth.shape)
    tasks = [(seen, 0) for seen, _ in folds] + [(everyone, seed) for seed in range(JUDGE.members)]
    fitted = networks(rows, truth, JUDGE, tasks)
    for (_, others), one in zip(folds, fitted[: len(folds)], strict=True):
        held_out[others] = one.answers(rows[others])
    progress("fitting on everything")
    judge = Network.together(fitted[len(folds) :])
    done = Fitted(terms, Speakers.fitted(material, everyone), listener, judge)
    thresholds = {label: _best_threshold(held_out[:, i], truth[:, i]) for i, label in enumerate(labels)}
    thresholds["urgent"] = round(float(np.quantile(held_out[~truth[:, -1], -1], 1 - _FALSE_ALARMS)), 3)
    thresholds["reply"] = _sure_enough(held_out, truth, labels, thresholds)
    shipped = np.array([not item.own for item in lessons])
    held = _held_out(held_out[shipped], truth[shipped], labels, thresholds)
    held |= {f"f1 {label}": _f1(held_out[:, i], truth[:, i], thresholds[label]) for i, label in enumerate(labels)}
    return _weights(done, labels, thresholds, held, len(lessons), now), done


def said_of_unseen(material: Material, folds: Sequence[Fold], progress: Progress) -> tuple[Floats, Floats]:
    """What speakers say of messages and of sentences, each part said by those that were fitted on the others."""
    whole, spoken = np.zeros(material.truth.shape), np.zeros(material.said.shape)
    for number, (seen, others) in enumerate(folds, 1):
        progress(f"learning from a part, {number} of {len(folds)}")
        speakers = Speakers.fitted(material, seen)
        whole[others] = speakers.whole(material, others)
        spoken[material.sentences_of(others)] = speakers.spoken(material, others)
    return whole, spoken


def heard_of_unseen(material: Material, folds: Sequence[Fold], whole: Floats, spoken: Floats) -> tuple[Floats, Network]:
    """What listeners hear in sentences, each part heard by one fitted on the others; and one fitted on all of it."""
    rows, truth = _sentence_rows(material, whole, spoken), material.heard
    teaching = [material.teaching(seen) for seen in (*(seen for seen, _ in folds), np.arange(len(whole)))]
    tasks = [(chosen, seed) for chosen in teaching for seed in range(LISTENER.members)]
    fitted = networks(rows, truth, LISTENER, tasks)
    each = range(0, len(fitted), LISTENER.members)
    *of_folds, listener = (Network.together(fitted[i : i + LISTENER.members]) for i in each)
    heard = np.zeros(truth.shape)
    for (_, others), one in zip(folds, of_folds, strict=True):
        sentences = material.sentences_of(others)
        heard[sentences] = log_odds(one.answers(rows[sentences]))
    return heard, listener


def networks(rows: Floats, truth: Truth, plan: Plan, tasks: Sequence[tuple[Chosen, int]]) -> list[Network]:
    """For each task, which rows teach and from which seed, a network for all columns of the truth; on every core."""
    found: list[Network] = Parallel(n_jobs=-1)(delayed(_network)(rows, truth, plan, *task) for task in tasks)
    return found


def _network(rows: Floats, truth: Truth, plan: Plan, chosen: Chosen, seed: int) -> Network:
    scaler = StandardScaler().fit(rows[chosen])
    one = MLPClassifier(
        (plan.units,),
        alpha=plan.restraint,
        max_iter=plan.rounds,
        batch_size=plan.batch,
        learning_rate_init=plan.step,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is stopped on purpose; and Ctrl-C is told once, by the command
        one.fit(scaler.transform(rows[chosen]).astype(np.float32), truth[chosen])  # half the digits, less time
    layers = (one.coefs_[0], one.intercepts_[0], one.coefs_[1], one.intercepts_[1])
    return Network(scaler.mean_, scaler.scale_, *(layer[None].astype(np.float64) for layer in layers))


def _sentence_rows(material: Material, whole: Floats, spoken: Floats) -> Floats:
    parts = material.split(spoken)
    rows = [views.sentence_rows(w, p, item.reading) for w, p, item in zip(whole, parts, material.lessons, strict=True)]
    return np.vstack(rows)


def message_rows(material: Material, whole: Floats, heard: Floats) -> Floats:
    """What the judges look at."""
    parts = material.split(heard)
    return np.array([views.row(w, p, item.reading) for w, p, item in zip(whole, parts, material.lessons, strict=True)])


def _held_out(scores: Floats, truth: Truth, labels: tuple[str, ...], thresholds: dict[str, float]) -> dict[str, float]:
    """How good the last layer is on unseen writers: the figures that a later model must not fall behind."""
    taken = scores[:, : len(labels)] >= [thresholds[label] for label in labels]
    asked, urgent = truth[:, : len(labels)], truth[:, -1]
    hits = (taken & asked).sum(axis=0)
    f1 = 2 * hits / np.maximum(1, taken.sum(axis=0) + asked.sum(axis=0))
    found = scores[urgent, -1] >= thresholds["urgent"]
    return {
        "macro_f1": round(float(f1[asked.any(axis=0)].mean()), 4),
        "exact": round(float((taken == asked).all(axis=1).mean()), 4),
        "urgent_recall": round(float(found.mean()) if len(found) else 0.0, 4),
    }


def _folds(lessons: Sequence[Lesson]) -> Iterator[Fold]:
    """Parts to learn from and parts to be judged on; no writer is in both."""
    yield from GroupKFold(_PARTS).split(lessons, groups=[item.voice for item in lessons])


def _best_threshold(scores: Floats, truth: Truth) -> float:
    """The threshold with the best F1 on unseen writers, within bounds that keep it a majority of evidence."""
    candidates = np.arange(0.40 if truth.sum() >= _WELL_KNOWN else 0.15, 0.61, 0.01)
    return round(float(max(candidates, key=lambda threshold: _f1(scores, truth, threshold))), 2)


def _sure_enough(scores: Floats, truth: Truth, labels: tuple[str, ...], thresholds: dict[str, float]) -> float:
    """The least confidence from which on enough drafts answer exactly what was asked."""
    said = scores[:, : len(labels)]
    taken = said >= [thresholds[label] for label in labels]
    drafted = taken.any(axis=1)
    right, sure = (
        (taken == truth[:, : len(labels)]).all(axis=1)[drafted],
        np.maximum(said, 1.0 - said).min(axis=1)[drafted],
    )
    enough = (c for c in np.arange(0.50, 0.80, 0.01) if right[sure >= c].mean() >= _RIGHT_DRAFTS)
    return round(float(next(enough, 0.80)), 2)


def _f1(scores: Floats, truth: Truth, threshold: float) -> float:
    taken = scores >= threshold
    hits = float((taken & truth).sum())
    return round(2 * hits / max(1.0, float(taken.sum() + truth.sum())), 4)


def _weights(
    fitted: Fitted,
    labels: tuple[str, ...],
    thresholds: dict[str, float],
    held_out: dict[str, float],
    examples: int,
    now: datetime,
) -> Weights:
    return Weights(
        labels=labels,
        kinds=KINDS,
        thresholds=thresholds,
        examples=examples,
        made_at=now,
        held_out=held_out,
        vocabulary="\n".join(fitted.terms.names),
        idf=fitted.terms.idf,
        message=_coefficients(fitted.speakers.message),
        message_bias=_biases(fitted.speakers.message),
        sentence=_coefficients(fitted.speakers.sentence),
        sentence_bias=_biases(fitted.speakers.sentence),
        listener=fitted.listener,
        judge=fitted.judge,
    )


def _coefficients(models: Sequence[Linear]) -> Coefficients:
    return np.stack([model.coefficients for model in models], axis=1)


def _biases(models: Sequence[Linear]) -> Floats:
    return np.array([model.bias for model in models])
