"""The training rows nearest to k-means centres."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from prle.models.labels.prototypes.snapping import snap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def kmeans(points: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Run k-means from a k-means++ start (Arthur and Vassilvitskii, 2007), then take each centre's nearest row."""
    seed = int(rng.integers(2**31 - 1))
    with warnings.catch_warnings():
        # Fewer distinct rows than centres: some centres coincide, and snapping parts them.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(count, init="k-means++", n_init=1, random_state=seed).fit(points)
    return snap(fitted.cluster_centers_.astype(points.dtype), points)
