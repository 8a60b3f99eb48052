"""Do attributions foretell refits? The linear datamodeling score (Park et al., 2023).

Of many random halves of the training rows, each input's attributions are summed over the half and ranked against what
a model fitted to that half alone predicts: Spearman's correlation over the halves, averaged over inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.explanation.audit.interface import Estimate, resampled
from prle.metrics.numbers import rank_correlations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def half_subsets(rows: int, count: int, seed: int) -> tuple[NDArray[np.int64], ...]:
    """Draw ``count`` random halves of ``rows`` training rows, each in ascending order."""
    rng = np.random.default_rng(seed)
    return tuple(np.sort(rng.choice(rows, rows // 2, replace=False)).astype(np.int64) for _ in range(count))


def subset_sums(
    rows: NDArray[np.int64], attributions: NDArray[np.float64], subsets: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Sum what rows (Q, K) are attributed (Q, K) over every subset of rows. *Shape:* (Q, M)."""
    return np.stack([np.where(np.isin(rows, each), attributions, 0.0).sum(axis=1) for each in subsets], axis=1)


def score(sums: NDArray[np.float64], refits: NDArray[np.float64], seed: int) -> Estimate:
    """Return the linear datamodeling score with the interval that resampling the inputs gives it.

    *Shapes:* (Q, M) each, M >= 2
    """
    return resampled(rank_correlations(sums, refits), seed)
