"""A value space with two hidden layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import gelu
from prle.models.labels.projections.interface import Points, Projection
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class MLPProjection(Projection):
    """``value = gelu(gelu(standardise(retrieval) @ first + bias) @ second + bias)``, with dropout while fitting.

    The second hidden layer is the value space: linear experts on top of it make the usual regressor local. It starts
    small (deviation ``1 / sqrt(3 F)``, as torch draws a linear layer), so that it learns its features instead of
    keeping random ones; inputs are silenced too, since neighbouring columns of an embedding say much the same.

    :param width: D, units of the second layer.
    :param hidden: units of the first layer.
    :param dropout: share of hidden units silenced while fitting, 0 to 1.
    :param input_dropout: share of input columns silenced while fitting, 0 to 1.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale"})

    width: int
    hidden: int = 256
    dropout: float = 0.5
    input_dropout: float = 0.3

    def start(
        self,
        points: Points,
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``centre`` and ``scale`` (F,), ``first`` (F, hidden), ``second`` (hidden, D) and their biases."""
        centre, scale = standardisation(np.asarray(points.retrieval))
        return {
            "centre": centre,
            "scale": scale,
            "first": _small(points.retrieval.shape[1], self.hidden, rng),
            "first_bias": np.zeros(self.hidden, np.float32),
            "second": _small(self.hidden, self.width, rng),
            "second_bias": np.zeros(self.width, np.float32),
        }

    def __call__(self, parameters: Parameters, points: Points, noise: Noise | None) -> Array:
        """Return the value space. *Shape:* (B, D)."""
        inputs = (points.retrieval - parameters["centre"]) * parameters["scale"]
        if noise is not None:
            inputs = noise.dropout(inputs, self.input_dropout)
        hidden = self._activate(inputs @ parameters["first"] + parameters["first_bias"], noise)
        return self._activate(hidden @ parameters["second"] + parameters["second_bias"], noise)

    def _activate(self, values: Array, noise: Noise | None) -> Array:
        """Apply gelu and, while fitting, dropout. Any shape."""
        raised = gelu(values)
        return raised if noise is None else noise.dropout(raised, self.dropout)


def _small(rows: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a (rows, width) matrix with deviation ``1 / sqrt(3 rows)``."""
    return rng.normal(0.0, 1.0 / math.sqrt(3.0 * rows), (rows, width)).astype(np.float32)
