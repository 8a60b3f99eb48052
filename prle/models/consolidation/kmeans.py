"""Groups around means."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

from prle.models.consolidation.interface import Grouping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.config import GroupingName

_STARTS: Final = 10


@final
@dataclass(frozen=True, kw_only=True)
class KMeansGrouping(Grouping):
    """k-means of the prototypes, each counting as much as it is large; the best of ten starts."""

    name: ClassVar[GroupingName] = "kmeans"

    def _group(self, points: NDArray[np.float64], sizes: NDArray[np.float64], count: int) -> NDArray[np.integer]:
        from sklearn.cluster import KMeans
        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            # Prototypes that coincide leave means without any.
            warnings.simplefilter("ignore", ConvergenceWarning)
            found = KMeans(count, n_init=_STARTS, random_state=self.seed).fit(points, sample_weight=sizes)
        labels: NDArray[np.integer] = found.labels_
        return labels
