"""The record behind ``prle report``: everything that a page about one fitted model says, before it is a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from prle.explanation.calibration import CalibrationGroup
    from prle.settings import Value
    from prle.stages.interface import Anchor, Example, ExplainReport, Provenance


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What the workspace holds. ``rows`` are counted by split; ``label_range`` is that of the training labels.

    Where ``table`` is true, ``fields`` are the columns of a table, and the texts of a row are its cells in their order.

    :param workspace: the name of the file. A page is made to be handed on, so it says no folder of this machine.
    """

    workspace: str
    dataset: str
    synthetic: bool
    fields: tuple[str, ...]
    label: str
    label_range: tuple[float, float]
    rows: dict[str, int]
    texts: int
    encoder: str
    encoder_fingerprint: str
    width: int
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What was fitted. ``settings`` are all of them by dotted key, as they were settled."""

    name: str
    created: str
    prototypes: int
    members: int
    parameters: int
    size_bytes: int
    settings: dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class SplitFigures:
    """How good predictions of some rows of a split are, label units; None where there are no rows.

    :param pearson: only of a whole split, and so are ``spearman`` and ``r2``.
    :param coverage: the share of rows whose label lies in its 90 % prediction interval, where the model has intervals;
        None on validation rows, which they were calibrated on.
    """

    split: str
    rows: int
    rmse: float | None
    mae: float | None
    pearson: float | None = None
    spearman: float | None = None
    r2: float | None = None
    coverage: float | None = None


@dataclass(frozen=True, kw_only=True)
class PredictedRow:
    """A row with what the model says of it; ``prototype`` is the one that dominates it."""

    row: int
    texts: tuple[str, ...]
    label: float
    prediction: float
    prototype: int


@dataclass(frozen=True, kw_only=True)
class MapPoint:
    """A row on the map, in the length units of the retrieval space."""

    x: float
    y: float
    row: PredictedRow


@dataclass(frozen=True, kw_only=True)
class EmbeddingMap:
    """Training rows and prototypes on the plane in which the rows differ most.

    :param points: a sample of the ``rows`` training rows.
    :param prototypes: where each prototype is, by its number.
    :param shares: of the variance, which each axis keeps.
    """

    rows: int
    points: tuple[MapPoint, ...]
    prototypes: tuple[tuple[float, float], ...]
    shares: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class RegimeProfile:
    """The inputs that one prototype dominates.

    :param rows: how many training rows these are, and ``share`` which part of all of them.
    :param label_mean: of their labels, with the lowest and the highest in ``label_range``; None where there are none.
    :param histogram: how many of them fall between the edges of the report's ``label_edges``.
    :param typical: those nearest to the prototype, without the anchor; distances as in ``explain``.
    :param figures: of each split that the model was not fitted to.
    """

    prototype: int
    anchor: Anchor
    rows: int
    share: float
    label_mean: float | None
    label_range: tuple[float, float] | None
    histogram: tuple[int, ...]
    typical: tuple[Example, ...]
    figures: tuple[SplitFigures, ...]


@dataclass(frozen=True, kw_only=True)
class BenchLine:
    """One method of a comparison; ``difference`` is to the best baseline, with its interval."""

    name: str
    kind: Literal["model", "ablation", "baseline"]
    split: str
    pearson: float | None = None
    spearman: float | None = None
    rmse: float | None = None
    r2: float | None = None
    difference: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class BenchTable:
    """What ``prle bench`` wrote; ``seeds`` is None where it measured stored models as they were."""

    dataset: str
    encoder: str
    rows: tuple[BenchLine, ...]
    verdict: str
    best_baseline: str = ""
    resampling: str = ""
    seeds: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReportContents:
    """Everything that the page says about one model.

    :param figures: of each split that the model was not fitted to.
    :param label_edges: of the bins of every histogram, ascending, one more than there are bins.
    :param label_histogram: how many training rows fall into each bin.
    :param regimes: one a prototype, the one with most training rows first.
    :param split: the split that ``calibration``, ``predicted`` and ``explained`` are about.
    :param predicted: a sample of its rows.
    :param explained: some of its rows, one from each of as many equal groups by absolute error, the smallest first.
    :param bench_of_another_fit: the model has been fitted again since ``bench`` was written.
    """

    data: DataFacts
    model: ModelFacts
    provenance: Provenance
    figures: tuple[SplitFigures, ...]
    map: EmbeddingMap
    label_edges: tuple[float, ...]
    label_histogram: tuple[int, ...]
    regimes: tuple[RegimeProfile, ...]
    split: str
    calibration: tuple[CalibrationGroup, ...]
    predicted: tuple[PredictedRow, ...]
    explained: tuple[ExplainReport, ...]
    bench: BenchTable | None = None
    bench_of_another_fit: bool = False


@dataclass(frozen=True, kw_only=True)
class WrittenReport:
    """Where a page is and what is on it."""

    path: Path
    size_bytes: int
    model: str
    dataset: str
    synthetic: bool
    figures: tuple[SplitFigures, ...]
    regimes: int
    explained: int
    bench: bool
