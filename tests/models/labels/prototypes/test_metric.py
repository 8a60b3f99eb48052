"""Cosine is Euclid on unit vectors: lengths stop to matter, and nothing else changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.arrays.geometry import cosine_distances, squared_distances
from prle.models.labels.prototypes import METRICS, SELECTIONS, snap


def test_snapping_by_direction_or_by_place():
    points = np.array([[10.0, 0.0], [2.0, 1.0]])
    prototype = np.array([[2.0, 0.1]])
    snapped = {name: snap(place(prototype), place(points)).tolist() for name, place in METRICS.items()}
    assert snapped == {"euclidean": [1], "cosine": [0]}


@pytest.mark.parametrize("name", SELECTIONS)
def test_lengths_do_not_matter_to_the_cosine(name):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 5))
    longer = points * rng.uniform(0.5, 20.0, size=(60, 1))
    chosen = [
        SELECTIONS[name](METRICS["cosine"](rows), 7, np.random.default_rng(1)).tolist() for rows in (points, longer)
    ]
    assert chosen[0] == chosen[1]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_distances_there_are_cosine_distances(seed):
    rng = np.random.default_rng(seed)
    points, centres = rng.normal(size=(8, 4)), rng.normal(size=(3, 4))
    place = METRICS["cosine"]
    np.testing.assert_allclose(
        squared_distances(place(points), place(centres)), 2.0 * cosine_distances(points, centres), atol=1e-9
    )
