"""The rows that a model is fitted to or judged on, and what is measured of one that answers; no torch is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.errors import WorkspaceError
from prle.metrics.classes import majority_rate
from prle.models.labels.calibration import Calibration
from prle.models.labels.training.rows import Rows
from prle.stages.common.memory import vectors_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.workspace import Workspace

MEASURED: Final = "validation_"
"""What names of validation figures begin with where they are kept."""


def judge(checkpoint: Checkpoint, validation: Rows) -> Checkpoint:
    """Measure on validation rows how good a model is, who speaks in it, and what its intervals rest on."""
    predictor = checkpoint.predictor()
    return judged(
        checkpoint, validation, predictor.predict(validation.sentences), predictor.weights(validation.sentences)
    )


def judged(
    checkpoint: Checkpoint, validation: Rows, predicted: NDArray[np.float64], weights: NDArray[np.floating]
) -> Checkpoint:
    """Do the same where predictions (V,) or (V, T) and responsibilities (V, P) are known."""
    measures = checkpoint.target.measures(validation.labels, predicted)
    regimes = weights.argmax(axis=1).astype(np.int64)
    measured = {
        **checkpoint.measured,
        **{f"{MEASURED}{name}": value for name, value in measures.items()},
        **({"majority_rate": majority_rate(validation.labels)} if validation.classes else {}),
        "largest_share": float(weights.mean(axis=0).max()),
        "prototypes_in_use": float(len(np.unique(regimes))),
        "effective_experts": float(np.mean(effective_count(weights))),
    }
    calibration = None
    if not validation.classes:
        errors = np.abs(validation.labels - predicted)
        calibration = Calibration(errors=errors, regimes=regimes, prototypes=len(checkpoint.anchors))
    return replace(checkpoint, measured=measured, calibration=calibration)


def rows_of(workspace: Workspace, split: SplitName, purpose: str, *, memory: int | None = None) -> Rows:
    """Read a split of numbers or classes, which must not be empty; ``purpose`` is what needs it, for the message.

    :param memory: bytes that the process should make do with; what the machine has when not given. Vectors that would
        take too much of it stay in the file.
    :raises WorkspaceError: where it is empty.
    """
    if not workspace.splits.get(split):
        message = f"{workspace.path.name}: {purpose} needs {split} rows, it has none."
        raise WorkspaceError(message, hint="run `prle embed` on a source with train and validation rows")
    manifest = workspace.manifest
    places = np.argsort(workspace.rows(split)[:, 0], kind="stable")
    return Rows(
        sentences=vectors_in(workspace, split, memory),
        labels=workspace.labels(split),
        places=places,
        table=bool(manifest.columns),
        classes=manifest.classes,
    )
