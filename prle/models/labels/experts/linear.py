"""A linear model for every prototype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.experts.interface import Experts, Ground, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters

OWN: Final = frozenset({"own_weight", "own_bias"})
"""What each expert has for itself."""


@final
@dataclass(frozen=True, kw_only=True)
class LinearExperts(Experts):
    """``output_p = shared @ value + bias + own_p @ axes @ (value - centre) + own_bias_p``.

    What all experts share starts at the prior; each expert's own part starts at zero and is shrunk toward it, so a
    prototype with few inputs says what the global model says. Experts differ along the first principal axes of the
    value space only: a few numbers an expert, which are more accurate than one for every value feature
    (``benchmarks/log/defaults.md``), and make both the answer and its ledger cheap.

    :param rank: R at most, the directions in which experts may differ; at least 1.
    :param solved: whether own parts are solved in closed form; then no gradient moves them.
    """

    rank: int = 16
    solved: bool = False

    def __post_init__(self) -> None:
        if self.rank < 1:
            message = f"experts.rank: expected at least 1, got {self.rank}."
            raise UsageError(message)

    @property
    def fixed(self) -> frozenset[str]:
        """The axes are measured; own parts are learned, unless they are solved."""
        measured = frozenset({"axes", "centre", "penalty"})
        return measured | OWN if self.solved else measured

    def start(
        self,
        ground: Ground,
        rng: np.random.Generator,  # noqa: ARG002
    ) -> dict[str, NDArray[np.float32]]:
        """Return what is shared, where the axes lie, and own parts of zero.

        ``shared_weight`` (T, D), ``shared_bias`` (T,), ``centre`` (D,), ``axes`` (R, D), ``own_weight`` (P, T, R),
        ``own_bias`` (P, T), R being ``rank``, or D where that is less; and the ``penalty`` (scalar) that own parts
        were solved with, 0 where they were not.
        """
        prior, count = ground.prior, len(ground.prototypes)
        centre, axes = principal_axes(ground.inputs, self.rank)
        return {
            "shared_weight": prior.weight.astype(np.float32),
            "shared_bias": prior.bias.astype(np.float32),
            "centre": centre.astype(np.float32),
            "axes": axes.astype(np.float32),
            "own_weight": np.zeros((count, len(prior.bias), len(axes)), np.float32),
            "own_bias": np.zeros((count, len(prior.bias)), np.float32),
            "penalty": np.zeros((), np.float32),
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
        count, targets, rank = own.shape
        along = (value - parameters["centre"]) @ parameters["axes"].T
        shared = value @ parameters["shared_weight"].T + parameters["shared_bias"]
        local = xp.reshape(along @ xp.reshape(own, (count * targets, rank)).T, (value.shape[0], count, targets))
        return shared[:, None, :] + local + parameters["own_bias"][None, :, :]

    def reading(self, parameters: Parameters, value: NDArray[np.floating], weights: NDArray[np.floating]) -> Reading:
        """Split by value feature, each measured from its mean over the training rows."""
        shared, centre = parameters["shared_weight"], parameters["centre"]
        own = np.einsum("bp,ptr->btr", weights, parameters["own_weight"]) @ parameters["axes"]
        deviation = (value - centre)[:, None, :]
        baseline = shared @ centre + parameters["shared_bias"]
        return Reading(
            baseline=np.broadcast_to(baseline, (len(value), len(baseline))),
            shared=shared * deviation,
            local=own * deviation,
            level=weights @ parameters["own_bias"],
        )


def own_features(parameters: Parameters, value: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what own parts read, the level's one last: ``[axes @ (value - centre), 1]``, in double precision.

    *Shape:* (N, D) to (N, R + 1)
    """
    along = (value - np.asarray(parameters["centre"], np.float64)) @ np.asarray(parameters["axes"], np.float64).T
    features: NDArray[np.float64] = np.concatenate([along, np.ones((len(along), 1))], axis=1)
    return features


def principal_axes(points: NDArray[np.floating], rank: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean (D,) and the first principal axes (R, D) of ``points`` (N, D), widest first, R at most D."""
    points = np.asarray(points, np.float64)
    centre = points.mean(axis=0)
    centred = points - centre
    _, axes = np.linalg.eigh(centred.T @ centred)
    return centre, axes[:, ::-1][:, :rank].T
