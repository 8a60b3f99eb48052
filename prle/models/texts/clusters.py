"""Clusters of training questions: by what their answers say, or by where the questions are filed."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError
from prle.models.labels.prototypes.count import effective_rank, singular_values
from prle.models.texts.routers import Clusters, clustered
from prle.models.texts.routers.path import levels_of, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from prle.config import Config, RoutingName
    from prle.models.texts.experts import Pairs
    from prle.models.texts.routers import Asked

_SEARCHED: Final = 20_000
"""Rows that k-means looks at; all go to the nearest centre."""


def find_clusters(name: RoutingName, config: Config, pairs: Pairs, asked: Asked) -> Clusters:
    """Return the clusters that a routing needs.

    :raises UsageError: where rows have no groups or paths that they could be filed under.
    """
    if name == "global":
        return clustered(pairs.questions, (np.arange(len(pairs)),), ())
    if name == "group":
        return _filed(pairs, "group", ([group] if group else [] for group in asked.groups))
    if name == "path":
        return _filed(pairs, "path", (prefixes(levels_of(path)) for path in asked.paths))
    owner = _by_answers(pairs, config)
    members = tuple(np.flatnonzero(owner == cluster) for cluster in np.unique(owner))
    return clustered(pairs.questions, members, ())


def cluster_count(config: Config, answers: NDArray[np.floating]) -> int:
    """Return how many clusters k-means should find; ``auto`` is the effective rank of the answers (document 002).

    :param answers: distinct ones. *Shape:* (A, T)
    """
    wanted = config.prototypes.count
    count = round(effective_rank(singular_values(answers))) if wanted == "auto" else wanted
    return max(1, min(count, len(answers)))


def _by_answers(pairs: Pairs, config: Config) -> NDArray[np.int64]:
    """Return the k-means cluster of each pair, by the vector of its answer. *Shape:* (N,)."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    distinct, places = np.unique(pairs.codes, return_index=True)
    points = pairs.answers[places]
    seed = config.train.seed
    looked = np.random.default_rng(seed).permutation(len(points))[:_SEARCHED]
    with warnings.catch_warnings():
        # Fewer different answers than clusters: some stay empty, and are left out.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(cluster_count(config, points), n_init=1, random_state=seed).fit(points[looked])
        clusters = found.predict(points)
    owner: NDArray[np.int64] = clusters[np.searchsorted(distinct, pairs.codes)].astype(np.int64)
    return owner


def _filed(pairs: Pairs, column: str, names: Iterable[list[str]]) -> Clusters:
    """Return one cluster for each name, of all pairs that are filed under it."""
    rows: dict[str, list[int]] = {}
    for row, own in enumerate(names):
        for name in own:
            rows.setdefault(name, []).append(row)
    if len(rows) < 2:
        message = f"--routing {column}: expected rows with at least two {column}s, got {len(rows)}."
        raise UsageError(message, hint=f"run `prle embed` with --{column} COLUMN, or choose another --routing")
    members = tuple(np.array(own, np.int64) for own in rows.values())
    return clustered(pairs.questions, members, tuple(rows))
