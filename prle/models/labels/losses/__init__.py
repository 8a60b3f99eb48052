"""Losses: what training wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.labels.losses.anchor_route import AnchorRouteLoss
from prle.models.labels.losses.balance import BalanceLoss
from prle.models.labels.losses.consistency import ConsistencyLoss
from prle.models.labels.losses.contrast import ContrastLoss
from prle.models.labels.losses.diversity import DiversityLoss
from prle.models.labels.losses.entropy import EntropyLoss
from prle.models.labels.losses.interface import Batch, Compared, Loss
from prle.models.labels.losses.label_distance import LabelDistanceLoss
from prle.models.labels.losses.local import LocalLoss
from prle.models.labels.losses.self_fit import SelfFitLoss
from prle.models.labels.losses.task import TaskLoss

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import LossName, MetricForm, MetricLearning

METRIC_FORMS: Final[Mapping[MetricForm, Callable[[MetricLearning], Loss]]] = {
    "contrast": lambda config: ContrastLoss(
        alike=config.alike, unlike=config.unlike, margin=config.margin, hardest=config.hardest
    ),
    "label_distance": lambda config: LabelDistanceLoss(
        unlike=config.unlike, margin=config.margin, hardest=config.hardest
    ),
}

LOSSES: Final[Mapping[LossName, Callable[[MetricLearning], Loss]]] = {
    "task": lambda _: TaskLoss(),
    "metric": lambda config: METRIC_FORMS[config.form](config),
    "self_fit": lambda _: SelfFitLoss(),
    "local": lambda _: LocalLoss(),
    "consistency": lambda _: ConsistencyLoss(),
    "anchor_route": lambda _: AnchorRouteLoss(),
    "balance": lambda _: BalanceLoss(),
    "entropy": lambda _: EntropyLoss(),
    "diversity": lambda _: DiversityLoss(),
}

__all__ = ["LOSSES", "METRIC_FORMS", "Batch", "Compared", "Loss"]
