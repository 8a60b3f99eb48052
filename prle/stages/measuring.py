"""Fit, time and judge one method, once for every seed that it is asked for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import numpy as np

from prle.metrics import pearson, r2, rmse, spearman
from prle.stages.contender import Contender
from prle.stages.interface import BenchRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from prle.baselines.interface import Table
    from prle.data.interface import SplitName
    from prle.explanation import Coverage
    from prle.stages.ablations import AblationName
    from prle.stages.contender import Routing

_TIMING_SECONDS: Final = 0.3
"""Predicting is repeated for at least this long, and the median taken."""


class Method(Protocol):
    """What can be measured: a fitted baseline and a loaded model alike."""

    @property
    def size_bytes(self) -> int:
        """Bytes that answering needs."""

    @property
    def predict(self) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
        """Embeddings to label units. *Shape:* (N, S, H) -> (N,)."""


class Timed(NamedTuple):
    """A method after fitting, and the wall seconds that fitting took, tuning included."""

    method: Method
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """One method to be measured.

    :param fit: seed -> the method, fitted.
    :param seeds: the method is fitted once for each, and its figures are averaged; one where chance plays no part.
    :param ablates: the row that this one copies but for one ``change``; ablations only.
    """

    name: str
    kind: Literal["model", "ablation", "baseline"]
    fit: Callable[[int], Timed]
    seeds: tuple[int, ...] = (0,)
    ablates: str | None = None
    change: AblationName | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """A measured method.

    :param predictions: of the reported split, by fit. *Shape:* (K, N), label units.
    :param validation_rmse: mean over the fits; chooses between models.
    """

    row: BenchRow
    predictions: NDArray[np.float64]
    validation_rmse: float


def measure(entrant: Entrant, tables: Mapping[SplitName, Table], split: SplitName) -> Result:
    """Fit ``entrant`` with each of its seeds, predict ``split`` and average the figures."""
    fits = [_one_fit(entrant.fit(seed), tables, split) for seed in entrant.seeds]
    every = np.array([fit.figures for fit in fits])
    means = _Figures(*every.mean(axis=0).tolist())
    deviations = _Figures(*every.std(axis=0, ddof=1).tolist()) if len(fits) > 1 else None
    routings = np.array([fit.routing for fit in fits if fit.routing is not None])
    effective, in_use = routings.mean(axis=0).tolist() if len(routings) else (None, None)
    covered = [fit.coverage for fit in fits if fit.coverage is not None]
    row = BenchRow(
        name=entrant.name,
        kind=entrant.kind,
        split=split,
        pearson=means.pearson,
        spearman=means.spearman,
        rmse=means.rmse,
        r2=means.r2,
        fit_seconds=means.fit_seconds,
        predict_rows_per_second=len(tables[split]) / means.predict_seconds,
        size_bytes=round(means.size_bytes),
        seeds=len(fits),
        pearson_sd=deviations and deviations.pearson,
        spearman_sd=deviations and deviations.spearman,
        rmse_sd=deviations and deviations.rmse,
        r2_sd=deviations and deviations.r2,
        prototypes=fits[0].prototypes,
        prototypes_in_use=in_use,
        effective_experts=effective,
        ablates=entrant.ablates,
        change=entrant.change,
        coverage=_mean(each.marginal for each in covered),
        worst_regime_coverage=_mean(each.worst_regime for each in covered),
        interval_width=_mean(each.width for each in covered),
    )
    return Result(
        row=row, predictions=np.stack([fit.predictions for fit in fits]), validation_rmse=means.validation_rmse
    )


class _Figures(NamedTuple):
    """What is averaged over fits."""

    pearson: float
    spearman: float
    rmse: float
    r2: float
    validation_rmse: float
    fit_seconds: float
    predict_seconds: float
    size_bytes: float


@dataclass(frozen=True, kw_only=True)
class _OneFit:
    """One fit of a method; who speaks, and how often intervals hold, only of models."""

    figures: _Figures
    predictions: NDArray[np.float64]
    routing: Routing | None
    prototypes: int | None
    coverage: Coverage | None


def _one_fit(timed: Timed, tables: Mapping[SplitName, Table], split: SplitName) -> _OneFit:
    """Predict and judge one fitted method."""
    method, rows, validation = timed.method, tables[split], tables["validation"]
    predictions = method.predict(rows.embeddings)
    model = method if isinstance(method, Contender) else None
    return _OneFit(
        figures=_Figures(
            pearson=pearson(rows.labels, predictions),
            spearman=spearman(rows.labels, predictions),
            rmse=rmse(rows.labels, predictions),
            r2=r2(rows.labels, predictions),
            validation_rmse=rmse(validation.labels, method.predict(validation.embeddings)),
            fit_seconds=timed.seconds,
            predict_seconds=_median_seconds(method, rows.embeddings),
            size_bytes=method.size_bytes,
        ),
        predictions=predictions,
        routing=model.routing(rows.embeddings) if model else None,
        prototypes=model.prototypes if model else None,
        coverage=model.coverage(validation, rows) if model else None,
    )


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what there is, None where there is nothing."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _median_seconds(method: Method, embeddings: NDArray[np.float32]) -> float:
    """Return the median wall time of predicting all rows, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        method.predict(embeddings)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
