"""A value space with one hidden layer and residual blocks before it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.projections.interface import Points, Projection
from prle.models.labels.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class ResidualMLPProjection(Projection):
    """A hidden layer that residual blocks refine before it is read.

    ``h = standardise(retrieval) @ lift + bias``, then ``h = h + relu(h @ enter_k + bias_k) @ leave_k`` for each block
    k, then ``value = relu(h)``, with dropout after every relu while fitting. Every block leaves with zeros at the start
    (He et al., 2016, with the start of Zhang et al., 2019), so the value space begins as ``relu(lift)``.

    :param width: D, of the value space and of every block's hidden layer.
    :param depth: number of residual blocks, at least 1.
    :param dropout: share of units silenced while fitting, 0 to 1.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale"})

    width: int
    depth: int = 1
    dropout: float = 0.5

    def __post_init__(self) -> None:
        if self.depth < 1:
            message = f"value_space.depth: expected at least 1, got {self.depth}."
            raise UsageError(message)

    def start(
        self,
        points: Points,
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.float32]]:
        """Measure ``centre`` and ``scale`` (F,); start ``lift`` (F, D), ``bias`` and the blocks.

        Block k has ``enter_k`` and ``leave_k`` (D, D) and ``bias_k`` (D,). Lifts and entries are drawn by Kaiming's
        rule.
        """
        centre, scale = standardisation(np.asarray(points.retrieval))
        width = self.width
        parameters = {
            "centre": centre,
            "scale": scale,
            "lift": _kaiming(points.retrieval.shape[1], width, rng),
            "bias": np.zeros(width, np.float32),
        }
        for block in range(self.depth):
            parameters[f"enter_{block}"] = _kaiming(width, width, rng)
            parameters[f"bias_{block}"] = np.zeros(width, np.float32)
            parameters[f"leave_{block}"] = np.zeros((width, width), np.float32)
        return parameters

    def __call__(self, parameters: Parameters, points: Points, noise: Noise | None) -> Array:
        """Return the value space. *Shape:* (B, D)."""
        inputs = (points.retrieval - parameters["centre"]) * parameters["scale"]
        hidden = inputs @ parameters["lift"] + parameters["bias"]
        for block in range(self.depth):
            inner = self._activate(hidden @ parameters[f"enter_{block}"] + parameters[f"bias_{block}"], noise)
            hidden = hidden + inner @ parameters[f"leave_{block}"]
        return self._activate(hidden, noise)

    def _activate(self, values: Array, noise: Noise | None) -> Array:
        """Apply relu and, while fitting, dropout. Any shape."""
        raised = array_namespace(values).clip(values, min=0.0)
        return raised if noise is None else noise.dropout(raised, self.dropout)


def _kaiming(rows: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a (rows, width) matrix that keeps the variance of what relu lets through."""
    return rng.normal(0.0, math.sqrt(2.0 / rows), (rows, width)).astype(np.float32)
