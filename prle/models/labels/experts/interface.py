"""An expert is the local model that a prototype owns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters


@dataclass(frozen=True, kw_only=True)
class Prior:
    """The one global linear model that every expert starts from and is shrunk toward.

    :param weight: *Shape:* (T, D)
    :param bias: *Shape:* (T,)
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What experts may look at when they start: the global model, the training rows, and where each of them stands.

    :param prior: the global linear model.
    :param inputs: the value space of the training rows. *Shape:* (N, D)
    :param prototypes: the value space of each prototype. *Shape:* (P, D)
    :param labels: what a constant should say in each prototype's neighbourhood: its mean scaled label, or the log
        probabilities of its classes. *Shape:* (P, T)
    """

    prior: Prior
    inputs: NDArray[np.floating]
    prototypes: NDArray[np.floating]
    labels: NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A routed sum of experts, split by what they read: all of it adds up to the prediction, in scaled label units.

    :param baseline: what the shared model says of the average training row. *Shape:* (B, T)
    :param shared: what each value feature adds through the model that all experts share. *Shape:* (B, T, D)
    :param local: what each value feature adds through the experts' own parts. *Shape:* (B, T, D)
    :param level: what the experts' own levels add, whatever the input. *Shape:* (B, T)
    """

    baseline: NDArray[np.floating]
    shared: NDArray[np.floating]
    local: NDArray[np.floating]
    level: NDArray[np.floating]


class Experts(ABC):
    """All P experts at once, a pure function of value-space inputs and parameters."""

    rate: ClassVar[float] = 1.0
    """Step size as a multiple of ``train.expert_learning_rate``, which suits weights on D features."""

    @property
    def fixed(self) -> frozenset[str]:
        """Names of parameters that no gradient moves."""
        return frozenset()

    @abstractmethod
    def start(self, ground: Ground, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Initial parameters of an expert for every prototype. Names that begin with ``own_`` belong to one expert."""

    @abstractmethod
    def __call__(self, parameters: Parameters, value: Array, noise: Noise | None) -> Array:
        """Say what every expert says of every input: scaled label units, or logits. *Shape:* (B, D) to (B, P, T)."""

    def reading(
        self,
        parameters: Parameters,  # noqa: ARG002
        value: NDArray[np.floating],  # noqa: ARG002
        weights: NDArray[np.floating],  # noqa: ARG002
    ) -> Reading | None:
        """Split the routed sum by value feature; None for experts that are no sums over value features.

        :param value: *Shape:* (B, D)
        :param weights: responsibilities. *Shape:* (B, P)
        """
        return None
