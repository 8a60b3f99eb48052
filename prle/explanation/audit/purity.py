"""Do cells hold like labels? The variance of labels among inputs that are nearest to the same prototype."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Points


def within_share(labels: NDArray[np.floating], cells: NDArray[np.int64]) -> float:
    """Return the share of the labels' variance that lies inside cells, 0 to 1; 0 where labels are constant.

    The variance of a label that is one at the place of its class is the Gini impurity of the classes.

    :param labels: *Shape:* (N,) of numbers, (N, T) of classes
    :param cells: the nearest prototype of each row. *Shape:* (N,)
    """
    columns = np.asarray(labels, np.float64).reshape(len(labels), -1)
    inside = np.eye(int(cells.max()) + 1)[cells]
    means = inside.T @ columns / np.maximum(inside.sum(axis=0), 1.0)[:, None]
    total = float(np.var(columns, axis=0).sum())
    return float(np.mean(np.sum((columns - means[cells]) ** 2, axis=1))) / total if total > 0.0 else 0.0


def purity_of_random(
    inputs: NDArray[np.floating], labels: NDArray[np.floating], rows: Points, count: int, *, draws: int, seed: int
) -> NDArray[np.float64]:
    """Return :func:`within_share` for ``draws`` sets of ``count`` random training rows as prototypes.

    :param inputs: where they are. *Shape:* (B, F)
    :param labels: theirs, as above.
    :param rows: where the training rows are. *Shape:* (N, F)
    """
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(draws):
        drawn = rows[np.sort(rng.choice(len(rows), count, replace=False)).astype(np.int64)]
        shares.append(within_share(labels, squared_distances(inputs, drawn).argmin(axis=1).astype(np.int64)))
    return np.array(shares)
