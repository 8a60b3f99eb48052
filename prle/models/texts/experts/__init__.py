"""Matrix experts: which ones there are, and making one from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.texts.experts.cluster_procrustes import ClusterProcrustesMatrices
from prle.models.texts.experts.cluster_ridge import ClusterRidgeMatrices
from prle.models.texts.experts.gated_low_rank import GatedLowRankMatrices
from prle.models.texts.experts.identity import IdentityMatrices
from prle.models.texts.experts.interface import (
    Matrices,
    Members,
    Pairs,
    added_along,
    count_parameters,
    mapped,
    mapped_answers,
)
from prle.models.texts.experts.low_rank import LowRankMatrices
from prle.models.texts.experts.procrustes import ProcrustesMatrices
from prle.models.texts.experts.ridge import RidgeMatrices
from prle.models.texts.experts.two_sided import TwoSidedMatrices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import Config, MatrixName

__all__ = [
    "MATRICES",
    "Matrices",
    "Members",
    "Pairs",
    "added_along",
    "count_parameters",
    "make_matrices",
    "mapped",
    "mapped_answers",
]

MATRICES: Final[Mapping[MatrixName, type[Matrices]]] = {
    "identity": IdentityMatrices,
    "procrustes": ProcrustesMatrices,
    "ridge": RidgeMatrices,
    "cluster_procrustes": ClusterProcrustesMatrices,
    "cluster_ridge": ClusterRidgeMatrices,
    "low_rank": LowRankMatrices,
    "two_sided": TwoSidedMatrices,
    "gated_low_rank": GatedLowRankMatrices,
}


def make_matrices(name: MatrixName, config: Config, *, penalty: float) -> Matrices:
    """Return a strategy with its settings.

    :param penalty: the settled ridge penalty; only ridge maps read it.
    """
    seed, answers = config.train.seed, config.answers
    learned = {
        "low_rank": LowRankMatrices(rank=answers.rank, seed=seed),
        "two_sided": TwoSidedMatrices(rank=answers.rank, seed=seed),
        "gated_low_rank": GatedLowRankMatrices(rank=answers.rank, own_rank=answers.own_rank, seed=seed),
    }
    solved = {
        "identity": IdentityMatrices(),
        "procrustes": ProcrustesMatrices(),
        "ridge": RidgeMatrices(penalty=penalty),
        "cluster_procrustes": ClusterProcrustesMatrices(),
        "cluster_ridge": ClusterRidgeMatrices(penalty=penalty),
    }
    return {**solved, **learned}[name]
