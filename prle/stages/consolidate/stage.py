"""Put prototypes of a fitted model together, and store what comes out beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.models.labels.training.threads import one_thread
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.consolidate.interface import ConsolidateRequest
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.stages.consolidate.interface import ConsolidateReport


def consolidate(
    workspace: Path, request: ConsolidateRequest | None = None, *, observer: Observer = SILENT
) -> ConsolidateReport:
    """Store a model whose prototypes are groups of those of another, which stays as it is.

    :raises UsageError: where its prototypes cannot be put together so, or the count or name does not fit.
    :raises WorkspaceError: where the model is missing, stale or broken, or there are no validation rows.
    """
    request = request or ConsolidateRequest()
    with open_workspace(workspace) as opened, one_thread():
        about = can.subject(opened, request.name)
        module = can.module("consolidate", about)
        can.check("consolidate", about, request)
        report: ConsolidateReport = module.consolidate(opened, request, observer=observer)
        return report
