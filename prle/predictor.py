"""A fitted model that answers: NumPy alone, the same forward pass that was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.model import PRLE, Forward, ModelParameters, Part
    from prle.targets import NumberTarget

ROWS_AT_A_TIME: Final = 256
"""Rows predicted at once: enough to fill the matrix products, small enough to stay in the cache."""


@final
class Predictor:
    """Predicts label units from frozen vectors.

    :param parameters: fitted parameters; kept at ``precision``.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param precision: float32 to answer, float64 where terms must add up to the last digit.
    """

    def __init__(
        self,
        model: PRLE,
        parameters: ModelParameters,
        target: NumberTarget,
        anchors: NDArray[np.int64],
        *,
        precision: type[np.floating] = np.float32,
    ) -> None:
        self.model = model
        self.target = target
        self.anchors = anchors
        self._precision = precision
        self._parameters: dict[Part, dict[str, NDArray[np.floating]]] = {
            part: {name: array.astype(precision) for name, array in arrays.items()}
            for part, arrays in parameters.items()
        }
        self._prototypes = model.place(self._parameters, self._parameters["prototypes"]["vectors"])

    def forward(self, sentences: NDArray[np.floating]) -> Forward:
        """Run the model, keeping every intermediate. *Shape:* sentences (B, S, H)."""
        vectors = sentences.astype(self._precision, copy=False)
        return self.model.forward(self._parameters, vectors, prototypes=self._prototypes)

    def predict(self, sentences: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return predictions in label units. *Shape:* (N, S, H) to (N,)."""
        blocks = [
            self.target.in_label_units(self.forward(sentences[first : first + ROWS_AT_A_TIME]).prediction)
            for first in range(0, len(sentences), ROWS_AT_A_TIME)
        ]
        return np.concatenate([np.empty(0), *blocks]).astype(np.float64)

    def retrieval(self, sentences: NDArray[np.floating]) -> NDArray[np.floating]:
        """Place inputs in the retrieval space alone. *Shape:* (N, S, H) to (N, F)."""
        space: NDArray[np.floating] = self.model.retrieval(
            self._parameters["retrieval"], sentences.astype(self._precision, copy=False)
        )
        return space

    @property
    def size_bytes(self) -> int:
        """Bytes of all parameters that answering needs."""
        return sum(array.nbytes for arrays in self._parameters.values() for array in arrays.values())
