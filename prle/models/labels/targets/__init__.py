"""Targets: what is predicted, and in which units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from prle.errors import UsageError
from prle.models.labels.targets.classes import ClassTarget
from prle.models.labels.targets.interface import Target, TargetName
from prle.models.labels.targets.number import NumberTarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from prle.config import CombineName

TARGETS: Final[Mapping[TargetName, type[Target]]] = {
    "number": NumberTarget,
    "binary": ClassTarget,
    "multiclass": ClassTarget,
}

__all__ = ["TARGETS", "ClassTarget", "NumberTarget", "Target", "TargetName", "kind_of", "measure_target"]


def kind_of(classes: tuple[str, ...]) -> TargetName:
    """Return the kind of target that labels with these class names are; no names mean numbers."""
    if not classes:
        return "number"
    return "binary" if len(classes) == 2 else "multiclass"


def measure_target(
    labels: NDArray[np.floating], classes: tuple[str, ...], combine: CombineName | Literal["auto"]
) -> Target:
    """Measure the target on training labels (N,).

    :param classes: names by code; empty where labels are numbers.
    :param combine: the settled ``experts.combine``.
    :raises DataError: where the labels do not vary, or are none.
    """
    if not classes:
        return NumberTarget.measured(labels)
    if combine not in ("probabilities", "logits"):
        message = f"experts.combine: expected probabilities or logits for classes, got {combine}."
        raise UsageError(message)
    return ClassTarget.measured(labels, classes, combine)
