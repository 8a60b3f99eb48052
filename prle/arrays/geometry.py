"""Distances and weights, written once for both engines (the array-API standard)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from prle.arrays.shapes import array_namespace

if TYPE_CHECKING:
    from prle.arrays.shapes import Array

TINY: Final = 1e-12

_TANH_SCALE: Final = math.sqrt(2.0 / math.pi)

COINCIDENT: Final = 1e-5
"""Distances below this are rounding: the points are the same."""


def squared_distances(points: Array, centres: Array, *, squares: Array | None = None) -> Array:
    """Squared Euclidean distance of every point to every centre, never negative.

    Expanded into one matrix product, so it costs what the product costs.

    :param points: *Shape:* (B, H)
    :param centres: *Shape:* (P, H)
    :param squares: the squared lengths of the centres, where they are known. *Shape:* (P,)
    :returns: *Shape:* (B, P)
    """
    xp = array_namespace(points, centres)
    if squares is None:
        squares = xp.sum(centres * centres, axis=1)
    both = xp.sum(points * points, axis=1)[:, None] + squares[None, :]
    return xp.clip(both - 2.0 * (points @ centres.T), min=0.0)


def distances(points: Array, centres: Array) -> Array:
    """Euclidean distance of every point to every centre, with a finite slope at zero. *Shape:* (B, P)."""
    xp = array_namespace(points, centres)
    return xp.sqrt(squared_distances(points, centres) + TINY)


def unit(vectors: Array) -> Array:
    """Scale the last axis to length one; a zero vector stays zero. Any shape."""
    xp = array_namespace(vectors)
    return vectors / xp.sqrt(xp.sum(vectors * vectors, axis=-1, keepdims=True) + TINY)


def cosine_distances(points: Array, centres: Array) -> Array:
    """One minus the cosine of every point and every centre, 0 to 2. *Shape:* (B, P)."""
    return 1.0 - unit(points) @ unit(centres).T


def softmax(scores: Array) -> Array:
    """Positive weights that sum to one along the last axis, stable for large scores. Any shape."""
    xp = array_namespace(scores)
    raised = xp.exp(scores - xp.max(scores, axis=-1, keepdims=True))
    return raised / xp.sum(raised, axis=-1, keepdims=True)


def gelu(values: Array) -> Array:
    """Bend values smoothly at zero (Hendrycks and Gimpel, 2016, the tanh form). Any shape."""
    bend = _TANH_SCALE * (values + 0.044715 * values * values * values)
    return 0.5 * values * (1.0 + array_namespace(values).tanh(bend))


def sigmoid(values: Array) -> Array:
    """Squash to (0, 1), without overflow. Any shape."""
    xp = array_namespace(values)
    return 0.5 * (xp.tanh(0.5 * values) + 1.0)


def effective_count(weights: Array) -> Array:
    """How many prototypes speak for each input: the exponential of the entropy, 1 to P.

    :param weights: responsibilities, rows sum to one. *Shape:* (B, P)
    :returns: *Shape:* (B,)
    """
    xp = array_namespace(weights)
    return xp.exp(-xp.sum(weights * xp.log(weights + TINY), axis=1))
