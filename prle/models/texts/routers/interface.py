"""A routing says which clusters speak for a question. Nothing of it is learned by descent, and it needs NumPy alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from prle.arrays.geometry import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Questions, and where they are known to belong.

    :param vectors: *Shape:* (B, D)
    :param groups: the group of each, an empty name where it has none; nothing where none is known.
    :param paths: its place in a hierarchy, likewise.
    """

    vectors: NDArray[np.float32]
    groups: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: NDArray[np.int64]) -> Asked:
        """Return some of them."""
        return Asked(
            vectors=self.vectors[rows],
            groups=tuple(self.groups[row] for row in rows.tolist()) if self.groups else (),
            paths=tuple(self.paths[row] for row in rows.tolist()) if self.paths else (),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Clusters:
    """K clusters of N training questions.

    :param members: the training questions of each; one question may be in several. *Shape:* K arrays
    :param centroids: mean directions of their questions, of length one. *Shape:* (K, D)
    :param names: what each is called where it is more than a number: a group, or a path.
    :param filed: the groups that each was put together from, where clusters have been.
    """

    members: tuple[NDArray[np.int64], ...]
    centroids: NDArray[np.float32]
    names: tuple[str, ...] = field(default=())
    filed: tuple[tuple[str, ...], ...] = ()

    @property
    def known_as(self) -> tuple[tuple[str, ...], ...]:
        """The names that lead to each: its own, or those of all that it was put together from."""
        return self.filed or tuple((name,) for name in self.names)

    @property
    def places(self) -> tuple[str, ...]:
        """The names that questions can be filed under, each once: of clusters that were put together all of theirs."""
        return tuple(dict.fromkeys(name for names in self.known_as for name in names if name))

    def __len__(self) -> int:
        return len(self.members)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Training questions of each. *Shape:* (K,)."""
        return np.array([len(rows) for rows in self.members], np.int64)


class Routing(ABC):
    """Weights of clusters for questions: non-negative, rows sum to one."""

    name: ClassVar[str]

    @abstractmethod
    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights. *Shape:* (B, K)."""

    def filed(self, asked: Asked) -> NDArray[np.bool_]:
        """Tell which questions are routed by where they are filed; the others are by their vectors. *Shape:* (B,)."""
        return np.zeros(len(asked), np.bool_)


def clustered(
    vectors: NDArray[np.floating], members: tuple[NDArray[np.int64], ...], names: tuple[str, ...]
) -> Clusters:
    """Return clusters with the centroids of their questions.

    :param vectors: of all training questions. *Shape:* (N, D)
    """
    means = np.stack([vectors[rows].mean(axis=0) for rows in members])
    return Clusters(members=members, centroids=unit(means).astype(np.float32), names=names)


def anchors_of(clusters: Clusters, vectors: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the training question of each cluster that is nearest to its centroid by cosine. *Shape:* (K,).

    :param vectors: of all training questions. *Shape:* (N, D)
    """
    nearest = [
        int(rows[np.argmax(unit(vectors[rows]) @ centroid)])
        for rows, centroid in zip(clusters.members, clusters.centroids, strict=True)
    ]
    return np.array(nearest, np.int64)


def importance_of(weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how undecided each row is: its entropy, relative to that of equal weights, 0 to 1.

    *Shape:* (N, K) to (N,)

    Document 002 takes it for how much a question tells about the border between clusters.
    """
    count = weights.shape[1]
    if count == 1:
        return np.ones(len(weights))
    shares = weights.astype(np.float64)
    entropy = -np.sum(np.where(shares > 0, shares * np.log(np.maximum(shares, 1e-300)), 0.0), axis=1)
    relative: NDArray[np.float64] = entropy / np.log(count)
    return relative
