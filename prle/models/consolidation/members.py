"""What becomes of prototypes and their experts, where labels are numbers or classes, when they become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.models.consolidation.interface import weighted_means
from prle.models.labels.training.pruning import OWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.model import ModelParameters


def group_anchors(
    points: NDArray[np.floating], sizes: NDArray[np.floating], groups: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return which prototype stands for each group: the one nearest to the weighted mean. *Shape:* (K, F) to (K',).

    A prototype stays a training row that can be read, so the mean itself is none.
    """
    means = weighted_means(points, sizes, groups)
    far = np.linalg.norm(points - means[groups], axis=1)
    chosen = [np.flatnonzero(groups == group) for group in range(len(means))]
    return np.array([own[np.argmin(far[own])] for own in chosen], np.int64)


def merged_members(
    member: ModelParameters, chosen: NDArray[np.int64], sizes: NDArray[np.floating], groups: NDArray[np.int64]
) -> ModelParameters:
    """Return one member whose groups say what their experts said on average, larger ones counting more.

    Experts that were solved among others are no solutions any more, so their penalty is 0.

    :param chosen: the prototype that stands for each group. *Shape:* (K',)
    """
    experts = {
        name: weighted_means(array, sizes, groups).astype(array.dtype) if name.startswith(OWN) else array
        for name, array in member["experts"].items()
    }
    if "penalty" in experts:
        experts["penalty"] = np.zeros_like(experts["penalty"])
    prototypes = {name: array[chosen] for name, array in member["prototypes"].items()}
    return {**member, "prototypes": prototypes, "experts": experts}
