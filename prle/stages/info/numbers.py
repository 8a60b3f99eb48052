"""What a regime says where labels are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from prle.stages.info.regimes import regimes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.targets import Target
    from prle.observer import Observer
    from prle.stages.info.interface import RegimesReport, RegimesRequest
    from prle.workspace import Workspace


def regimes(opened: Workspace, request: RegimesRequest, *, observer: Observer) -> RegimesReport:
    """Look at who answers for which validation rows; errors are those of :func:`regimes_of`."""
    return regimes_of(opened, request, _said, observer)


def _said(target: Target, predicted: NDArray[np.float64], labels: NDArray[np.float64]) -> dict[str, Any]:  # noqa: ARG001
    """Return the means of predictions and labels of some rows, and the RMSE; nothing of none."""
    if not len(labels):
        return {}
    error = float(np.sqrt(np.mean((predicted - labels) ** 2)))
    return {"prediction": float(predicted.mean()), "label": float(labels.mean()), "error": error}
