"""Is a prototype what its anchor is? Where it stands, and whether its own expert knows the anchor's label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import COINCIDENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.predictor import Predictor


@dataclass(frozen=True, kw_only=True)
class AnchorFidelity:
    """How far prototypes are from what is shown of them.

    :param own: squared error of each prototype's own expert on its anchor, label units squared; of classes the Brier
        score. *Shape:* (P,)
    :param others: mean squared error of all other experts there; NaN for a single prototype. *Shape:* (P,)
    :param routed: squared error of the whole model there. *Shape:* (P,)
    :param snaps: distance of each prototype to its anchor in the retrieval space, exactly 0 where it stands on it.
        *Shape:* (P,)
    """

    own: NDArray[np.float64]
    others: NDArray[np.float64]
    routed: NDArray[np.float64]
    snaps: NDArray[np.float64]


def anchor_fidelity(predictor: Predictor, anchors: NDArray[np.float32], labels: NDArray[np.floating]) -> AnchorFidelity:
    """Compare prototypes with the training rows that stand for them.

    :param anchors: frozen vectors of those rows. *Shape:* (P, S, H)
    :param labels: theirs, *Shape:* (P,); of classes one at the place of each, *Shape:* (P, T)
    """
    answer, target, classes = predictor.answer(anchors), predictor.target, labels.ndim > 1
    errors = _errors(target.reported(answer.outputs), labels[:, None], classes=classes)
    own, count = np.diag(errors), len(labels)
    placed = predictor.retrieval(np.asarray(predictor.members[0]["prototypes"]["vectors"]))
    apart = np.linalg.norm(np.asarray(placed, np.float64) - predictor.retrieval(anchors), axis=1)
    return AnchorFidelity(
        own=own,
        others=(errors.sum(axis=1) - own) / (count - 1) if count > 1 else np.full(1, np.nan),
        routed=_errors(target.reported(answer.predictions), labels, classes=classes),
        snaps=np.where(apart < COINCIDENT, 0.0, apart),
    )


def _errors(said: NDArray[np.floating], labels: NDArray[np.floating], *, classes: bool) -> NDArray[np.float64]:
    """Return squared errors, of classes summed over them."""
    squares: NDArray[np.float64] = (np.asarray(said, np.float64) - labels) ** 2
    return squares.sum(axis=-1) if classes else squares
