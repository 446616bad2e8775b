"""Small networks in numpy: the same as scikit-learn's, and several as one."""

import warnings

import numpy as np
import pytest

from inboxtriage.triage.model.fit import Plan, networks
from inboxtriage.triage.model.network import Network, log_odds


@pytest.fixture(scope="module")
def fitted() -> tuple[np.ndarray, np.ndarray, list[Network]]:
    random = np.random.default_rng(0)
    rows = random.normal(size=(400, 6))
    truth = np.stack([rows[:, 0] + rows[:, 1] > 0, rows[:, 2] * rows[:, 3] > 0], axis=1)
    plan = Plan(members=2, rounds=200, restraint=0.01, batch=50, step=0.01, units=16)
    return rows, truth, networks(rows, truth, plan, [(np.arange(300), seed) for seed in range(2)])


def test_they_learn_what_no_line_divides(fitted: tuple[np.ndarray, np.ndarray, list[Network]]) -> None:
    rows, truth, found = fitted
    for one in found:
        right = (one.answers(rows[300:]) > 0.5) == truth[300:]
        assert right.mean(axis=0).min() > 0.85


def test_several_answer_with_their_mean(fitted: tuple[np.ndarray, np.ndarray, list[Network]]) -> None:
    rows, _, found = fitted
    mean = np.mean([one.answers(rows) for one in found], axis=0)
    assert np.allclose(Network.together(found).answers(rows), mean, atol=1e-12)


def test_a_network_is_what_scikit_learn_fitted(fitted: tuple[np.ndarray, np.ndarray, list[Network]]) -> None:
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    rows, truth, found = fitted
    scaler = StandardScaler().fit(rows[:300])
    theirs = MLPClassifier((16,), alpha=0.01, max_iter=200, batch_size=50, learning_rate_init=0.01, random_state=1)
    with warnings.catch_warnings(action="ignore"):
        theirs.fit(scaler.transform(rows[:300]).astype(np.float32), truth[:300])
    expected = theirs.predict_proba(scaler.transform(rows).astype(np.float32))
    assert np.abs(found[1].answers(rows) - expected).max() < 1e-5


def test_log_odds_stay_finite() -> None:
    assert log_odds(np.array([0.5])) == 0
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
