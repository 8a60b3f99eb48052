"""What a regime says where labels are classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from prle.stages.info.regimes import regimes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.targets import ClassTarget, Target
    from prle.observer import Observer
    from prle.stages.info.interface import RegimesReport, RegimesRequest
    from prle.workspace import Workspace


def regimes(opened: Workspace, request: RegimesRequest, *, observer: Observer) -> RegimesReport:
    """Look at who answers for which validation rows; errors are those of :func:`regimes_of`."""
    return regimes_of(opened, request, _said, observer)


def _said(target: Target, predicted: NDArray[np.float64], labels: NDArray[np.float64]) -> dict[str, Any]:
    """Return mean probabilities and shares of labels by class, and how often the class is wrong; nothing of no rows."""
    if not len(labels):
        return {}
    names = cast("ClassTarget", target).names
    truths = target.scaled(labels).mean(axis=0, dtype=np.float64)
    return {
        "predicted_classes": dict(zip(names, predicted.mean(axis=0).tolist(), strict=True)),
        "label_classes": dict(zip(names, truths.tolist(), strict=True)),
        "error": float(np.mean(predicted.argmax(axis=1) != labels)),
    }
