"""Every prototype speaks, nearer ones louder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, final

import numpy as np

from prle.arrays.geometry import cosine_distances, distances, softmax
from prle.models.labels.routers.interface import Router, Spaces
from prle.models.labels.routers.sharpness import Sharpness
from prle.models.labels.routers.spacing import nearest_spacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class SoftmaxRouter(Router):
    """``w = softmax(-tau * d / spacing)``, tau learned between two bounds.

    ``spacing`` is the mean distance of a training input to its nearest prototype, so tau means the same in every
    space: raising it sharpens, lowering it flattens toward uniform.

    :param temperature: initial tau, strictly between the bounds.
    :param bounds: lowest and highest tau, positive.
    :param distance: d: ``euclidean``, or ``cosine``, one minus the cosine of input and prototype.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"spacing"})

    temperature: float = 10.0
    bounds: tuple[float, float] = (1.0, 100.0)
    distance: Literal["euclidean", "cosine"] = "euclidean"

    def __post_init__(self) -> None:
        self._bounded.check()

    @property
    def _bounded(self) -> Sharpness:
        return Sharpness(temperature=self.temperature, bounds=self.bounds)

    def start(
        self,
        inputs: Spaces,
        prototypes: Spaces,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``position`` of log tau between the bounds (a logit, scalar) and ``spacing`` (scalar)."""
        return {
            "position": np.asarray(self._bounded.start(), np.float32),
            "spacing": nearest_spacing(self._distances(inputs, prototypes)),
        }

    def sharpness(self, parameters: Parameters) -> Array:
        """Return tau. Scalar."""
        return self._bounded(parameters["position"])

    def __call__(
        self,
        parameters: Parameters,
        inputs: Spaces,
        prototypes: Spaces,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return responsibilities. *Shape:* (B, P)."""
        far = self._distances(inputs, prototypes) / parameters["spacing"]
        return softmax(-self.sharpness(parameters) * far)

    def _distances(self, inputs: Spaces, prototypes: Spaces) -> Array:
        """*Shape:* (B, P)."""
        measure = distances if self.distance == "euclidean" else cosine_distances
        return measure(inputs.retrieval, prototypes.retrieval)
