"""Do regimes hold like labels? The variance of labels inside regimes, beside regimes of random prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.predictor import Predictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.model import ModelParameters


def within_share(labels: NDArray[np.float64], regimes: NDArray[np.int64]) -> float:
    """Return the share of the labels' variance that lies inside regimes, 0 to 1; 0 where labels are constant.

    :param regimes: the prototype that dominates each row. *Shape:* (N,)
    """
    rows = np.maximum(np.bincount(regimes), 1)
    means = np.bincount(regimes, weights=labels) / rows
    total = float(np.var(labels))
    return float(np.mean((labels - means[regimes]) ** 2)) / total if total > 0.0 else 0.0


def purity_of_random(
    predictor: Predictor,
    members: Sequence[ModelParameters],
    train: NDArray[np.float32],
    sentences: NDArray[np.float32],
    labels: NDArray[np.float64],
    *,
    draws: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return :func:`within_share` for ``draws`` sets of as many random training rows under the same router.

    :param members: the parameters of each.
    :param train: frozen vectors that prototypes are drawn from. *Shape:* (N, S, H)
    :param sentences: the inputs that are divided. *Shape:* (B, S, H)
    """
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(draws):
        anchors = rng.choice(len(train), len(predictor.anchors), replace=False).astype(np.int64)
        moved: list[ModelParameters] = [{**member, "prototypes": {"vectors": train[anchors]}} for member in members]
        other = Predictor(predictor.model, moved, predictor.target, anchors)
        shares.append(within_share(labels, other.regimes(sentences)))
    return np.array(shares)
