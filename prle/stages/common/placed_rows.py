"""The training rows in the retrieval space: placed once where they fit, else whenever they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.stages.common.memory import vectors_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Points, Sentences
    from prle.models.labels.predictor import Answering
    from prle.workspace import Workspace

_DISTANCES_AT_ONCE: Final = 1 << 24
"""Numbers of one kind that explanations may hold of all training rows for the inputs that are explained together."""


@final
class PlacedRows:
    """Rows whose vectors stay in the file, in the retrieval space as they are taken, by slices or by numbers.

    :param sentences: frozen vectors. *Shape:* (N, S, H)
    """

    def __init__(self, predictor: Answering, sentences: Sentences) -> None:
        self._predictor, self._sentences = predictor, sentences

    def __len__(self) -> int:
        return len(self._sentences)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[np.floating]:
        return self._predictor.retrieval(self._sentences[rows])


def training_points(workspace: Workspace, predictor: Answering, *, memory: int | None = None) -> Points:
    """Return the training rows in the retrieval space. *Shape:* (N, F).

    :param memory: bytes that the process should make do with; what the machine has when not given.
    """
    sentences = vectors_in(workspace, "train", memory)
    return predictor.retrieval(sentences) if isinstance(sentences, np.ndarray) else PlacedRows(predictor, sentences)


def inputs_at_once(rows: int, most: int) -> int:
    """Return how many inputs are explained together beside so many training rows: fewer than ``most`` of many rows."""
    return max(1, min(most, _DISTANCES_AT_ONCE // max(1, rows)))
