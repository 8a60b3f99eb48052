import numpy as np
import pytest

from prle.baselines.interface import Table

WIDTH = 12


def planted(rows: int, texts: int, *, seed: int) -> Table:
    """Labels follow one direction of a single vector, or the cosine of a pair; a column of the vectors is dead."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, texts, WIDTH))
    if texts == 2:
        nearness = rng.uniform(size=(rows, 1))
        vectors[:, 1] = nearness * vectors[:, 0] + (1 - nearness) * vectors[:, 1]
    vectors[:, :, 3] = 0
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    signal = vectors[:, 0, 0] if texts == 1 else np.sum(vectors[:, 0] * vectors[:, 1], axis=1)
    labels = 3 + 2 * signal + 0.1 * rng.normal(size=rows)
    return Table(embeddings=vectors.astype(np.float32), labels=labels)


@pytest.fixture(params=[1, 2], ids=["singles", "pairs"])
def texts(request) -> int:
    return request.param


@pytest.fixture
def tables(texts) -> tuple[Table, Table, Table]:
    """Train, validation and test rows."""
    return planted(300, texts, seed=1), planted(100, texts, seed=2), planted(100, texts, seed=3)
