from __future__ import annotations

import numpy as np
import pytest

from prle.explanation import survey as module
from prle.explanation.survey import survey
from prle.models.labels.committee import averaged
from prle.models.labels.model import Forward
from prle.models.labels.routers.interface import Spaces
from prle.models.labels.targets import NumberTarget

PROTOTYPES = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 9.0]])


class TwoMembers:
    """Answers as a predictor does: members share where the prototypes are, but not how they weigh them."""

    target = NumberTarget(mean=1.0, deviation=2.0)
    prototypes = PROTOTYPES

    def answer(self, sentences):
        return averaged([self._forward(sentences[:, 0], sharpness) for sharpness in (0.5, 2.0)], self.target)

    def retrieval(self, sentences):
        return sentences[:, 0]

    def _forward(self, points, sharpness):
        far = np.linalg.norm(points[:, None] - PROTOTYPES[None], axis=2)
        weights = np.exp(-sharpness * far)
        weights /= weights.sum(axis=1, keepdims=True)
        outputs = np.repeat(np.array([[[0.0], [1.0], [2.0]]]), len(points), axis=0)
        return Forward(
            inputs=Spaces(retrieval=points, value=points),
            prototypes=Spaces(retrieval=PROTOTYPES, value=PROTOTYPES),
            weights=weights,
            outputs=outputs,
            prediction=np.sum(weights[:, :, None] * outputs, axis=1),
        )


@pytest.fixture
def points():
    return np.random.default_rng(0).uniform(0.0, 9.0, size=(40, 1, 2))


def test_by_hand():
    found = survey(TwoMembers(), np.array([[[3.0, 0.0]], [[0.0, 9.0]]]))
    assert found.prototypes.tolist() == [1, 2]
    np.testing.assert_allclose(found.distances, [1.0, 0.0])
    assert 0.5 < found.weights[0] < found.weights[1] < 1.0
    assert 1.0 < found.predictions[0] < found.predictions[1] < 5.0


def test_blocks_change_nothing(points, monkeypatch):
    whole = survey(TwoMembers(), points)
    monkeypatch.setattr(module, "ROWS_AT_A_TIME", 7)
    blocks = survey(TwoMembers(), points)
    for name in ("predictions", "prototypes", "weights", "distances", "shares"):
        np.testing.assert_allclose(getattr(blocks, name), getattr(whole, name), rtol=1e-12)


def test_regimes_share_the_rows_out_and_begin_with_the_nearest(points):
    found = survey(TwoMembers(), points)
    regimes = [found.regime(prototype) for prototype in range(3)]
    assert sorted(np.concatenate(regimes).tolist()) == list(range(40))
    for regime in regimes:
        assert np.all(np.diff(found.distances[regime]) >= 0)


def test_no_rows():
    found = survey(TwoMembers(), np.empty((0, 1, 2)))
    assert found.predictions.shape == found.prototypes.shape == (0,)
    assert found.regime(0).tolist() == []
    assert found.shares.tolist() == [0.0, 0.0, 0.0]


def test_shares_are_mean_weights(points):
    expected = TwoMembers().answer(points).weights.mean(axis=0)
    np.testing.assert_allclose(survey(TwoMembers(), points).shares, expected, rtol=1e-12)
