"""Stand the models of a workspace beside ordinary methods on the same vectors, and say plainly who is ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.observer import SILENT
from prle.stages import can
from prle.stages.bench.interface import BenchRequest
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.observer import Observer
    from prle.stages.bench.interface import AnyBenchReport


def bench(workspace: Path, request: BenchRequest | None = None, *, observer: Observer = SILENT) -> AnyBenchReport:
    """Compare every model of the workspace, its ablations and the baselines on one split.

    :param request: by default every method, once, on the test rows.
    :returns: a report that says what it is ``of``: labels, texts, or importance where that was asked for.
    :raises WorkspaceError: if the workspace is missing or invalid, or has no train or validation rows.
    :raises UsageError: for a split that is not there, a name that nothing has, or an option that the labels have not.
    """
    request = request or BenchRequest()
    with open_workspace(workspace) as opened:
        about = can.subject(opened)
        can.check("bench", about, request)
        verb = "bench" if request.importance is None else "bench --importance"
        report: AnyBenchReport = can.module(verb, about).bench(opened, request, observer=observer)
    return report
