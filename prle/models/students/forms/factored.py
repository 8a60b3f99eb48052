"""Experts of a routed model of texts, each as what all have in common and a little of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_STAYS: Final = ("offset", "answer_left", "answer_right")
_NOTHING: Final = 1e-6
"""Singular values below this are rounding."""


def factored(
    maps: Mapping[str, NDArray[np.generic]], shares: NDArray[np.floating], rank: int, *, shape: tuple[int, int]
) -> dict[str, NDArray[np.generic]]:
    """Return maps that say nearly the same with a mean matrix and ``rank`` directions for each cluster.

    The matrix of cluster k is ``M_k = W + s_k I + L_k R_k + L_K R_K``; kept are ``M = sum_k share_k M_k`` and the first
    singular directions of ``M_k - M``. Offsets stay. Nothing is trained.

    :param maps: as :func:`prle.models.texts.experts.mapped` reads them.
    :param shares: of the clusters, adding up to 1. *Shape:* (K,)
    :param shape: (D, T).
    """
    count = len(shares)
    mean = np.zeros(shape)
    for cluster, share in enumerate(shares):
        mean += share * matrix_of(maps, cluster, count, shape=shape)
    columns, rows, owners = [], [], []
    for cluster in range(count):
        left, sizes, right = np.linalg.svd(matrix_of(maps, cluster, count, shape=shape) - mean, full_matrices=False)
        some = min(rank, int(np.count_nonzero(sizes > _NOTHING)))
        columns.append(left[:, :some] * sizes[:some])
        rows.append(right[:some])
        owners.append(np.full(some, cluster, np.int64))
    kept: dict[str, NDArray[np.generic]] = {name: maps[name] for name in _STAYS if name in maps}
    kept["shared"] = mean.astype(np.float32)
    if any(map(len, owners)):
        kept["left"] = np.concatenate(columns, axis=1).astype(np.float32)
        kept["right"] = np.concatenate(rows).astype(np.float32)
        kept["owner"] = np.concatenate(owners)
    return kept


def matrix_of(
    maps: Mapping[str, NDArray[np.generic]], cluster: int, count: int, *, shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the whole matrix of one of ``count`` clusters, offsets apart. *Shape:* (D, T)."""
    matrix = np.zeros(shape)
    if "shared" in maps:
        matrix += np.asarray(maps["shared"], np.float64)
    if "scale" in maps:
        matrix += float(maps["scale"][cluster]) * np.eye(*shape)
    if "left" in maps:
        owned = np.isin(maps["owner"], (cluster, count))
        matrix += np.asarray(maps["left"], np.float64)[:, owned] @ np.asarray(maps["right"], np.float64)[owned]
    return matrix
