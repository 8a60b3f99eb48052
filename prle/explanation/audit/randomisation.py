"""Do ledgers know what was learned? They should not survive shuffled labels (Adebayo et al., 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.explanation.audit.entries import Entries


@dataclass(frozen=True, kw_only=True)
class Randomised:
    """Cosine of entries, which are about the mean label, with those under shuffled labels. *Shape:* (Q,) each.

    :param signed: of entries; of classes, of all of them together.
    :param sizes: of how large the entry of each row is.
    """

    signed: NDArray[np.float64]
    sizes: NDArray[np.float64]


def randomised(given: Entries, shuffled: Entries) -> Randomised:
    """Compare the entries of the training rows, row by row, of the same inputs."""
    found = []
    for number in range(len(given.rows)):
        _, here, there = np.intersect1d(given.rows[number], shuffled.rows[number], return_indices=True)
        one, other = given.whole[number, here], shuffled.whole[number, there]
        length = np.linalg.norm(given.whole[number]) * np.linalg.norm(shuffled.whole[number])
        products = np.sum(one * other), np.linalg.norm(one, axis=1) @ np.linalg.norm(other, axis=1)
        found.append([product / length if length > 0.0 else 0.0 for product in products])
    signed, sizes = np.array(found).T
    return Randomised(signed=signed, sizes=sizes)
