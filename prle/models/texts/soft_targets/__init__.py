"""Soft targets: which kinds there are, and making one from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.models.texts.soft_targets.hybrid import HybridSoftTargets
from prle.models.texts.soft_targets.interface import SoftTargets
from prle.models.texts.soft_targets.label_state import LabelState
from prle.models.texts.soft_targets.none import NoSoftTargets
from prle.models.texts.soft_targets.pairwise import PairwiseSoftTargets
from prle.models.texts.soft_targets.prototype import PrototypeSoftTargets
from prle.models.texts.soft_targets.uniform import UniformSoftTargets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import AnswerLosses, SoftTargetName

__all__ = ["SOFT_TARGETS", "LabelState", "SoftTargets", "make_soft_targets"]

SOFT_TARGETS: Final[Mapping[SoftTargetName, type[SoftTargets]]] = {
    "none": NoSoftTargets,
    "pairwise": PairwiseSoftTargets,
    "prototype": PrototypeSoftTargets,
    "hybrid": HybridSoftTargets,
    "uniform": UniformSoftTargets,
}


def make_soft_targets(losses: AnswerLosses) -> SoftTargets:
    """Return what the settings ask for."""
    pairwise = PairwiseSoftTargets(temperature=losses.soft_temperature, z_score=losses.z_score)
    prototype = PrototypeSoftTargets(temperature=losses.soft_temperature, z_score=losses.z_score)
    made: Mapping[SoftTargetName, SoftTargets] = {
        "none": NoSoftTargets(),
        "uniform": UniformSoftTargets(),
        "pairwise": pairwise,
        "prototype": prototype,
        "hybrid": HybridSoftTargets(pairwise=pairwise, prototype=prototype, share=losses.prototype_weight),
    }
    return made[losses.soft_targets]
