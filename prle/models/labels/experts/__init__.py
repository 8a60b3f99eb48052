"""Experts: what each prototype says, and where it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.labels.experts.classification_head import meta_classification_head
from prle.models.labels.experts.constant import ConstantExperts
from prle.models.labels.experts.interface import Experts, Ground, Prior
from prle.models.labels.experts.linear import LinearExperts
from prle.models.labels.experts.logistic_regression import meta_logistic_regression
from prle.models.labels.experts.mlp import MLPExperts
from prle.models.labels.experts.neighbourhood import neighbourhood_labels
from prle.models.labels.experts.support_vector import meta_svr
from prle.models.labels.experts.warm_start import WarmStart, calibrated_cosine, meta_linear_regression, random

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import ExpertConfig, ExpertInitName, ExpertName

EXPERTS: Final[Mapping[ExpertName, Callable[[ExpertConfig], Experts]]] = {
    "linear": lambda config: LinearExperts(rank=config.rank, solved=config.solver == "ridge"),
    "constant": lambda _: ConstantExperts(),
    "mlp": lambda config: MLPExperts(hidden=config.hidden),
}

WARM_STARTS: Final[Mapping[ExpertInitName, WarmStart]] = {
    "random": random,
    "meta_linear_regression": meta_linear_regression,
    "meta_classification_head": meta_classification_head,
    "meta_svr": meta_svr,
    "calibrated_cosine": calibrated_cosine,
    "meta_logistic_regression": meta_logistic_regression,
}

CLASS_STARTS: Final[frozenset[ExpertInitName]] = frozenset({"random", "meta_logistic_regression"})
"""The starts whose outputs are logits of classes."""

NUMBER_STARTS: Final[frozenset[ExpertInitName]] = frozenset(WARM_STARTS) - {"meta_logistic_regression"}
"""The starts whose outputs are scaled numbers."""

__all__ = [
    "CLASS_STARTS",
    "EXPERTS",
    "NUMBER_STARTS",
    "WARM_STARTS",
    "ConstantExperts",
    "Experts",
    "Ground",
    "LinearExperts",
    "MLPExperts",
    "Prior",
    "neighbourhood_labels",
]
