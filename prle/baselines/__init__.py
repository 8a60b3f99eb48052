"""Ordinary methods on the same frozen vectors, tuned honestly: what a model has to be compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.baselines.boosting import BoostingBaseline
from prle.baselines.cosine import CosineBaseline
from prle.baselines.decision_tree import DecisionTreeBaseline
from prle.baselines.interface import Baseline, BaselineName
from prle.baselines.kernel_ridge import KernelRidgeBaseline
from prle.baselines.knn import KnnBaseline
from prle.baselines.mean import MeanBaseline
from prle.baselines.mlp import MlpBaseline
from prle.baselines.ridge import RidgeBaseline
from prle.baselines.svr import SvrBaseline

if TYPE_CHECKING:
    from collections.abc import Mapping

BASELINES: Final[Mapping[BaselineName, type[Baseline]]] = {
    "mean": MeanBaseline,
    "cosine": CosineBaseline,
    "ridge": RidgeBaseline,
    "knn": KnnBaseline,
    "decision_tree": DecisionTreeBaseline,
    "svr": SvrBaseline,
    "kernel_ridge": KernelRidgeBaseline,
    "boosting": BoostingBaseline,
    "mlp": MlpBaseline,
}

__all__ = ["BASELINES", "Baseline", "BaselineName"]
