"""A linear model for every prototype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.experts.interface import Experts, Ground
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class LinearExperts(Experts):
    """``output_p = (shared + own_p) @ value + bias + own_bias_p``.

    What all experts share starts at the prior; each expert's own part starts at zero and is shrunk toward it, so a
    prototype with few inputs says what the global model says.
    """

    def start(
        self,
        ground: Ground,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``shared_weight`` (T, D), ``shared_bias`` (T,), ``own_weight`` (P, T, D), ``own_bias`` (P, T)."""
        prior, count = ground.prior, len(ground.prototypes)
        return {
            "shared_weight": prior.weight.astype(np.float32),
            "shared_bias": prior.bias.astype(np.float32),
            "own_weight": np.zeros((count, *prior.weight.shape), np.float32),
            "own_bias": np.zeros((count, *prior.bias.shape), np.float32),
        }

    def __call__(
        self,
        parameters: Parameters,
        value: Array,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return what every expert says of every input. *Shape:* (B, P, T)."""
        xp = array_namespace(value)
        own = parameters["own_weight"]
        count, targets, width = own.shape
        shared = value @ parameters["shared_weight"].T + parameters["shared_bias"]
        local = xp.reshape(value @ xp.reshape(own, (count * targets, width)).T, (value.shape[0], count, targets))
        return shared[:, None, :] + local + parameters["own_bias"][None, :, :]
