"""Each prototype says one number, or one distribution of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.models.labels.experts.interface import Experts, Ground, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class ConstantExperts(Experts):
    """``output_p = own_level_p``: a prediction is a weighted vote of prototypes, whatever the value space says.

    The most readable expert and the least accurate: for comparison, and for when one number a prototype is the point.
    A level starts at the mean label of the prototype's neighbourhood, or at the log-odds of its classes; levels that
    start alike would leave the routing without a gradient. The prior is not used.
    """

    rate: ClassVar[float] = 30.0

    def start(
        self,
        ground: Ground,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``own_level`` (P, T)."""
        return {"own_level": ground.labels.astype(np.float32)}

    def __call__(
        self,
        parameters: Parameters,
        value: Array,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return every level for every input. *Shape:* (B, P, T)."""
        level = parameters["own_level"]
        return array_namespace(level).broadcast_to(level[None, :, :], (value.shape[0], *level.shape))

    def reading(self, parameters: Parameters, value: NDArray[np.floating], weights: NDArray[np.floating]) -> Reading:
        """There are only levels: nothing of the input is read."""
        level = weights @ parameters["own_level"]
        nothing = np.zeros((*level.shape, value.shape[1]))
        return Reading(baseline=np.zeros_like(level), shared=nothing, local=nothing, level=level)
