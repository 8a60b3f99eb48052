"""A small network for every prototype."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.experts.interface import Experts, Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class MLPExperts(Experts):
    """``output_p = shared @ value + bias + own_bias_p + own_out_p @ relu(own_hidden_p @ value + own_hidden_bias_p)``.

    What all experts share starts at the linear prior; each expert's own network leaves with zeros at the start, so an
    expert that learns nothing says what the global model says. For comparison: on a learned value space linear
    experts reach the same, and can be read.

    :param hidden: h, hidden units of each expert, at least 1.
    """

    hidden: int = 8

    def __post_init__(self) -> None:
        if self.hidden < 1:
            message = f"experts.hidden: expected at least 1, got {self.hidden}."
            raise UsageError(message)

    def start(self, ground: Ground, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Return ``shared_weight`` (T, D), ``shared_bias`` (T,) and the networks.

        ``own_hidden`` (P, h, D) and ``own_hidden_bias`` (P, h), so drawn that a hidden unit has variance about 1 at
        the prototypes; ``own_out`` (P, h, T) and ``own_bias`` (P, T), both zero.
        """
        count, width = ground.prototypes.shape
        targets = len(ground.prior.bias)
        length = math.sqrt(max(float(np.mean(np.sum(np.square(ground.prototypes), axis=1))), 1e-12))
        hidden = rng.normal(0.0, 1.0 / length, (count, self.hidden, width))
        return {
            "shared_weight": ground.prior.weight.astype(np.float32),
            "shared_bias": ground.prior.bias.astype(np.float32),
            "own_hidden": hidden.astype(np.float32),
            "own_hidden_bias": np.zeros((count, self.hidden), np.float32),
            "own_out": np.zeros((count, self.hidden, targets), np.float32),
            "own_bias": np.zeros((count, targets), np.float32),
        }

    def __call__(
        self,
        parameters: Parameters,
        value: Array,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return what every expert says of every input. *Shape:* (B, P, T)."""
        xp = array_namespace(value)
        own = parameters["own_hidden"]
        count, hidden, width = own.shape
        raised = xp.reshape(value @ xp.reshape(own, (count * hidden, width)).T, (value.shape[0], count, hidden))
        raised = xp.clip(raised + parameters["own_hidden_bias"], min=0.0)
        local = xp.matmul(xp.permute_dims(raised, (1, 0, 2)), parameters["own_out"])
        shared = value @ parameters["shared_weight"].T + parameters["shared_bias"]
        return shared[:, None, :] + xp.permute_dims(local, (1, 0, 2)) + parameters["own_bias"]
