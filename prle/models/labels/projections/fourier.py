"""A value space in which linear experts are kernel experts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

import numpy as np

from prle.arrays.geometry import distances
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.projections.interface import Points, Projection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Noise, Parameters

SAMPLE: Final = 1000
"""Rows whose pairwise distances give the bandwidth."""


@final
@dataclass(frozen=True, kw_only=True)
class FourierProjection(Projection):
    """Random Fourier features of an RBF kernel: ``phi = sqrt(2) * cos(retrieval @ frequencies + phases)``.

    The inner product ``phi(x) @ phi(y) / M`` approaches ``exp(-|x - y|^2 / (2 s^2))`` (Rahimi and Recht, 2007), s being
    ``bandwidth`` times the median distance between training inputs. Frequencies and phases are drawn once and never
    learned. With a ``width`` a learned linear map follows, ``value = phi @ map``, started at the leading principal
    directions of phi; without one the value space is phi itself and nothing is learned. It is the kernel method among
    the value spaces, for comparison: more frequencies help, and cost time and memory in proportion.

    :param frequencies: M, at least 1.
    :param bandwidth: multiple of the median distance, positive; smaller is more local.
    :param width: D of the learned map, or ``None`` for no map and D = M.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"frequencies", "phases"})

    frequencies: int
    bandwidth: float = 1.0
    width: int | None = None

    def __post_init__(self) -> None:
        if self.frequencies < 1:
            message = f"value_space.frequencies: expected at least 1, got {self.frequencies}."
            raise UsageError(message)
        if not self.bandwidth > 0.0:
            message = f"value_space.bandwidth: expected a positive number, got {self.bandwidth:g}."
            raise UsageError(message)

    def start(
        self,
        points: Points,
        retrieval: Parameters,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> dict[str, NDArray[np.float32]]:
        """Return ``frequencies`` (F, M), ``phases`` (M,) and, with a ``width``, ``map`` (M, D)."""
        inputs = points.retrieval.shape[1]
        length = self.bandwidth * _median_distance(np.asarray(points.retrieval), rng)
        parameters = {
            "frequencies": rng.normal(0.0, 1.0 / length, (inputs, self.frequencies)).astype(np.float32),
            "phases": rng.uniform(0.0, 2.0 * math.pi, self.frequencies).astype(np.float32),
        }
        if self.width is not None:
            features = np.asarray(self._features(parameters, points.retrieval), np.float64)
            _, directions = np.linalg.eigh(np.atleast_2d(np.cov(features, rowvar=False)))
            parameters["map"] = np.ascontiguousarray(directions[:, ::-1][:, : self.width], dtype=np.float32)
        return parameters

    def __call__(
        self,
        parameters: Parameters,
        points: Points,
        noise: Noise | None,  # noqa: ARG002
    ) -> Array:
        """Return the value space. *Shape:* (B, D)."""
        features = self._features(parameters, points.retrieval)
        return features @ parameters["map"] if "map" in parameters else features

    def _features(self, parameters: Parameters, retrieval: Array) -> Array:
        """Return phi. *Shape:* (B, F) to (B, M)."""
        xp = array_namespace(retrieval)
        return math.sqrt(2.0) * xp.cos(retrieval @ parameters["frequencies"] + parameters["phases"])


def _median_distance(points: NDArray[np.floating], rng: np.random.Generator) -> float:
    """Median distance between two different rows of a sample; one where they all coincide."""
    rows = rng.choice(len(points), size=min(SAMPLE, len(points)), replace=False)
    sample = np.asarray(points[rows], np.float64)
    above = np.triu_indices(len(sample), k=1)
    if not above[0].size:
        return 1.0
    median = float(np.median(distances(sample, sample)[above]))
    return median if median > np.finfo(np.float32).eps else 1.0
