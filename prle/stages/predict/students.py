"""Predict what a student says, of whatever its teacher was fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.stages import can
from prle.stages.common.students import load_student

if TYPE_CHECKING:
    from prle.observer import Observer
    from prle.stages.predict.interface import PredictRequest, Predicts
    from prle.workspace import Workspace


def predictor(opened: Workspace, request: PredictRequest, *, observer: Observer) -> Predicts:
    """Load a student.

    :raises WorkspaceError: where it is missing, stale or broken, or has no intervals of the level asked for.
    """
    student = load_student(opened, request.name)
    ready: Predicts = can.module("predict", can.subject(opened)).taught(opened, request, student, observer=observer)
    return ready
