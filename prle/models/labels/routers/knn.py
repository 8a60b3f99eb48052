"""Only the k nearest prototypes speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

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
class KNNRouter(Router):
    """``w = softmax(-tau * d / spacing)`` over the k nearest prototypes, exactly zero for all others.

    :param neighbours: k, at least 1; all prototypes speak where there are fewer.
    :param temperature: tau, fixed, positive.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"spacing"})

    neighbours: int = 4
    temperature: float = 5.0

    def __post_init__(self) -> None:
        if self.neighbours < 1:
            message = f"router.neighbours: expected at least 1, got {self.neighbours}."
            raise UsageError(message)
        if not self.temperature > 0.0:
            message = f"router.temperature: expected a positive number, got {self.temperature:g}."
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
        """Return responsibilities with at most k non-zero entries a row. *Shape:* (B, P)."""
        far = distances(inputs.retrieval, prototypes.retrieval) / parameters["spacing"]
        xp = array_namespace(far)
        order = xp.argsort(far, axis=1, stable=True)
        rank = xp.argsort(order, axis=1, stable=True)
        chosen = rank < self.neighbours
        return softmax(xp.where(chosen, -self.temperature * far, -xp.inf))
