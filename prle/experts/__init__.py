"""Experts: what each prototype says, and where it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.experts.interface import Experts, Prior
from prle.experts.linear import LinearExperts
from prle.experts.warm_start import WarmStart, calibrated_cosine, meta_linear_regression, random

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import ExpertConfig, ExpertInitName, ExpertName

EXPERTS: Final[Mapping[ExpertName, Callable[[ExpertConfig], Experts]]] = {
    "linear": lambda _: LinearExperts(),
}

WARM_STARTS: Final[Mapping[ExpertInitName, WarmStart]] = {
    "random": random,
    "meta_linear_regression": meta_linear_regression,
    "calibrated_cosine": calibrated_cosine,
}

__all__ = ["EXPERTS", "WARM_STARTS", "Experts", "LinearExperts", "Prior"]
