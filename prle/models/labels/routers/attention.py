"""Inputs attend to prototypes: what is near is learned, in a few heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.arrays.geometry import COINCIDENT, softmax, unit
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.routers.interface import Router, Spaces
from prle.models.labels.routers.sharpness import Sharpness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class AttentionRouter(Router):
    """Cross-attention from an input x to the prototypes p in the retrieval space, averaged over heads h.

    ``w = mean_h softmax_p(-tau_h (1 - cos((x - centre) @ query_h, (p - centre) @ key_h)) / spacing_h)``. Keys are
    computed from the prototypes themselves, so a weight belongs to where a prototype stands and not to its number.

    Query and key maps both start at principal axes of the training inputs, a block of axes a head: with as many axes
    as features that is the identity seen along other axes, and routing begins by the cosine distance in each block.
    ``spacing_h`` is the mean cosine distance of a training input to its nearest prototype then. Each tau is learned
    between two bounds, ten times as fast as the maps. Vaswani et al. (2017); SuperCluster (Danielson, 2026) routes so,
    with keys that are parameters of their own.

    :param heads: at least 1; fewer where there are fewer features.
    :param head_width: axes of a head, at least 1; fewer where the heads would need more than there are features.
    :param temperature: initial tau, strictly between the bounds of a
        :class:`~prle.models.labels.routers.sharpness.Sharpness`.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "spacing"})
    rate: ClassVar[float] = 1.0
    rates: ClassVar[Mapping[str, float]] = {"position": 10.0}

    heads: int = 4
    head_width: int = 32
    temperature: float = 10.0

    def __post_init__(self) -> None:
        for name, number in (("heads", self.heads), ("head_width", self.head_width)):
            if number < 1:
                message = f"router.{name}: expected at least 1, got {number}."
                raise UsageError(message)
        self.sharpness.check()

    @property
    def sharpness(self) -> Sharpness:
        """What keeps tau between its bounds."""
        return Sharpness(temperature=self.temperature)

    def start(
        self,
        inputs: Spaces,
        prototypes: Spaces,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``query`` and ``key`` (h, F, d), ``centre`` (F,), ``spacing`` (h,) and ``position`` (h,) of tau."""
        points = np.asarray(inputs.retrieval, np.float64)
        centre = points.mean(axis=0)
        centred = points - centre
        features = centred.shape[1]
        heads = min(self.heads, features)
        width = min(self.head_width, features // heads)
        _, axes = np.linalg.eigh(centred.T @ centred)
        blocks = axes[:, ::-1][:, : heads * width].T.reshape(heads, width, features).transpose(0, 2, 1)
        parameters = {
            "centre": centre.astype(np.float32),
            "query": np.ascontiguousarray(blocks, np.float32),
            "key": np.ascontiguousarray(blocks, np.float32),
            "position": np.full(heads, self.sharpness.start(), np.float32),
        }
        nearest = self._distances(parameters, inputs, prototypes).min(axis=2).mean(axis=1)
        parameters["spacing"] = np.where(nearest > COINCIDENT, nearest, 1.0).astype(np.float32)
        return parameters

    def __call__(
        self,
        parameters: Parameters,
        inputs: Spaces,
        prototypes: Spaces,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return responsibilities. *Shape:* (B, P)."""
        far = self._distances(parameters, inputs, prototypes)
        slope = self.sharpness(parameters["position"]) / parameters["spacing"]
        return array_namespace(far).mean(softmax(-slope[:, None, None] * far), axis=0)

    def _distances(self, parameters: Parameters, inputs: Spaces, prototypes: Spaces) -> Array:
        """Cosine distance of every query to every key, by head. *Shape:* (h, B, P)."""
        xp = array_namespace(inputs.retrieval)
        queries = unit(xp.matmul((inputs.retrieval - parameters["centre"])[None, :, :], parameters["query"]))
        keys = unit(xp.matmul((prototypes.retrieval - parameters["centre"])[None, :, :], parameters["key"]))
        return 1.0 - xp.matmul(queries, xp.permute_dims(keys, (0, 2, 1)))
