"""Losses: what training wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.losses.anchor_route import AnchorRouteLoss
from prle.losses.balance import BalanceLoss
from prle.losses.consistency import ConsistencyLoss
from prle.losses.diversity import DiversityLoss
from prle.losses.entropy import EntropyLoss
from prle.losses.interface import Batch, Loss
from prle.losses.local import LocalLoss
from prle.losses.metric import MetricLoss
from prle.losses.self_fit import SelfFitLoss
from prle.losses.task import TaskLoss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import LossName

LOSSES: Final[Mapping[LossName, Loss]] = {
    "task": TaskLoss(),
    "metric": MetricLoss(),
    "self_fit": SelfFitLoss(),
    "local": LocalLoss(),
    "consistency": ConsistencyLoss(),
    "anchor_route": AnchorRouteLoss(),
    "balance": BalanceLoss(),
    "entropy": EntropyLoss(),
    "diversity": DiversityLoss(),
}

__all__ = ["LOSSES", "Batch", "Loss"]
