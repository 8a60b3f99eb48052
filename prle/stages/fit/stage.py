"""Fit a model on the embeddings of a workspace and store it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.config import Config
from prle.config.rows import settings_of
from prle.models.labels.training.compute import HERE
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.fit.interface import FitRequest
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.labels.training.compute import Compute
    from prle.stages.fit.interface import FitReport, TextFitReport


def fit(
    workspace: Path,
    config: Config | None = None,
    *,
    name: str = "default",
    memory: int | None = None,
    compute: Compute = HERE,
    observer: Observer = SILENT,
) -> FitReport | TextFitReport:
    """Fit a model, keep it under ``name``, and report what was reached on the validation rows.

    :param config: the settings; the defaults when not given.
    :param name: under which it is kept, and ``memory`` that it makes do with (:class:`FitRequest`).
    :param compute: on which device, and as one of how many processes, the first of which stores the model.
    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: where the settings do not fit the data, or labels are texts and processes are several.
    """
    with open_workspace(workspace) as opened:
        about, request = can.subject(opened), FitRequest(name=name, memory=memory)
        config = config or Config()
        can.check("fit", about, request)
        settings = settings_of(config, epochs=True)
        if unread := can.unread(about, settings):
            observer.note(unread)
        report: FitReport | TextFitReport = can.module("fit", about).fit(
            opened, config, request, compute=compute, observer=observer
        )
        if unread := can.unread_by(report.base, config.router.kind, settings):
            observer.note(unread)
        return report
