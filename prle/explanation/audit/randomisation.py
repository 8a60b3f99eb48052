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

    :param signed: of entries.
    :param sizes: of their absolute values.
    """

    signed: NDArray[np.float64]
    sizes: NDArray[np.float64]


def randomised(given: Entries, shuffled: Entries) -> Randomised:
    """Compare the entries of the training rows, row by row, of the same inputs and classes."""
    most = int(max(given.rows.max(), shuffled.rows.max())) + 1
    found = []
    for number in range(len(given.rows)):
        one, other = (np.bincount(each.rows[number], each.parts[number], most) for each in (given, shuffled))
        length = np.linalg.norm(one) * np.linalg.norm(other)
        products = one @ other, np.abs(one) @ np.abs(other)
        found.append([product / length if length > 0.0 else 0.0 for product in products])
    signed, sizes = np.array(found).T
    return Randomised(signed=signed, sizes=sizes)
