"""A value space with one hidden layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
from array_api_compat import array_namespace

from prle.projections.interface import Points, Projection
from prle.retrieval import standardisation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class MLPProjection(Projection):
    """``value = relu(standardise(retrieval) @ hidden + bias)`` with dropout while fitting.

    The hidden layer is the value space: linear experts on top of it make the usual one-hidden-layer regressor local.

    :param width: D, the number of hidden units.
    :param dropout: share of units silenced while fitting, 0 to 1.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale"})

    width: int
    dropout: float = 0.5

    def start(
        self,
        points: Points,
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``centre`` and ``scale`` (F,), ``hidden`` (F, D) by Kaiming's rule, and ``bias`` (D,)."""
        centre, scale = standardisation(np.asarray(points.retrieval))
        inputs = points.retrieval.shape[1]
        hidden = rng.normal(0.0, math.sqrt(2.0 / inputs), (inputs, self.width))
        return {
            "centre": centre,
            "scale": scale,
            "hidden": hidden.astype(np.float32),
            "bias": np.zeros(self.width, np.float32),
        }

    def __call__(self, parameters: Parameters, points: Points, noise: Noise | None) -> Array:
        """Return the value space. *Shape:* (B, D)."""
        xp = array_namespace(points.retrieval)
        inputs = (points.retrieval - parameters["centre"]) * parameters["scale"]
        value = xp.clip(inputs @ parameters["hidden"] + parameters["bias"], min=0.0)
        return value if noise is None else noise.dropout(value, self.dropout)
