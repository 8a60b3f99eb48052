"""How the sentence vectors of one row become one input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.arrays.geometry import unit
from prle.arrays.shapes import array_namespace

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


def compose(sentences: Array) -> Array:
    """One text stays its vector; a pair becomes ``[|u - v|, u * v, cos(u, v)]``.

    The pair form is symmetric, so swapping the sentences changes nothing. The cosine comes last.

    :param sentences: *Shape:* (B, S, H), S is 1 or 2
    :returns: *Shape:* (B, H) for one text, (B, 2 H + 1) for a pair
    """
    if sentences.shape[1] == 1:
        return sentences[:, 0, :]
    xp = array_namespace(sentences)
    first, second = sentences[:, 0, :], sentences[:, 1, :]
    cosine = xp.sum(unit(first) * unit(second), axis=1)[:, None]
    return xp.concat([xp.abs(first - second), first * second, cosine], axis=1)


def topic(sentences: Array) -> Array:
    """What the sentences of a row are about, whatever their difference: their mean. *Shape:* (B, S, H) to (B, H)."""
    return array_namespace(sentences).mean(sentences, axis=1)


def composed_width(sentences: int, width: int) -> int:
    """Return the width of :func:`compose` for S ``sentences`` of ``width`` H."""
    return width if sentences == 1 else 2 * width + 1
