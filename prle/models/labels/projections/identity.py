"""No value space: experts read the retrieval space itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.models.labels.projections.interface import Points, Projection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@final
@dataclass(frozen=True, kw_only=True)
class IdentityProjection(Projection):
    """``value = retrieval``; nothing is learned."""

    keeps_cosine: ClassVar[bool] = True

    def start(
        self,
        points: Points,  # noqa: ARG002
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return no parameters."""
        return {}

    def __call__(
        self,
        parameters: Parameters,  # noqa: ARG002
        points: Points,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return the retrieval space unchanged."""
        return points.retrieval
