"""Stand the models of a workspace beside ordinary methods on the same vectors, and say plainly who is ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.observer import SILENT
from prle.stages.bench.interface import BenchReport, BenchRequest
from prle.stages.bench.labels import bench_labels
from prle.stages.bench.texts import bench_texts
from prle.stages.common.kinds import has_texts
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.observer import Observer
    from prle.stages.bench.interface import TextBenchReport


def bench(
    workspace: Path, request: BenchRequest | None = None, *, observer: Observer = SILENT
) -> BenchReport | TextBenchReport:
    """Compare every model of the workspace, its ablations and the baselines on one split.

    :param request: by default every method, once, on the test rows.
    :raises WorkspaceError: if the workspace is missing or invalid, or has no train or validation rows.
    :raises UsageError: for a split that is not there, or a name that nothing has.
    """
    request = request or BenchRequest()
    with open_workspace(workspace) as opened:
        if has_texts(opened):
            return bench_texts(opened, request, observer=observer)
        return bench_labels(opened, request, observer=observer)
