"""Every prototype speaks, nearer ones louder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.errors import UsageError
from prle.geometry import distances, sigmoid, softmax
from prle.routers.interface import Router, Spaces
from prle.routers.spacing import nearest_spacing
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class SoftmaxRouter(Router):
    """``w = softmax(-tau * d / spacing)``, tau learned between two bounds.

    ``spacing`` is the mean distance of a training input to its nearest prototype, so tau means the same in every
    space: raising it sharpens, lowering it flattens toward uniform.

    :param temperature: initial tau, strictly between the bounds.
    :param bounds: lowest and highest tau, positive.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"spacing"})

    temperature: float = 10.0
    bounds: tuple[float, float] = (1.0, 100.0)

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not 0.0 < low < self.temperature < high:
            message = f"router.temperature: expected between {low:g} and {high:g}, got {self.temperature:g}."
            raise UsageError(message)

    def start(
        self,
        inputs: Spaces,
        prototypes: Spaces,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``position`` of log tau between the bounds (a logit, scalar) and ``spacing`` (scalar)."""
        low, high = (math.log(bound) for bound in self.bounds)
        share = (math.log(self.temperature) - low) / (high - low)
        return {
            "position": np.asarray(math.log(share / (1.0 - share)), np.float32),
            "spacing": nearest_spacing(inputs, prototypes),
        }

    def sharpness(self, parameters: Parameters) -> Array:
        """Return tau. Scalar."""
        xp = array_namespace(parameters["position"])
        low, high = (math.log(bound) for bound in self.bounds)
        return xp.exp(low + (high - low) * sigmoid(parameters["position"]))

    def __call__(
        self,
        parameters: Parameters,
        inputs: Spaces,
        prototypes: Spaces,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return responsibilities. *Shape:* (B, P)."""
        far = distances(inputs.retrieval, prototypes.retrieval) / parameters["spacing"]
        return softmax(-self.sharpness(parameters) * far)
