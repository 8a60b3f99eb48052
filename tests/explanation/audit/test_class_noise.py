"""Wrong labels of classes: what the area is of, and that both rankings are taken from where they say."""

from __future__ import annotations

import numpy as np
import pytest

from prle.explanation.audit import detect_class_noise, with_wrong_labels


def planted(seed: int = 0, rows: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, rows).astype(float)
    points = np.eye(3)[codes.astype(int)] * 4.0 + rng.normal(size=(rows, 3))
    labels, wrong = with_wrong_labels(codes, seed)
    return points, labels, wrong


def test_a_model_that_knows_ranks_every_wrong_label_first():
    points, labels, wrong = planted()
    believed = np.full((len(labels), 3), 0.2)
    believed[np.arange(len(labels)), labels.astype(int)] = np.where(wrong, 0.05, 0.6)
    found = detect_class_noise(points, labels, wrong, believed, seed=0)
    assert found.suspicion == 1.0
    assert found.residual > 0.9


def test_a_model_that_says_the_same_of_all_knows_nothing():
    points, labels, wrong = planted(1)
    assert detect_class_noise(points, labels, wrong, np.full((len(labels), 3), 1 / 3), seed=0).suspicion == 0.5


def test_points_that_say_nothing_give_a_residual_of_chance():
    _, labels, wrong = planted(2, rows=3000)
    points = np.random.default_rng(0).normal(size=(3000, 2))
    found = detect_class_noise(points, labels, wrong, np.full((3000, 3), 1 / 3), seed=0)
    assert found.residual == pytest.approx(0.5, abs=0.1)


def test_a_class_that_other_folds_do_not_have_is_not_believed():
    labels = np.array([0.0, 1.0] * 20 + [2.0])
    points = np.where(labels == 1.0, 3.0, -3.0)[:, None]
    wrong = labels == 2.0
    found = detect_class_noise(points, labels, wrong, np.full((41, 3), 1 / 3), seed=0)
    assert found.residual == 1.0
