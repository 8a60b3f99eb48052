"""Every prototype within reach speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, final

from prle.arrays.geometry import distances, softmax
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.routers.interface import Router, Spaces
from prle.models.labels.routers.spacing import nearest_spacing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class RadiusRouter(Router):
    """Weights over the prototypes with ``d / spacing <= radius``; where none is within reach, the nearest speaks alone.

    ``spacing`` is the mean distance of a training input to its nearest prototype, so a radius of 1 reaches the nearest
    prototype of about half the inputs, in any space. How many speak depends on the input: a crowded region has many
    voices, a lonely input has one. Prototypes at exactly the same nearest distance share.

    :param radius: in units of spacing, positive.
    :param weighting: ``softmax``: ``w = softmax(-tau * d / spacing)`` within reach; ``equal``: all within reach alike,
        which passes no gradient to where prototypes are.
    :param temperature: tau, fixed, positive.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"spacing"})

    radius: float = 1.1
    weighting: Literal["softmax", "equal"] = "softmax"
    temperature: float = 10.0

    def __post_init__(self) -> None:
        for name, number in (("radius", self.radius), ("temperature", self.temperature)):
            if not number > 0.0:
                message = f"router.{name}: expected a positive number, got {number:g}."
                raise UsageError(message)

    def start(
        self,
        inputs: Spaces,
        prototypes: Spaces,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``spacing``, a scalar."""
        return {"spacing": nearest_spacing(distances(inputs.retrieval, prototypes.retrieval))}

    def __call__(
        self,
        parameters: Parameters,
        inputs: Spaces,
        prototypes: Spaces,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return responsibilities, exactly zero out of reach. *Shape:* (B, P)."""
        far = distances(inputs.retrieval, prototypes.retrieval) / parameters["spacing"]
        xp = array_namespace(far)
        reached = (far <= self.radius) | (far <= xp.min(far, axis=1, keepdims=True))
        scores = -self.temperature * far if self.weighting == "softmax" else xp.zeros_like(far)
        return softmax(xp.where(reached, scores, -xp.inf))
