"""Fit a model on the embeddings of a workspace and store it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.models.labels.training.compute import HERE
from prle.observer import SILENT, Observer
from prle.stages.common.kinds import has_texts
from prle.stages.fit.labels import fit_model, report_of, stored_beside
from prle.stages.fit.texts import fit_texts
from prle.workspace import open_workspace, save_model

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config import Config
    from prle.models.labels.training.compute import Compute
    from prle.stages.fit.interface import FitReport, TextFitReport


def fit(
    workspace: Path,
    config: Config,
    *,
    name: str = "default",
    memory: int | None = None,
    compute: Compute = HERE,
    observer: Observer = SILENT,
) -> FitReport | TextFitReport:
    """Fit a model, keep it under ``name``, and report what was reached on the validation rows.

    :param memory: bytes that the process should make do with; what the machine has when not given. Rows that would take
        too much of it stay in the file. The fit is the same either way.
    :param compute: on which device, and as one of how many processes, the first of which stores the model.
    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: where the settings do not fit the data, or labels are texts and processes are several.
    """
    with open_workspace(workspace) as opened:
        if has_texts(opened):
            return fit_texts(opened, config, name=name, compute=compute, observer=observer)
        checkpoint, fitted = fit_model(opened, config, memory=memory, compute=compute, observer=observer)
        if compute.ranks.first:
            save_model(opened.path, stored_beside(opened, checkpoint, name=name))
        return report_of(opened, checkpoint, fitted, name=name)
