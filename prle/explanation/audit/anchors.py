"""Is a prototype what its anchor is? What its expert says of the anchor, or the anchor's label beside its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.geometry import COINCIDENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.predictor import Answering
    from prle.models.labels.votes.voters import Voters


@dataclass(frozen=True, kw_only=True)
class AnchorFidelity:
    """How well anchors stand for prototypes: squared errors, of classes summed over them. *Shape:* (P,) each.

    :param own: of each prototype and its anchor.
    :param others: of what it stands beside; NaN where there is nothing.
    """

    own: NDArray[np.float64]
    others: NDArray[np.float64]


def anchor_fidelity(
    predictor: Answering, anchors: NDArray[np.float32], labels: NDArray[np.floating]
) -> tuple[AnchorFidelity, NDArray[np.float64]]:
    """Hold what each expert says of its own anchor to what the other experts say there.

    :param anchors: frozen vectors of the anchors. *Shape:* (P, S, H)
    :param labels: theirs, *Shape:* (P,); of classes one at the place of each, *Shape:* (P, T)
    :returns: errors, and the distance of each prototype to its anchor, exactly 0 where it stands on it. *Shape:* (P,)
    """
    said = np.asarray(predictor.target.reported(predictor.answer(anchors).outputs), np.float64)
    errors = ((said - labels[:, None]) ** 2).reshape(len(labels), len(labels), -1).sum(axis=-1)
    own, count = np.diag(errors), len(labels)
    apart = np.linalg.norm(np.asarray(predictor.prototypes, np.float64) - predictor.retrieval(anchors), axis=1)
    others = (errors.sum(axis=1) - own) / (count - 1) if count > 1 else np.full(1, np.nan)
    return AnchorFidelity(own=own, others=others), np.where(apart < COINCIDENT, 0.0, apart)


def anchors_of_cells(voters: Voters, labels: NDArray[np.floating]) -> AnchorFidelity:
    """Hold the label of each anchor to the mean label of the others of its cell, beside any row of the cell.

    :param labels: of the voters, as they are filed. *Shape:* (N,), of classes (N, T)
    :returns: of the cells that hold more than one row.
    """
    columns = np.asarray(labels, np.float64).reshape(len(labels), -1)
    sizes = np.diff(voters.starts)
    sums = np.zeros((len(sizes), columns.shape[1]))
    np.add.at(sums, voters.cells, columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = (sums[voters.cells] - columns) / (sizes[voters.cells] - 1)[:, None]
    errors, shared = ((columns - rest) ** 2).sum(axis=1), sizes > 1
    means = np.bincount(voters.cells, errors, len(sizes)) / np.maximum(sizes, 1)
    return AnchorFidelity(own=errors[voters.place_of[voters.anchors]][shared], others=means[shared])
