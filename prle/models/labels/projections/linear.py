"""A linear value space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.models.labels.projections.interface import Points, Projection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class LinearProjection(Projection):
    """``value = retrieval @ weight``, started at the leading principal directions of the training inputs.

    :param width: D, at least 1; cut to what the data spans.
    """

    width: int

    def start(
        self,
        points: Points,
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``weight`` (F, D): the first D principal directions."""
        features = np.asarray(points.retrieval, np.float64)
        covariance = np.cov(features, rowvar=False)
        _, directions = np.linalg.eigh(np.atleast_2d(covariance))
        return {"weight": np.ascontiguousarray(directions[:, ::-1][:, : self.width], dtype=np.float32)}

    def __call__(
        self,
        parameters: Parameters,
        points: Points,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return the value space. *Shape:* (B, D)."""
        return points.retrieval @ parameters["weight"]
