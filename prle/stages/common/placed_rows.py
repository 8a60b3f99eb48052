"""The training rows in the retrieval space: placed once where they fit, else whenever they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.predictor import PlacedRows
from prle.stages.common.memory import vectors_in

if TYPE_CHECKING:
    from prle.arrays.shapes import Points
    from prle.models.labels.predictor import Answering
    from prle.workspace import Workspace

_DISTANCES_AT_ONCE: Final = 1 << 24
"""Numbers of one kind that explanations may hold of all training rows for the inputs that are explained together."""


def training_points(workspace: Workspace, predictor: Answering, *, memory: int | None = None) -> Points:
    """Return the training rows in the retrieval space. *Shape:* (N, F).

    :param memory: bytes that the process should make do with; what the machine has when not given.
    """
    sentences = vectors_in(workspace, "train", memory)
    return predictor.retrieval(sentences) if isinstance(sentences, np.ndarray) else PlacedRows(predictor, sentences)


def inputs_at_once(rows: int, most: int) -> int:
    """Return how many inputs are explained together beside so many training rows: fewer than ``most`` of many rows."""
    return max(1, min(most, _DISTANCES_AT_ONCE // max(1, rows)))
