"""Stand the models of a workspace beside ordinary methods on the same vectors, and say plainly who is ahead.

Everything is fitted on train and tuned on validation; the split that is reported is read once. Seconds and rows per
second were measured in one run on one machine that may have had other work: compare them within a table, as ratios.
All methods get one thread. That is even, and waiting for a thread that another process holds up made boosting twelve
times slower on a busy machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from prle.baselines.interface import Table
from prle.errors import WorkspaceError
from prle.models.labels.targets import kind_of
from prle.observer import SILENT
from prle.stages import can
from prle.stages.bench.interface import BenchReport, model_row
from prle.stages.bench.measuring import measure
from prle.stages.bench.methods.labels import Lineup, baselines, chosen, entrants
from prle.stages.bench.verdict import best_baseline, compared, findings, resampling, speaker, verdict
from prle.stages.common.memory import vectors_in
from prle.stages.common.provenance import provenance
from prle.stages.common.splits import known_split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.observer import Observer
    from prle.stages.bench.interface import BenchRequest, BenchRow
    from prle.stages.bench.measuring import Entrant, Result
    from prle.workspace import Workspace

__all__ = ["bench", "entrants"]


def bench(opened: Workspace, request: BenchRequest, *, observer: Observer = SILENT) -> BenchReport:
    """Compare on an open workspace of numbers or classes.

    :raises UsageError: for a split that is not there, or a name that nothing has.
    """
    with threadpool_limits(limits=1):
        which = known_split(opened, request.split)
        needed: set[SplitName] = {"train", "validation", which}
        tables = {name: _table(opened, name, request.memory) for name in needed}
        train = tables["train"]
        names = chosen(request.only, opened.model_names, train.embeddings.shape[1], train.classes)
        lineup = Lineup(names=names, seeds=request.seeds, every_ablation=request.ablations, memory=request.memory)
        if which != "test":
            observer.warn(f"{which} rows were fitted or tuned on: the figures flatter every method.")
        methods = [*_models(opened, lineup, observer), *baselines(train, tables["validation"], lineup)]
        if not methods:
            message = "bench: expected at least one method to compare; every model named is stale."
            raise WorkspaceError(message, hint="prle fit")
        results = []
        for done, entrant in enumerate(methods):
            observer.progress("bench", done, len(methods), "methods")
            with threadpool_limits(1):  # again: a library that was loaded since the first time has pools of its own
                results.append(measure(entrant, tables, which))
        observer.progress("bench", len(methods), len(methods), "methods")
        return _report(opened, results, tables[which].labels, request)


def _models(opened: Workspace, lineup: Lineup, observer: Observer) -> Iterator[Entrant]:
    """Yield each model that was asked for, with its ablations; a stale one is left out aloud."""
    for name in opened.model_names:
        if model_row(name) not in lineup.names:
            continue
        try:
            found: list[Entrant] = can.module("bench", can.subject(opened, name)).entrants(opened, name, lineup)
        except WorkspaceError as error:
            observer.warn(f"{model_row(name)} is left out: {error.message}")
            continue
        yield from found


def _table(opened: Workspace, split: SplitName, memory: int | None) -> Table:
    """Return the labels of one split, which must have rows, and its vectors, read or as they stay in the file."""
    known_split(opened, split)
    classes = len(opened.manifest.classes)
    return Table(embeddings=vectors_in(opened, split, memory), labels=opened.labels(split), classes=classes)


def _report(
    opened: Workspace, results: Sequence[Result], labels: NDArray[np.float64], request: BenchRequest
) -> BenchReport:
    """Set every model against the best baseline and say what follows."""
    best, model = best_baseline(results), speaker(results)
    found = findings(results, labels)
    return BenchReport(
        dataset=opened.manifest.dataset,
        encoder=opened.manifest.encoder.name,
        rows=tuple(_against(best, result, labels) for result in results),
        best_baseline=best.row.name if best else "",
        verdict=verdict(results, found, labels),
        best_model=model.row.name if model else "",
        findings=found,
        seeds=request.seeds,
        resampling=resampling(request.split, len(labels), request.seeds, score=results[0].row.score_name),
        target=kind_of(opened.manifest.classes),
        provenance=provenance(),
        train_rows=opened.splits["train"],
    )


def _against(best: Result | None, result: Result, labels: NDArray[np.float64]) -> BenchRow:
    """Return the row of ``result``, with its difference to the best baseline unless it is a baseline itself."""
    if best is None or result.row.kind == "baseline":
        return result.row
    return replace(result.row, difference=compared(labels, result, best))
