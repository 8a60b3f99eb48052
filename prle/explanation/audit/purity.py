"""Do regimes hold like labels? The variance of labels inside regimes, beside regimes of random prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.models.labels.predictor import Predictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import ModelParameters


def within_share(labels: NDArray[np.floating], regimes: NDArray[np.int64]) -> float:
    """Return the share of the labels' variance that lies inside regimes, 0 to 1; 0 where labels are constant.

    The variance of a label that is one at the place of its class is the Gini impurity of the classes.

    :param labels: *Shape:* (N,) of numbers, (N, T) of classes
    :param regimes: the prototype that dominates each row. *Shape:* (N,)
    """
    columns = np.asarray(labels, np.float64).reshape(len(labels), -1)
    inside = np.eye(int(regimes.max()) + 1)[regimes]
    means = inside.T @ columns / np.maximum(inside.sum(axis=0), 1.0)[:, None]
    total = float(np.var(columns, axis=0).sum())
    return float(np.mean(np.sum((columns - means[regimes]) ** 2, axis=1))) / total if total > 0.0 else 0.0


def purity_of_random(
    predictor: Predictor,
    members: Sequence[ModelParameters],
    train: NDArray[np.float32],
    sentences: NDArray[np.float32],
    labels: NDArray[np.floating],
    *,
    draws: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return :func:`within_share` for ``draws`` sets of as many random training rows under the same router.

    :param members: the parameters of each.
    :param train: frozen vectors that prototypes are drawn from. *Shape:* (N, S, H)
    :param sentences: the inputs that are divided. *Shape:* (B, S, H)
    :param labels: theirs, as above.
    """
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(draws):
        anchors = rng.choice(len(train), len(predictor.anchors), replace=False).astype(np.int64)
        moved: list[ModelParameters] = [{**member, "prototypes": {"vectors": train[anchors]}} for member in members]
        other = Predictor(predictor.model, moved, predictor.target, anchors)
        shares.append(within_share(labels, other.regimes(sentences)))
    return np.array(shares)
