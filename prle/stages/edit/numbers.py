"""Edits where labels are numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

from prle.errors import UsageError
from prle.stages.edit.labels import Compared, Labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.observer import Observer


def labels_of(checkpoint: Checkpoint, name: str) -> Numbers:  # noqa: ARG001
    """Return what labels of a model are."""
    return Numbers()


@final
class Numbers(Labels):
    """Finite numbers; predictions are compared as they are."""

    def told(self, wanted: float | str, others: NDArray[np.float64], observer: Observer) -> float:
        """Take any finite number, with a warning where no training label is as far out."""
        try:
            label = float(wanted)
        except ValueError:
            label = math.nan
        if not math.isfinite(label):
            message = f"edit relabel: expected a finite number, got {wanted}."
            raise UsageError(message)
        if not others.min() <= label <= others.max():
            observer.warn(f"{label:g} is outside the training labels, {others.min():g} to {others.max():g}")
        return label

    def shown(self, label: float) -> float:
        """Return the number."""
        return label

    def compared(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> Compared:
        """Compare the numbers."""
        return Compared(before=before, after=after)
