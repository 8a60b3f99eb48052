"""The whole model: who talks, what they say, and their routed sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, final

from prle.arrays.shapes import array_namespace
from prle.models.labels.projections.interface import Points
from prle.models.labels.routers.interface import Spaces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters
    from prle.models.labels.experts.interface import Experts
    from prle.models.labels.projections.interface import Projection
    from prle.models.labels.retrieval import RetrievalSpace
    from prle.models.labels.routers.interface import Router

Part = Literal["retrieval", "prototypes", "projection", "router", "experts"]
"""The parts that own parameters."""

ModelParameters: TypeAlias = "dict[Part, dict[str, NDArray[np.float32]]]"
"""A model's parameters at rest: ``{part: {name: array}}``, in NumPy."""


@dataclass(frozen=True, kw_only=True)
class Forward:
    """Every intermediate of one forward pass, named.

    :param inputs: the inputs in both spaces. *Shapes:* (B, F), (B, D)
    :param prototypes: the prototypes in both spaces. *Shapes:* (P, F), (P, D)
    :param weights: responsibilities. *Shape:* (B, P)
    :param outputs: what each expert says, in the units that are summed: scaled label units, class probabilities or
        logits. *Shape:* (B, P, T)
    :param prediction: the routed sum, in the same units. *Shape:* (B, T)
    """

    inputs: Spaces
    prototypes: Spaces
    weights: Array
    outputs: Array
    prediction: Array


@final
@dataclass(frozen=True, kw_only=True)
class PRLE:
    """Prototypes with local experts, as a pure function of its parameters.

    It holds strategies, no arrays: the same object runs under torch while fitting and under NumPy while answering.

    :param link: turns what experts say into what is summed: nothing, or for classes a softmax over the last axis.
    """

    retrieval: RetrievalSpace
    projection: Projection
    router: Router
    experts: Experts
    link: Callable[[Array], Array]

    def place(self, parameters: Mapping[Part, Parameters], sentences: Array, noise: Noise | None = None) -> Spaces:
        """Put frozen vectors (B, S, H) into both spaces."""
        points = Points(sentences=sentences, retrieval=self.retrieval(parameters["retrieval"], sentences))
        return Spaces(retrieval=points.retrieval, value=self.projection(parameters["projection"], points, noise))

    def forward(
        self,
        parameters: Mapping[Part, Parameters],
        sentences: Array,
        *,
        prototypes: Spaces | None = None,
        noise: Noise | None = None,
    ) -> Forward:
        """Predict, keeping every intermediate.

        :param sentences: frozen vectors. *Shape:* (B, S, H)
        :param prototypes: the prototypes in both spaces, where they were placed before.
        :param noise: the randomness of fitting; ``None`` while answering, which is deterministic.
        """
        inputs = self.place(parameters, sentences, noise)
        if prototypes is None:
            prototypes = self.place(parameters, parameters["prototypes"]["vectors"])
        weights = self.router(parameters["router"], inputs, prototypes, noise)
        outputs = self.link(self.experts(parameters["experts"], inputs.value, noise))
        xp = array_namespace(weights)
        prediction = xp.sum(weights[:, :, None] * outputs, axis=1)
        return Forward(inputs=inputs, prototypes=prototypes, weights=weights, outputs=outputs, prediction=prediction)

    def fixed(self) -> dict[str, frozenset[str]]:
        """Names of the parameters, by part, that are measured or solved, and that no gradient moves."""
        return {
            "retrieval": frozenset({"centre", "scale"}),
            "projection": self.projection.fixed,
            "router": self.router.fixed,
            "experts": self.experts.fixed,
        }

    def rate(self, part: Part, name: str) -> float:
        """Return the step size that a parameter asks for, as a multiple of what the settings give its part."""
        if part == "router":
            return self.router.rates.get(name, self.router.rate)
        return self.experts.rate if part == "experts" else 1.0
