"""What becomes of the maps of clusters, where labels are texts, when clusters become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.models.consolidation.interface import shares_of, weighted_means

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Maps = Mapping[str, NDArray[np.generic]]
    Arrays = dict[str, NDArray[np.generic]]

_LEVELS = ("scale", "offset")


def merged_maps(maps: Maps, sizes: NDArray[np.floating], groups: NDArray[np.int64]) -> Arrays:
    """Return ``W_g = sum over k in g of n_k W_k / n_g``, exactly: factors of a group are put side by side.

    So a merged model has as many numbers as before, but for scales and shifts; :func:`low_rank_maps` makes it smaller.

    :param maps: of K clusters, as :func:`prle.models.texts.experts.mapped` reads them; what all share stays.
    :param sizes: n, training questions of each. *Shape:* (K,)
    :param groups: of K clusters. *Shape:* (K,)
    """
    merged = dict(maps)
    for name in maps.keys() & set(_LEVELS):
        merged[name] = weighted_means(_floats(maps, name), sizes, groups).astype(np.float32)
    if "owner" in maps:
        # Whatever belongs to everybody goes on doing so: its owner is one beyond the last cluster.
        everybody = int(groups.max()) + 1
        owner, shares = np.append(groups, everybody), np.append(shares_of(sizes, groups), 1.0)
        old = np.asarray(maps["owner"], np.int64)
        order = np.argsort(owner[old], kind="stable")
        merged["left"] = _floats(maps, "left")[:, order]
        merged["right"] = (_floats(maps, "right") * shares[old][:, None])[order].astype(np.float32)
        merged["owner"] = owner[old][order]
    return merged


def low_rank_maps(maps: Maps, groups: int, *, rank: int) -> Arrays:
    """Return the nearest maps (in squared numbers) that add to each of ``groups`` a matrix of no more than that rank.

    The singular vectors of ``L R`` come from factors alone: ``L = Q_l S_l`` and ``R' = Q_r S_r``, and those of the
    small ``S_l S_r'`` turned by ``Q_l`` and ``Q_r``.

    :param maps: merged ones.
    """
    if "owner" not in maps:
        return dict(maps)
    owner, left, right = np.asarray(maps["owner"], np.int64), _floats(maps, "left"), _floats(maps, "right")
    columns, rows, owners = [left[:, owner == groups]], [right[owner == groups]], [owner[owner == groups]]
    for group in range(groups):
        own = owner == group
        first, second = _truncated(left[:, own], right[own], rank)
        columns.append(first)
        rows.append(second)
        owners.append(np.full(first.shape[1], group, np.int64))
    return {
        **maps,
        "left": np.concatenate(columns, axis=1).astype(np.float32),
        "right": np.concatenate(rows).astype(np.float32),
        "owner": np.concatenate(owners),
    }


def _truncated(
    left: NDArray[np.floating], right: NDArray[np.floating], rank: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return factors of rank ``rank`` or less of the matrix of these, (D, R) and (R, T)."""
    if left.shape[1] <= rank:
        return left, right
    first, small_left = np.linalg.qr(left.astype(np.float64))
    second, small_right = np.linalg.qr(right.T.astype(np.float64))
    turned_left, values, turned_right = np.linalg.svd(small_left @ small_right.T)
    kept = min(rank, len(values))
    root = np.sqrt(values[:kept])
    return first @ turned_left[:, :kept] * root, root[:, None] * (turned_right[:kept] @ second.T)


def _floats(maps: Maps, name: str) -> NDArray[np.float32]:
    return np.asarray(maps[name], np.float32)
