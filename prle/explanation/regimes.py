"""How a model shares inputs out among its prototypes, and whether two models share them out alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import effective_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

ACTIVE: Final = 0.01
"""A prototype is active with at least this share of the weight."""

ALONE: Final = 0.95
"""A prototype with more of the weight than this leaves the others nothing to say."""


@dataclass(frozen=True, kw_only=True)
class Occupation:
    """Who holds the weight of some inputs.

    :param shares: mean responsibilities, which sum to one. *Shape:* (P,)
    :param effective: the exponential of their entropy, 1 to P: K_eff of SuperCluster.
    :param active: prototypes with at least one per cent.
    """

    shares: NDArray[np.float64]
    effective: float
    active: int

    @property
    def alone(self) -> int | None:
        """The prototype that leaves the others nothing to say; None where there is no such one, or no other."""
        heaviest = int(self.shares.argmax())
        return heaviest if len(self.shares) > 1 and self.shares[heaviest] > ALONE else None


def occupation(weights: NDArray[np.floating]) -> Occupation:
    """Return who holds the weight.

    Not to be confused with how many speak for *one* input: the mean of entropies, where this is the entropy of the
    mean. A model may decide every input for one prototype and still have many regimes.

    :param weights: responsibilities of N >= 1 inputs. *Shape:* (N, P)
    """
    return occupied(np.asarray(weights, np.float64).mean(axis=0))


def occupied(shares: NDArray[np.float64]) -> Occupation:
    """Return the same from mean responsibilities. *Shape:* (P,)."""
    return Occupation(
        shares=shares,
        effective=float(effective_count(shares[None, :])[0]),
        active=int(np.count_nonzero(shares >= ACTIVE)),
    )


def typical_rows(weights: NDArray[np.floating], prototype: int, count: int) -> NDArray[np.int64]:
    """Return the rows that a prototype dominates most clearly, at most ``count``. *Shape:* (N, P) to (K,)."""
    own = np.flatnonzero(weights.argmax(axis=1) == prototype)
    order = np.argsort(-weights[own, prototype], kind="stable")
    return own[order][:count].astype(np.int64)


def adjusted_rand(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Return how alike two partitions of the same rows are: 1 for the same, 0 for what chance gives.

    ``(sum_ij C(n_ij, 2) - E) / (M - E)``, with E the value that chance expects and M the mean of both partitions' own
    pairs. Names of the parts do not matter. Hubert and Arabie (1985).

    :param first: the part of each row. *Shape:* (N,)
    """
    _, rows = np.unique(first, return_inverse=True)
    _, columns = np.unique(second, return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1), np.int64)
    np.add.at(table, (rows, columns), 1)
    both, ours, theirs = (_pairs(counts) for counts in (table, table.sum(axis=1), table.sum(axis=0)))
    expected = ours * theirs / max(_pairs(np.array(len(first))), 1.0)
    most = (ours + theirs) / 2.0
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _pairs(counts: NDArray[np.int64]) -> float:
    """Return in how many ways two rows of the same part can be drawn."""
    return float(np.sum(counts * (counts - 1) / 2.0))
