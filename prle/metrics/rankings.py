"""How well right texts are ranked among all of them. NumPy only, and never more than a block of scores at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

FIRST_PLACES: Final = 10
"""R@10 is the share of questions whose right text is among so many."""

BLOCK_CELLS: Final = 2**22
"""Scores held in memory at a time: 16 MiB."""

RANKED: Final[Mapping[str, str]] = {
    "recall_at_1": "R@1",
    "recall_at_10": "R@10",
    "mrr": "MRR",
    "cosine": "cosine",
}
"""The figures of rankings, and how people read them; more is better in all of them."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Where the right texts of N questions stand.

    :param places: how many texts were scored above the right one, and half of those scored like it: 0 is the top.
        *Shape:* (N,)
    :param cosines: of the predicted vectors and the right ones, -1 to 1. *Shape:* (N,)
    """

    places: NDArray[np.float64]
    cosines: NDArray[np.float64]

    def figures(self) -> dict[str, float]:
        """Return R@1, R@10, the mean reciprocal rank and the mean cosine, by the names of ``RANKED``."""
        return {
            "recall_at_1": float(np.mean(self.hits(1))),
            "recall_at_10": float(np.mean(self.hits(FIRST_PLACES))),
            "mrr": float(np.mean(1.0 / (1.0 + self.places))),
            "cosine": float(np.mean(self.cosines)),
        }

    def hits(self, first: int) -> NDArray[np.bool_]:
        """Return which right texts are among the ``first``. *Shape:* (N,)."""
        return self.places < first


def places_of(
    scores: Callable[[slice], NDArray[np.floating]], right: NDArray[np.int64], pool: int
) -> NDArray[np.float64]:
    """Return how many texts stand above the right one of each question; those level with it count half. *Shape:* (N,).

    A constant score is no luck then: of 1,849 texts it puts the right one in the middle, not first.

    :param scores: gives those of a block of questions, (B, A).
    :param right: the text that each question asks for, from 0 to A - 1. *Shape:* (N,)
    :param pool: A, how many texts there are.
    :raises PrleError: where a right text is not one of them.
    """
    if len(right) and not (right.min() >= 0 and right.max() < pool):
        message = f"ranking: expected right texts from 0 to {pool - 1}, got {right.min()} to {right.max()}."
        raise PrleError(message)
    places = np.empty(len(right))
    for rows in blocks(len(right), pool):
        places[rows] = places_in(scores(rows), right[rows])
    return places


def places_in(scores: NDArray[np.floating], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the same of one block of scores. *Shape:* (B, A) and (B,) to (B,)."""
    own = scores[np.arange(len(scores)), right][:, None]
    above, level = np.sum(scores > own, axis=1), np.sum(scores == own, axis=1) - 1
    found: NDArray[np.float64] = above + 0.5 * level
    return found


def blocks(rows: int, width: int) -> list[slice]:
    """Return the rows cut into blocks whose scores for ``width`` texts fit the memory."""
    size = max(1, BLOCK_CELLS // max(1, width))
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


def cosines_of(predicted: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the cosine of each predicted vector and the right one; 0 where one is zero. *Shape:* (N,)."""
    lengths = np.linalg.norm(predicted, axis=1) * np.linalg.norm(right, axis=1)
    products = np.einsum("nt,nt->n", predicted.astype(np.float64), right.astype(np.float64))
    found: NDArray[np.float64] = np.divide(products, lengths, out=np.zeros(len(products)), where=lengths > 0)
    return found


def top(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """Return the columns of the ``count`` highest scores of each row, highest first. *Shape:* (B, A) to (B, count).

    Of equal scores the first column comes first.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    return order[:, :count].astype(np.int64)
