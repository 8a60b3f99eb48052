"""Do attributions foretell refits? The linear datamodeling score (Park et al., 2023).

Of many random halves of the training rows, each input's attributions are summed over the half and ranked against what
a model fitted to that half alone predicts: Spearman's correlation over the halves, averaged over inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.explanation.audit.interface import Estimate, resampled
from prle.explanation.influence import Influence
from prle.metrics.numbers import rank_correlations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.influence import Placed


def half_subsets(rows: int, count: int, seed: int) -> tuple[NDArray[np.int64], ...]:
    """Draw ``count`` random halves of ``rows`` training rows, each in ascending order."""
    rng = np.random.default_rng(seed)
    return tuple(np.sort(rng.choice(rows, rows // 2, replace=False)).astype(np.int64) for _ in range(count))


def subset_sums(attributions: NDArray[np.float64], subsets: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Sum attributions over every subset. *Shape:* (Q, N) to (Q, M)."""
    return np.stack([attributions[:, rows].sum(axis=1) for rows in subsets], axis=1)


def labels_withheld(
    influence: Influence, placed: Sequence[Placed], subsets: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Refit with the labels of each subset alone: all other rows say what the shared model says of them.

    Predictions are linear in labels, so the score of contributions against these is 1 but for rounding.
    *Shape:* (Q, M)
    """
    columns = []
    for rows in subsets:
        kept = np.isin(np.arange(len(influence.labels)), rows)
        said = [
            Influence([member], np.where(kept, influence.labels, member.prior)).predict([inputs])
            for member, inputs in zip(influence.members, placed, strict=True)
        ]
        columns.append(np.mean(said, axis=0))
    return np.stack(columns, axis=1)


def rows_removed(
    influence: Influence, placed: Sequence[Placed], subsets: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Solve the experts on the rows of each subset alone, geometry as it is. *Shape:* (Q, M)."""
    everybody = np.arange(len(influence.labels))
    columns = [influence.without(np.setdiff1d(everybody, rows).tolist()).predict(placed) for rows in subsets]
    return np.stack(columns, axis=1)


def score(sums: NDArray[np.float64], refits: NDArray[np.float64], seed: int) -> Estimate:
    """Return the linear datamodeling score with the interval that resampling the inputs gives it.

    *Shapes:* (Q, M) each, M >= 2
    """
    return resampled(rank_correlations(sums, refits), seed)
