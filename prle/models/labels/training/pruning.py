"""Leave out the prototypes that nobody would miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.predictor import Predictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import PRLE, ModelParameters
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

OWN: Final = "own_"
"""What the names of expert parameters that belong to one prototype begin with."""


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """A model without the prototypes that it could do without.

    :param anchors: of those that are left. *Shape:* (P',)
    :param removed: how many have gone.
    :param largest_change: of any validation prediction, label units or probability, with the model as it now is.
    """

    members: tuple[ModelParameters, ...]
    anchors: NDArray[np.int64]
    removed: int
    largest_change: float


def prune(
    model: PRLE,
    members: Sequence[ModelParameters],
    target: Target,
    anchors: NDArray[np.int64],
    validation: Rows,
    *,
    tolerance: float,
) -> Pruned:
    """Remove prototypes, the lightest first, as long as no validation prediction moves by more than the tolerance.

    Predictions are compared with those of the whole model, so that small changes do not add up to a large one. Each
    try is routed anew among the prototypes that are left: for a softmax that is to renormalise their weights. At least
    one prototype stays.

    :param tolerance: label units, or probability; 0 removes only what never speaks.
    """
    whole = Predictor(model, members, target, anchors)
    before = whole.predict(validation.sentences)
    order = np.argsort(whole.weights(validation.sentences).mean(axis=0), kind="stable")
    kept, change = np.ones(len(anchors), np.bool_), 0.0
    for prototype in order:
        trial = kept.copy()
        trial[prototype] = False
        if not trial.any():
            break
        left = Predictor(model, [_without(member, trial) for member in members], target, anchors[trial])
        moved = float(np.max(np.abs(left.predict(validation.sentences) - before)))
        if moved <= tolerance:
            kept, change = trial, moved
    return Pruned(
        members=tuple(_without(member, kept) for member in members),
        anchors=anchors[kept],
        removed=int(np.count_nonzero(~kept)),
        largest_change=change,
    )


def _without(member: ModelParameters, kept: NDArray[np.bool_]) -> ModelParameters:
    """Return the parameters of the prototypes that are kept. *Shape:* kept (P,).

    Own parts of experts that were solved among others are no solutions any more where one is gone, so their penalty is
    0 then.
    """
    prototypes = {name: array[kept] for name, array in member["prototypes"].items()}
    experts = {name: array[kept] if name.startswith(OWN) else array for name, array in member["experts"].items()}
    if "penalty" in experts and not kept.all():
        experts["penalty"] = np.zeros_like(experts["penalty"])
    return {**member, "prototypes": prototypes, "experts": experts}
