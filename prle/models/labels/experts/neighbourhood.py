"""What the labels around each prototype are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def neighbourhood_labels(
    weights: NDArray[np.floating], targets: NDArray[np.floating], anchors: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Mean label of the inputs that a prototype answers for: ``(y_anchor + sum_i w_ip y_i) / (1 + sum_i w_ip)``.

    The anchor counts once more, so a prototype for which nobody is routed says the label of its own anchor.

    :param weights: responsibilities of the training rows. *Shape:* (N, P)
    :param targets: scaled labels. *Shape:* (N, T)
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :returns: *Shape:* (P, T)
    """
    shares = np.asarray(weights, np.float64)
    labels = np.asarray(targets, np.float64)
    means: NDArray[np.float64] = (labels[anchors] + shares.T @ labels) / (1.0 + shares.sum(axis=0))[:, None]
    return means
