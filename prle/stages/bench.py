"""Stand the models of a workspace beside ordinary methods on the same vectors, and say plainly who is ahead.

Everything is fitted on train and tuned on validation; the split that is reported is read once. Seconds and rows per
second were measured in one run on one machine that may have had other work: compare them within a table, as ratios.
All methods get one thread. That is even, and waiting for a thread that another process holds up made boosting twelve
times slower on a busy machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from prle.baselines import BASELINES
from prle.baselines.interface import Table
from prle.errors import UsageError, WorkspaceError, unknown_name
from prle.metrics import Difference, paired_bootstrap, pearson, r2, rmse, spearman
from prle.observer import SILENT
from prle.stages.contender import fit_twin, load_contender
from prle.stages.interface import BenchReport, BenchRow
from prle.stages.predict import known_split
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.observer import Observer
    from prle.workspace import Manifest, Workspace

_TIMING_SECONDS: Final = 0.3
"""Predicting is repeated for at least this long, and the median taken."""


def bench(
    workspace: Path, *, split: str = "test", observer: Observer = SILENT, only: Iterable[str] | None = None
) -> BenchReport:
    """Compare every model of the workspace, its one-expert twin and the baselines on one split.

    :param split: the rows that are predicted; other than ``test``, something was fitted or tuned on them.
    :param only: row names to keep, as the report spells them (``prle:default``, ``knn``); a model brings its twin.
    :raises WorkspaceError: if the workspace is missing or invalid, or has no train or validation rows.
    :raises UsageError: for a split that is not there, or a name in ``only`` that nothing has.
    """
    with open_workspace(workspace) as opened, threadpool_limits(limits=1):
        which = known_split(opened, split)
        needed: set[SplitName] = {"train", "validation", which}
        tables = {name: _table(opened, name) for name in needed}
        names = _selected(only, opened.model_names, tables["train"])
        if split != "test":
            observer.warn(f"{which} rows were fitted or tuned on: the figures flatter every method.")
        entrants = [*_models(opened, names, observer), *_baselines(names, tables)]
        if not entrants:
            message = "bench: expected at least one method to compare; every model named is stale."
            raise WorkspaceError(message, hint="prle fit")
        results = []
        for done, entrant in enumerate(entrants):
            observer.progress("bench", done, len(entrants), "methods")
            with threadpool_limits(1):
                results.append(_measure(entrant, tables, which))
        observer.progress("bench", len(entrants), len(entrants), "methods")
        return _report(opened.manifest, results, tables[which].labels)


class _Fitted(Protocol):
    """What can be measured: a fitted baseline and a loaded predictor alike."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def predict(self) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]: ...


@dataclass(frozen=True, kw_only=True)
class _Entrant:
    """One method to be measured; ``fit`` returns it fitted and the seconds that fitting took."""

    name: str
    kind: Literal["model", "ablation", "baseline"]
    fit: Callable[[], tuple[_Fitted, float]]


@dataclass(frozen=True, kw_only=True)
class _Result:
    """A measured method with what it predicted, *Shape:* (N,); ``validation_rmse`` chooses between models."""

    row: BenchRow
    predictions: NDArray[np.float64]
    validation_rmse: float


def _table(opened: Workspace, split: SplitName) -> Table:
    """Read the vectors and labels of one split, which must have rows."""
    known_split(opened, split)
    return Table(embeddings=opened.embeddings(split), labels=opened.labels(split))


def _row_name(model: str) -> str:
    return f"prle:{model}"


def _selected(only: Iterable[str] | None, models: Iterable[str], train: Table) -> set[str]:
    """Return the names of the rows to make; refuse one that is neither a model nor a baseline that suits the rows."""
    texts = train.embeddings.shape[1]
    known = [
        *(_row_name(model) for model in models),
        *(name for name, kind in BASELINES.items() if kind().suits(texts)),
    ]
    if only is None:
        return set(known)
    wanted = set(only)
    if not wanted:
        message = "only: expected at least one name; got none."
        raise UsageError(message, hint=f"one of: {', '.join(known)}")
    for name in sorted(wanted - set(known)):
        kind = "method"
        raise unknown_name(kind, name, known)
    return wanted


def _models(opened: Workspace, names: set[str], observer: Observer) -> Iterable[_Entrant]:
    """Yield each model and, where it has several experts, its one-expert twin; a stale model is left out aloud."""
    for model in opened.model_names:
        if _row_name(model) not in names:
            continue
        try:
            contender = load_contender(opened, model)
        except WorkspaceError as error:
            observer.warn(f"{_row_name(model)} is left out: {error.message}")
            continue
        yield _Entrant(name=_row_name(model), kind="model", fit=_already(contender, contender.fit_seconds))
        if contender.prototypes > 1:
            yield _Entrant(name=_twin_name(_row_name(model)), kind="ablation", fit=_twin(opened, model))


def _twin(opened: Workspace, model: str) -> Callable[[], tuple[_Fitted, float]]:
    """Return a ``fit`` of the one-expert twin of ``model``."""

    def run() -> tuple[_Fitted, float]:
        twin = fit_twin(opened, model)
        return twin, twin.fit_seconds

    return run


