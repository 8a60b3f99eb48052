"""Fit, time and judge one method, once for every seed that it is asked for."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

import numpy as np

from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.rows import blocks_of
from prle.stages.bench.interface import BenchRow
from prle.stages.bench.methods.contender import Contender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.baselines.interface import Table
    from prle.config import VotersName
    from prle.data.interface import SplitName
    from prle.models.labels.calibration import Coverage
    from prle.stages.bench.methods.ablations import AblationName
    from prle.stages.bench.methods.contender import Routing

FIGURES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "pearson": ("pearson", "spearman", "rmse", "r2"),
    "accuracy": ("accuracy", "auc", "log_loss", "macro_f1"),
}
"""The figures that are compared, by the score that comes first."""

_ROWS_AT_ONCE: Final = 1 << 12
"""Rows that are taken from the file together."""

_TIMING_SECONDS: Final = 0.3
"""Predicting is repeated for at least this long, and the median taken."""


class Method(Protocol):
    """What can be measured: a fitted baseline and a loaded model alike."""

    @property
    def size_bytes(self) -> int:
        """Bytes that answering needs."""

    @property
    def predict(self) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
        """Embeddings to label units or class probabilities. *Shape:* (N, S, H) -> (N,) or (N, T)."""


class Timed(NamedTuple):
    """A method after fitting, the wall seconds that took, tuning included, and how many rows it saw; None: all."""

    method: Method
    seconds: float
    fitted_on: int | None = None


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

    :param predictions: of the reported split, by fit: label units, or the codes of the likeliest classes.
        *Shape:* (K, N)
    :param validation_error: RMSE or log loss, mean over the fits; chooses between models.
    :param voters: who votes in it; None of what has no prototypes.
    """

    row: BenchRow
    predictions: NDArray[np.float64]
    validation_error: float
    voters: VotersName | None = None


def measure(entrant: Entrant, tables: Mapping[SplitName, Table], split: SplitName) -> Result:
    """Fit ``entrant`` with each of its seeds, predict ``split`` and average the figures."""
    fits = [_one_fit(entrant.fit(seed), tables, split) for seed in entrant.seeds]
    means = {name: float(np.mean([fit.figures[name] for fit in fits])) for name in fits[0].figures}
    deviations = (
        {f"{name}_sd": float(np.std([fit.figures[name] for fit in fits], ddof=1)) for name in means}
        if len(fits) > 1
        else {}
    )
    routings = np.array([fit.routing for fit in fits if fit.routing is not None])
    effective, in_use = routings.mean(axis=0).tolist() if len(routings) else (None, None)
    covered = [fit.coverage for fit in fits if fit.coverage is not None]
    row = BenchRow(
        name=entrant.name,
        kind=entrant.kind,
        split=split,
        fit_seconds=_mean(fit.fit_seconds for fit in fits),
        predict_rows_per_second=len(tables[split]) / _mean(fit.predict_seconds for fit in fits),
        size_bytes=round(_mean(fit.size_bytes for fit in fits)),
        seeds=len(fits),
        fitted_on=fits[0].fitted_on,
        prototypes=fits[0].prototypes,
        prototypes_in_use=in_use,
        effective_experts=effective,
        ablates=entrant.ablates,
        change=entrant.change,
        difference=None,
        coverage=_mean_of_known(each.marginal for each in covered),
        worst_regime_coverage=_mean_of_known(each.worst_regime for each in covered),
        interval_width=_mean_of_known(each.width for each in covered),
        fit_cpu_seconds=_mean_of_known(fit.cpu_seconds for fit in fits),
        **{name: _mean(fit.promised[name] for fit in fits) for name in fits[0].promised},
        **means,
        **deviations,
    )
    return Result(
        row=row,
        predictions=np.stack([fit.predictions for fit in fits]),
        validation_error=_mean(fit.validation_error for fit in fits),
        voters=fits[0].voters,
    )


@dataclass(frozen=True, kw_only=True)
class _OneFit:
    """One fit of a method.

    :param figures: of the reported split, by name; ``promised`` likewise.
    """

    figures: dict[str, float]
    validation_error: float
    fit_seconds: float
    predict_seconds: float
    size_bytes: int
    predictions: NDArray[np.float64]
    fitted_on: int | None
    routing: Routing | None = None
    prototypes: int | None = None
    coverage: Coverage | None = None
    promised: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float | None = None
    voters: VotersName | None = None


def _one_fit(timed: Timed, tables: Mapping[SplitName, Table], split: SplitName) -> _OneFit:
    """Predict and judge one fitted method."""
    method, rows, validation = timed.method, tables[split], tables["validation"]
    predictions = _predicted(method, rows.embeddings)
    target = ClassTarget if rows.classes else NumberTarget
    judged = _predicted(method, validation.embeddings)
    return _OneFit(
        figures={name: target.figures[name](rows.labels, predictions) for name in FIGURES_OF[target.score.name]},
        validation_error=target.figures[target.criterion.name](validation.labels, judged),
        fit_seconds=timed.seconds,
        predict_seconds=_median_seconds(method, rows.embeddings),
        size_bytes=method.size_bytes,
        predictions=predictions.argmax(axis=1).astype(np.float64) if rows.classes else predictions,
        fitted_on=timed.fitted_on,
        **(_of_model(method, tables, split) if isinstance(method, Contender) else {}),
    )


def _of_model(model: Contender, tables: Mapping[SplitName, Table], split: SplitName) -> dict[str, Any]:
    """Return what only a model has: who speaks, how often intervals of numbers hold, and who carries."""
    rows = tables[split]
    return {
        "routing": model.routing(rows.embeddings),
        "prototypes": model.prototypes,
        "coverage": None if rows.classes else model.coverage(tables["validation"], rows),
        "promised": model.promise(tables["train"], rows).figures(),
        "cpu_seconds": model.cpu_seconds,
        "voters": model.config.votes.voters,
    }


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _mean_of_known(values: Iterable[float | None]) -> float | None:
    """Return the mean of what there is, None where there is nothing."""
    known = [value for value in values if value is not None]
    return _mean(known) if known else None


def _predicted(method: Method, embeddings: Sentences) -> NDArray[np.float64]:
    """Predict all rows, those that stay in the file a block at a time."""
    if isinstance(embeddings, np.ndarray):
        return method.predict(embeddings)
    return np.concatenate([method.predict(block) for block in blocks_of(embeddings, _ROWS_AT_ONCE)])


def _median_seconds(method: Method, embeddings: Sentences) -> float:
    """Return the median wall time of predicting all rows, repeated until the clock can be trusted."""
    times: list[float] = []
    enough = time.perf_counter() + _TIMING_SECONDS
    while (started := time.perf_counter()) < enough or not times:
        _predicted(method, embeddings)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
