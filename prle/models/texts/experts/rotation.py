"""The rotation, scale and shift that bring one set of points nearest to another, as a matrix of low rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import TINY

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMALL: Final = 1e-6
"""Weight of staying where one is, relative to the largest singular value: it decides only what data leave open."""


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """``z = scale * q + (q @ left) @ right + offset``: a rotation with a scale, its centre moved onto another.

    :param left: *Shape:* (D, r), r at most twice the number of pairs, or D.
    :param right: *Shape:* (r, D)
    :param offset: *Shape:* (D,)
    """

    scale: float
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    offset: NDArray[np.float64]


def fit_similarity(points: NDArray[np.floating], goals: NDArray[np.floating]) -> Similarity:
    """Return the least-squares rotation, scale and shift (Schönemann and Carroll, 1970; Umeyama, 1991).

    Both sides are centred first. What the pairs say nothing of is not turned: the rotation differs from the identity
    only in the space that they span, so n pairs need a matrix of rank 2 n at most. A reflection is turned back at the
    smallest singular direction, where that costs least.

    :param points: *Shape:* (n, D), n >= 1
    :param goals: *Shape:* (n, D)
    """
    first, second = np.asarray(points, np.float64), np.asarray(goals, np.float64)
    here, there = first.mean(axis=0), second.mean(axis=0)
    first, second = first - here, second - there
    spread = float(np.sum(first * first))
    if spread <= TINY:  # one point, or several at one place: only the shift is known
        empty = np.zeros((len(here), 0))
        return Similarity(scale=1.0, left=empty, right=empty.T, offset=there - here)
    basis = _basis(np.concatenate([first, second]))
    cross = (first @ basis).T @ (second @ basis)
    held = cross + _SMALL * np.linalg.norm(cross, 2) * np.eye(len(cross))
    outer, _, inner = np.linalg.svd(held)
    if np.linalg.det(outer @ inner) < 0:
        outer[:, -1] *= -1.0
    turn = outer @ inner
    scale = float(np.sum(turn * cross)) / spread
    left, right = scale * basis @ (turn - np.eye(len(turn))), basis.T
    return Similarity(scale=scale, left=left, right=right, offset=there - (scale * here + (here @ left) @ right))


def _basis(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an orthonormal basis of the space that vectors span. *Shape:* (2n, D) to (D, r)."""
    _, strengths, directions = np.linalg.svd(vectors, full_matrices=False)
    basis: NDArray[np.float64] = directions[strengths > strengths[0] * 1e-10].T
    return basis
