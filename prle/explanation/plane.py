"""The plane in which points differ most: a map of a space that has too many dimensions to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXTRA: Final = 8
"""Directions followed beside the two that are wanted, so that a close third does not blur them."""

_ITERATIONS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Plane:
    """Two orthogonal directions through the mean.

    :param centre: *Shape:* (F,)
    :param axes: unit vectors, the one along which points differ most first. *Shape:* (F, 2)
    :param shares: of the variance, which each direction keeps, 0 to 1.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    shares: tuple[float, float]

    def place(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return where points fall on the map. *Shape:* (N, F) to (N, 2)."""
        placed: NDArray[np.float64] = (np.asarray(points, np.float64) - self.centre) @ self.axes
        return placed


def principal_plane(points: NDArray[np.floating], rng: np.random.Generator) -> Plane:
    """Find the first two principal components of points.

    Subspace iteration, ``Q <- orth(X^T X Q)``, so that wide spaces cost two thin matrix products a step instead of the
    decomposition of an (F, F) matrix. Halko, Martinsson and Tropp (2011), algorithm 4.4. The sign of an axis is the one
    that makes its largest entry positive. Where points vary in fewer than two directions the others are zero.

    :param points: *Shape:* (N, F), N >= 1
    :param rng: draws the directions to start from.
    """
    values = np.asarray(points, np.float64)
    centre = values.mean(axis=0)
    centred = values - centre
    followed = min(2 + _EXTRA, *centred.shape)
    basis = np.linalg.qr(rng.normal(size=(centred.shape[1], followed)))[0]
    for _ in range(_ITERATIONS):
        basis = np.linalg.qr(centred.T @ (centred @ basis))[0]
    _, lengths, within = np.linalg.svd(centred @ basis, full_matrices=False)
    axes, variances = np.zeros((centred.shape[1], 2)), np.zeros(2)
    found = min(2, len(lengths))
    axes[:, :found], variances[:found] = (basis @ within.T)[:, :found], lengths[:found] ** 2
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    total = float(np.sum(centred**2))
    first, second = (variances / total).tolist() if total > 0 else (0.0, 0.0)
    return Plane(centre=centre, axes=axes, shares=(first, second))
