"""Small worlds that every test may use: a planted problem with pairs, and one with single texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class World:
    """Frozen vectors (N, S, H) and labels (N,) with a known structure."""

    sentences: np.ndarray
    labels: np.ndarray


def make_world(*, rows: int, sentences: int, width: int = 12, seed: int = 0) -> World:
    """Labels follow the cosine of a pair (or a direction of a vector), with a slope that depends on the region."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(rows, width))
    region = np.where(first[:, 0] > 0, 1.0, 0.4)
    if sentences == 1:
        vectors = first[:, None, :]
        vectors = vectors / np.linalg.norm(vectors, axis=2, keepdims=True)
        signal = vectors[:, 0, 1]
    else:
        mix = rng.uniform(size=(rows, 1))
        second = mix * first + (1.0 - mix) * rng.normal(size=(rows, width))
        vectors = np.stack([first, second], axis=1)
        vectors = vectors / np.linalg.norm(vectors, axis=2, keepdims=True)
        signal = np.sum(vectors[:, 0] * vectors[:, 1], axis=1)
    labels = 2.5 + 2.0 * region * signal + 0.05 * rng.normal(size=rows)
    return World(sentences=vectors.astype(np.float32), labels=labels)


@pytest.fixture(scope="session")
def pairs() -> World:
    return make_world(rows=400, sentences=2)


@pytest.fixture(scope="session")
def singles() -> World:
    return make_world(rows=400, sentences=1)


@pytest.fixture(params=[1, 2], ids=["singles", "pairs"])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(rows=400, sentences=request.param)
