"""Inputs between training inputs: what a teacher says there is known too, and costs no label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST: Final = 0.5
"""Share of a mixture that comes from its first parent at least: where that is filed, the mixture is."""

_UNIT: Final = 1e-3
"""Vectors whose lengths are this near to one are kept so."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixtures:
    """Mixed inputs and their parents.

    :param vectors: *Shape:* (M, S, H)
    :param first: the row that most of each comes from, and ``second`` the other one. *Shape:* (M,)
    """

    vectors: NDArray[np.float32]
    first: NDArray[np.int64]
    second: NDArray[np.int64]


def mixtures(vectors: NDArray[np.float32], times: int, rng: np.random.Generator) -> Mixtures:
    """Mix each row ``times`` times with another one: ``share x_i + (1 - share) x_j``, share between a half and one.

    Of a pair the first text stays and the second is mixed with the second of the other row, so that pairs of every
    likeness come up. Where rows have length one, so have mixtures.

    :param vectors: *Shape:* (N, S, H)
    """
    first = np.tile(np.arange(len(vectors)), times)
    second = rng.integers(0, len(vectors), size=len(first))
    share = rng.uniform(LEAST, 1.0, size=(len(first), 1)).astype(np.float32)
    mixed = vectors[first].copy()
    mixed[:, -1] = share * vectors[first, -1] + (1.0 - share) * vectors[second, -1]
    if np.allclose(np.linalg.norm(vectors, axis=2), 1.0, atol=_UNIT):
        mixed[:, -1] = unit(mixed[:, -1])
    return Mixtures(vectors=mixed, first=first, second=second)
