"""Small worlds that every test may use: a planted problem with pairs, and one with single texts."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

# Before NumPy and torch read it, and for every process that a test starts: problems this small gain nothing from a
# second thread, and on a busy machine threads that wait for each other are many times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Nothing of the person who runs the tests is read or written; what is about the cache has one of its own.
os.environ["PRLE_CACHE"] = "off"
# A shell that starts the tests in the background has Ctrl-C ignored by them, and so by every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import numpy as np
import pytest


@dataclass(frozen=True)
class World:
    """Frozen vectors (N, S, H) and labels (N,) with a known structure."""

    sentences: np.ndarray
    labels: np.ndarray


def make_world(*, rows: int, sentences: int, width: int = 12, seed: int = 0) -> World:
    """Labels follow half of each vector: the cosine of a pair's first halves, or a bent direction of a single one."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(rows, 1, width))
    if sentences == 1:
        vectors = first / np.linalg.norm(first, axis=2, keepdims=True)
        signal = 2.0 * np.maximum(vectors[:, 0, 1], 0.0)
    else:
        mix = rng.uniform(size=(rows, 1, width // 2)).repeat(2, axis=2)
        vectors = np.concatenate([first, mix * first + (1.0 - mix) * rng.normal(size=first.shape)], axis=1)
        vectors = vectors / np.linalg.norm(vectors, axis=2, keepdims=True)
        half = vectors[:, :, : width // 2]
        signal = np.sum(half[:, 0] * half[:, 1], axis=1) / np.prod(np.linalg.norm(half, axis=2), axis=1)
    labels = 2.5 + 2.0 * signal + 0.05 * rng.normal(size=rows)
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that hold slow tests, so that nobody waits for one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
