"""One linear map for each sentence, before the two are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.pairing import compose
from prle.projections.interface import Points, Projection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class SiameseProjection(Projection):
    """``value = standardise(compose(u @ map, v @ map))``, the map started at the identity.

    The same map for both sentences keeps the symmetry of a pair. At the start the value space *is* the retrieval
    space; it shares its centre and scale.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"centre", "scale"})
    keeps_cosine: ClassVar[bool] = True

    def start(
        self,
        points: Points,
        retrieval: Parameters,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``map`` (H, H) at the identity, and the retrieval space's ``centre`` and ``scale`` (F,)."""
        return {
            "map": np.eye(points.sentences.shape[2], dtype=np.float32),
            "centre": np.array(retrieval["centre"], np.float32),
            "scale": np.array(retrieval["scale"], np.float32),
        }

    def __call__(
        self,
        parameters: Parameters,
        points: Points,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return the value space. *Shape:* (B, F)."""
        mapped = compose(points.sentences @ parameters["map"])
        return (mapped - parameters["centre"]) * parameters["scale"]
