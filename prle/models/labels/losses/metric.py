"""What every form of metric learning shares: pairs of rows, how far apart they are, and the hardest of them."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING

from prle.arrays.geometry import cosine_distances
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.losses.interface import Batch, Loss

if TYPE_CHECKING:
    from prle.arrays.shapes import Array


class MetricLoss(Loss):
    """Compare all pairs of the rows that a batch sets beside each other (L_metric).

    Distances are cosine distances in the value space, 0 to 2; labels are apart by their largest difference, in label
    standard deviations. One-hot labels of the same class are 0 apart, of different ones 1.

    :param unlike: labels this far apart are as different as they need to be.
    :param margin: how far apart the values of unlike rows should be, cosine distance.
    :param hardest: the share of the pairs, those with the largest errors, that are learned from; above 0, 1 is all.
    """

    unlike: float
    margin: float
    hardest: float

    def __call__(self, batch: Batch) -> Array:
        """Return the mean error of the pairs. Scalar."""
        value, labels = batch.compared.value, batch.compared.labels
        xp = array_namespace(value)
        apart = xp.max(xp.abs(labels[:, None, :] - labels[None, :, :]), axis=2)
        others = ~xp.eye(len(value), dtype=xp.bool, device=value.device)
        return self._error(cosine_distances(value, value), apart, others)

    @abstractmethod
    def _error(self, far: Array, apart: Array, others: Array) -> Array:
        """Return the mean error over pairs.

        :param far: cosine distances. *Shape:* (C, C)
        :param apart: label distances. *Shape:* (C, C)
        :param others: false on the diagonal, where a row meets itself. *Shape:* (C, C)
        """

    def _mean_of_hardest(self, errors: Array, among: Array) -> Array:
        """Return the mean of the largest ``errors`` of the pairs ``among``; zero where there is none. Scalar."""
        xp = array_namespace(errors)
        chosen = errors[among]
        count = math.ceil(self.hardest * len(chosen))
        if count < len(chosen):
            chosen = xp.sort(chosen)[len(chosen) - count :]
        return xp.sum(chosen) / max(count, 1)


def check_share(hardest: float) -> None:
    """Raise where a share of the pairs is none.

    :raises UsageError: for a share outside 0 (excluded) to 1.
    """
    if not 0.0 < hardest <= 1.0:
        message = f"losses.metric.hardest: expected above 0, at most 1, got {hardest:g}."
        raise UsageError(message)