def _twin_name(model_row: str) -> str:
    return f"{model_row} (one expert)"


def _already(fitted: _Fitted, seconds: float) -> Callable[[], tuple[_Fitted, float]]:
    """Return a ``fit`` for what was fitted long ago."""
    return lambda: (fitted, seconds)


def _baselines(names: set[str], tables: dict[SplitName, Table]) -> Iterable[_Entrant]:
    """Yield the chosen baselines, to be fitted and timed when their turn comes."""
    for name, baseline in BASELINES.items():
        if name in names:
            yield _Entrant(
                name=name, kind="baseline", fit=_timed(baseline().fit, tables["train"], tables["validation"])
            )


def _timed(
    fit: Callable[[Table, Table], _Fitted], train: Table, validation: Table
) -> Callable[[], tuple[_Fitted, float]]:
    """Return a ``fit`` that watches the clock, tuning included."""

    def run() -> tuple[_Fitted, float]:
        started = time.perf_counter()
        fitted = fit(train, validation)
        return fitted, time.perf_counter() - started

    return run


def _measure(entrant: _Entrant, tables: dict[SplitName, Table], split: SplitName) -> _Result:
    """Fit, predict and judge one method."""
    fitted, fit_seconds = entrant.fit()
    rows = tables[split]
    predictions = fitted.predict(rows.embeddings)
    row = BenchRow(
        name=entrant.name,
        kind=entrant.kind,
        split=split,
        pearson=pearson(rows.labels, predictions),
        spearman=spearman(rows.labels, predictions),
        rmse=rmse(rows.labels, predictions),
        r2=r2(rows.labels, predictions),
        fit_seconds=fit_seconds,
        predict_rows_per_second=len(rows) / _median_seconds(fitted, rows.embeddings),
        size_bytes=fitted.size_bytes,
    )
    validation = tables["validation"]
    validation_rmse = rmse(validation.labels, fitted.predict(validation.embeddings))
    return _Result(row=row, predictions=predictions, validation_rmse=validation_rmse)


def _median_seconds(fitted: _Fitted, embeddings: NDArray[np.float32]) -> float:
    """Return the median wall time of predicting all rows, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        fitted.predict(embeddings)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def _report(manifest: Manifest, results: Sequence[_Result], labels: NDArray[np.float64]) -> BenchReport:
    """Set every model against the baseline that did best on these very rows: the hardest comparison there is."""
    baselines = [result for result in results if result.row.kind == "baseline"]
    best = max(baselines, key=lambda result: result.row.pearson, default=None)
    rows = []
    for result in results:
        row = result.row
        if best is not None and row.kind != "baseline":
            row = replace(row, difference=_difference(labels, result, best))
        rows.append(row)
    return BenchReport(
        dataset=manifest.dataset,
        encoder=manifest.encoder.name,
        rows=tuple(rows),
        best_baseline=best.row.name if best else "",
        verdict=_verdict(results, best, labels),
    )


def _difference(labels: NDArray[np.float64], ours: _Result, theirs: _Result) -> Difference:
    """Return how much higher our Pearson is, with its paired 95 % interval."""
    return paired_bootstrap(labels, ours.predictions, theirs.predictions, "pearson")


def _verdict(results: Sequence[_Result], best: _Result | None, labels: NDArray[np.float64]) -> str:
    """Say in one sentence what the table shows, claiming no more than the intervals allow.

    Among several models the one with the lowest validation RMSE speaks: picking it on the reported split would flatter.
    """
    models = [result for result in results if result.row.kind == "model"]
    if not models:
        name, figure = (best.row.name, best.row.pearson) if best else (results[0].row.name, results[0].row.pearson)
        return f"No model was compared; the best method is {name} with Pearson {figure:.3f}."
    model = min(models, key=lambda result: result.validation_rmse)
    parts = [f"{model.row.name} has Pearson {model.row.pearson:.3f}"]
    if best is not None:
        parts = [_against_baseline(model.row, best.row, _difference(labels, model, best))]
    twins = [result for result in results if result.row.name == _twin_name(model.row.name)]
    parts += [_against_twin(_difference(labels, model, twin)) for twin in twins]
    return "; ".join(parts) + "."


def _against_baseline(model: BenchRow, best: BenchRow, difference: Difference) -> str:
    relation = {1: "is ahead of", 0: "is level with", -1: "is behind"}[_side(difference)]
    figures = f"Pearson {model.pearson:.3f} to {best.pearson:.3f}, difference {_interval(difference)}"
    return f"{model.name} {relation} the best baseline, {best.name} ({figures})"


def _against_twin(difference: Difference) -> str:
    finding = {
        1: "local experts earn something over one global expert",
        0: "local experts earn nothing that can be told from chance over one global expert",
        -1: "local experts do worse than one global expert",
    }[_side(difference)]
    return f"its {finding} (difference {_interval(difference)})"


def _side(difference: Difference) -> int:
    """Return 1 or -1 where the whole interval lies above or below zero, else 0."""
    return int(difference.low > 0) - int(difference.high < 0)


def _interval(difference: Difference) -> str:
    return f"{difference.point:+.3f}, 95 % interval {difference.low:+.3f} to {difference.high:+.3f}"
