"""What training remembers of texts: the running mean of each, and now and then clusters of these means."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.arrays.geometry import unit
from prle.data.labels import listed
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.observer import Observer

_ITERATIONS = 50


@final
class LabelState:
    """Running means instead of growing lists, so that memory does not depend on how long training goes on.

    :param vectors: of all texts, as they are before any has been seen. *Shape:* (A, T)
    :param clusters: how many there should be.
    :param each: texts that have to be seen for each cluster before there is any.
    :param interval: batches between two estimates.
    :param names: the texts, for the line that says what the clusters are.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        *,
        clusters: int,
        each: int,
        interval: int,
        names: Sequence[str] = (),
        observer: Observer = SILENT,
    ) -> None:
        self._vectors = vectors
        self._sums = np.zeros(vectors.shape)
        self._counts = np.zeros(len(vectors), np.int64)
        self._wanted, self._each, self._interval = clusters, each, interval
        self._names, self._observer = names, observer
        self._batches = 0
        self._updates = 0
        self.centres: NDArray[np.float32] | None = None
        """Of length one; None before the first estimate. *Shape:* (clusters, T)"""
        self.cluster_of: NDArray[np.int64] = np.full(len(vectors), -1, np.int64)
        """The cluster of each text, -1 before it has one. *Shape:* (A,)"""

    @property
    def means(self) -> NDArray[np.float32]:
        """Mean directions of what has been seen of each text, else its own vector. *Shape:* (A, T)."""
        seen = (self._counts > 0)[:, None]
        return np.where(seen, unit(self._sums), self._vectors).astype(np.float32)

    def see(self, codes: NDArray[np.int64], vectors: NDArray[np.floating]) -> None:
        """Count one batch: the texts ``codes`` (B,) had these ``vectors`` (B, T)."""
        np.add.at(self._sums, codes, vectors)
        np.add.at(self._counts, codes, 1)
        self._batches += 1
        if self._batches % self._interval == 0:
            self._estimate()

    def _estimate(self) -> None:
        """Cluster the texts that have been seen, if they are enough, and say what came out."""
        seen = np.flatnonzero(self._counts)
        if len(seen) < self._each * self._wanted:
            return
        means = self.means[seen]
        before = self.centres if self.centres is not None else means[_spread(means, self._wanted)]
        centres, nearest = _spherical_means(means, before)
        self.centres, self._updates = centres, self._updates + 1
        self.cluster_of = np.full(len(self._counts), -1, np.int64)
        self.cluster_of[seen] = nearest
        if self._names:
            self._observer.note(f"soft targets, update {self._updates}: {self._described(seen, nearest)}.")

    def _described(self, seen: NDArray[np.int64], nearest: NDArray[np.int64]) -> str:
        said = []
        for cluster in range(self._wanted):
            members = [self._names[code] for code in seen[nearest == cluster].tolist()]
            said.append(f"{len(members)} ({listed(members[:3])})" if members else "0")
        return f"{len(seen)} texts in {self._wanted} clusters of {', '.join(said)}"

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything that is remembered, to be kept with the model."""
        kept: dict[str, NDArray[np.generic]] = {
            "sums": self._sums,
            "counts": self._counts,
            "cluster_of": self.cluster_of,
            "progress": np.array([self._batches, self._updates], np.int64),
        }
        return kept if self.centres is None else {**kept, "centres": self.centres}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Go on from what was kept.

        :raises KeyError: where an array is missing.
        :raises ValueError: where one is of another shape.
        """
        self._sums[:] = arrays["sums"]
        self._counts[:] = arrays["counts"]
        self.cluster_of = np.array(arrays["cluster_of"], np.int64).reshape(self._counts.shape)
        self._batches, self._updates = (int(number) for number in np.asarray(arrays["progress"], np.int64))
        centres = arrays.get("centres")
        self.centres = None if centres is None else np.array(centres, np.float32)


def _spread(points: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return points that are far from each other, beginning with the one nearest to the mean: no chance in it."""
    chosen = [int(np.argmax(points @ points.mean(axis=0)))]
    nearest = points @ points[chosen[0]]
    for _ in range(count - 1):
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, points @ points[chosen[-1]])
    return np.array(chosen, np.int64)


def _spherical_means(
    points: NDArray[np.float32], centres: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Cluster directions from given centres; an empty cluster keeps its centre, so no number changes its meaning."""
    nearest = np.argmax(points @ centres.T, axis=1)
    for _ in range(_ITERATIONS):
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, points)
        filled = np.bincount(nearest, minlength=len(centres)) > 0
        centres = np.where(filled[:, None], unit(sums), centres).astype(np.float32)
        moved = np.argmax(points @ centres.T, axis=1)
        if np.array_equal(moved, nearest):
            break
        nearest = moved
    return centres, nearest.astype(np.int64)
