"""A small network decides who talks, from what an input and a prototype mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import distances, softmax
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.retrieval import standardisation
from prle.models.labels.routers.interface import Router, Spaces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class SparseMLPRouter(Router):
    """Score every pair of input x and prototype p in the *value* space, and let few prototypes win.

    ``score = relu(x @ A + p @ B + |x @ R - p @ R| @ C + d * c + bias) @ out - slope * d``, where x and p are
    standardised and ``d = ||x - p|| / spacing``: the features [x, p, |x - p|, ||x - p||] of a first layer that is
    never laid out as (B, P, 4 D). The parts of x and of p are computed once each; the absolute difference is taken
    after a learned reduction R, so memory is (B, P, hidden) whatever D is.

    ``w = softmax((score + g) / gumbel_temperature)`` with Gumbel noise g while fitting, which makes soft blends unsafe
    and so teaches decided routing (Jang et al., 2017); g is absent while answering, which is deterministic.

    The network speaks with zeros at the start, so routing begins as a softmax over value-space distances. Left alone
    it lets some prototypes fall silent; a little of the balance loss keeps all of them in use at no cost in accuracy.

    :param hidden: width of the first layer and of R, at least 1.
    :param slope: initial slope, positive, per mean nearest-prototype distance in the value space.
    :param gumbel_temperature: positive; lower decides harder.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale", "spacing"})
    rate: ClassVar[float] = 1.0

    hidden: int = 32
    slope: float = 30.0
    gumbel_temperature: float = 1.0

    def __post_init__(self) -> None:
        if self.hidden < 1:
            message = f"router.hidden: expected at least 1, got {self.hidden}."
            raise UsageError(message)
        for name, number in (("slope", self.slope), ("gumbel_temperature", self.gumbel_temperature)):
            if not number > 0.0:
                message = f"router.{name}: expected a positive number, got {number:g}."
                raise UsageError(message)

    def start(self, inputs: Spaces, prototypes: Spaces, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Measure ``centre`` and ``scale`` (D,) and ``spacing``; start A, B, R (D, h), C (h, h), the rest (h,)."""
        centre, scale = standardisation(np.asarray(inputs.value))
        width, hidden = len(centre), self.hidden
        nearest = distances(inputs.value, prototypes.value).min(axis=1)
        spacing = float(nearest.mean())

        def draw(rows: int) -> NDArray[np.float32]:
            return rng.normal(0.0, 1.0 / math.sqrt(rows), (rows, hidden)).astype(np.float32)

        return {
            "centre": centre,
            "scale": scale,
            "spacing": np.asarray(spacing if spacing > np.finfo(np.float32).eps else 1.0, np.float32),
            "from_input": draw(width),
            "from_prototype": draw(width),
            "reduction": draw(width),
            "from_difference": draw(hidden),
            "from_distance": np.zeros(hidden, np.float32),
            "bias": np.zeros(hidden, np.float32),
            "out": np.zeros(hidden, np.float32),
            "slope": np.asarray(self.slope, np.float32),
        }

    def __call__(self, parameters: Parameters, inputs: Spaces, prototypes: Spaces, noise: Noise | None) -> Array:
        """Return responsibilities. *Shape:* (B, P)."""
        scores = self.scores(parameters, inputs.value, prototypes.value)
        if noise is not None:
            scores = scores + noise.gumbel(scores)
        return softmax(scores / self.gumbel_temperature)

    def scores(self, parameters: Parameters, inputs: Array, prototypes: Array) -> Array:
        """Score every pair. *Shape:* (B, D), (P, D) to (B, P)."""
        xp = array_namespace(inputs)
        far = distances(inputs, prototypes) / parameters["spacing"]
        x = (inputs - parameters["centre"]) * parameters["scale"]
        p = (prototypes - parameters["centre"]) * parameters["scale"]
        apart = xp.abs((x @ parameters["reduction"])[:, None, :] - (p @ parameters["reduction"])[None, :, :])
        layer = apart @ parameters["from_difference"] + far[:, :, None] * parameters["from_distance"]
        layer = layer + (x @ parameters["from_input"] + parameters["bias"])[:, None, :]
        layer = layer + (p @ parameters["from_prototype"])[None, :, :]
        return xp.clip(layer, min=0.0) @ parameters["out"] - parameters["slope"] * far
