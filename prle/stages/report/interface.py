"""What ``prle report`` is asked, and the record behind it: everything that a page about one fitted model says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prle.config.rows import Value
    from prle.explanation.calibration import CalibrationGroup
    from prle.explanation.distinction import Distinction
    from prle.metrics.promise import Promise
    from prle.models.labels.targets import TargetName
    from prle.stages.common.provenance import Provenance
    from prle.stages.explain.interface import (
        Anchor,
        ClassAnchor,
        ClassExample,
        ClassExplainReport,
        Example,
        ExplainReport,
    )
    from prle.stages.info.interface import SeedOccupation, SplitOccupation


@dataclass(frozen=True, kw_only=True)
class ReportRequest:
    """Which model a page is about, and how much it shows.

    :param rows: how many rows of the test split are explained; of the validation split where there is no other.
    :param bench: a comparison to show beside it, as ``prle bench --format json`` writes it.
    :param seeds: how many refits, with seeds from 0 on, the regimes are compared over; None for no refit.
    """

    name: str = "default"
    rows: int = 20
    bench: Path | None = None
    seeds: int | None = None


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What the workspace holds. ``rows`` are counted by split; ``label_range`` is that of the training labels.

    Of classes, ``classes`` are their names by code, and the range is that of codes. Where ``table`` is true, ``fields``
    are the columns of a table, and the texts of a row are its cells in their order.

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
    target: TargetName = "number"
    classes: tuple[str, ...] = ()
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
    """How good predictions of some rows of a split are; None where there are no rows, and of another kind of target.

    :param rmse: label units, and ``mae`` likewise.
    :param pearson: only of a whole split; so are ``spearman`` and ``r2``, and of classes all but ``accuracy`` and
        ``log_loss``.
    :param coverage: the share of rows whose label lies in its 90 % prediction interval, where the model has intervals;
        None on validation rows, which they were calibrated on.
    """

    split: str
    rows: int
    rmse: float | None = None
    mae: float | None = None
    pearson: float | None = None
    spearman: float | None = None
    r2: float | None = None
    coverage: float | None = None
    accuracy: float | None = None
    auc: float | None = None
    log_loss: float | None = None
    brier: float | None = None
    calibration_error: float | None = None
    macro_f1: float | None = None


@dataclass(frozen=True, kw_only=True)
class PredictedNumber:
    """A row with what the model says of it, label units; ``prototype`` is the one that dominates it."""

    row: int
    texts: tuple[str, ...]
    label: float
    prediction: float
    prototype: int


@dataclass(frozen=True, kw_only=True)
class PredictedClass:
    """The same of classes, by name, with the ``probability`` of the predicted one."""

    row: int
    texts: tuple[str, ...]
    label: str
    prediction: str
    probability: float
    prototype: int


@dataclass(frozen=True, kw_only=True)
class MapPoint:
    """A row on the map, in the length units of the retrieval space."""

    x: float
    y: float
    row: PredictedNumber | PredictedClass


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
class NumberLabels:
    """Labels of one row or more, label units.

    :param mean: of the labels, ``predicted`` of the predictions, and ``range`` the lowest and the highest label.
    :param edges: of the bins, ascending, one more than there are bins; the same on the whole page.
    :param histogram: how many labels fall into each bin.
    """

    of: ClassVar[str] = "numbers"
    mean: float
    predicted: float
    range: tuple[float, float]
    edges: tuple[float, ...]
    histogram: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ClassLabels:
    """Classes of one row or more: the shares of the labels by name, and the mean probabilities that are predicted."""

    of: ClassVar[str] = "classes"
    shares: Mapping[str, float]
    predicted: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class RegimeProfile:
    """The inputs that one prototype dominates.

    :param rows: how many training rows these are, and ``share`` which part of all of them.
    :param weight: its part of all weight, on training rows.
    :param labels: of these rows, and what is predicted of them; None where there are none.
    :param distinctions: what sets these rows apart from all training rows, the strongest first.
    :param typical: those nearest to the prototype, without the anchor; distances as in ``explain``.
    :param figures: of each split that the model was not fitted to.
    """

    prototype: int
    anchor: Anchor | ClassAnchor
    rows: int
    share: float
    weight: float
    labels: NumberLabels | ClassLabels | None
    distinctions: tuple[Distinction, ...]
    typical: tuple[Example | ClassExample, ...]
    figures: tuple[SplitFigures, ...]


@dataclass(frozen=True, kw_only=True)
class NumberChecks:
    """Whether numbers mean what they say.

    :param calibration: rows in groups by their prediction.
    :param predicted: a sample of the rows.
    """

    calibration: tuple[CalibrationGroup, ...]
    predicted: tuple[PredictedNumber, ...]


@dataclass(frozen=True, kw_only=True)
class Confused:
    """``rows`` of the class ``label`` are predicted as ``prediction``, a ``share`` of all of that class."""

    label: str
    prediction: str
    rows: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Rows by their true class (down) and the predicted one (across).

    :param classes: those that are most often involved in a mistake, in the order of their codes.
    :param others: how many classes the last row and column stand for; 0 where there is no such row.
    :param counts: *Shape:* ``classes`` (and others) squared.
    :param pairs: what is most often taken for what, of all classes.
    """

    classes: tuple[str, ...]
    others: int
    counts: tuple[tuple[int, ...], ...]
    pairs: tuple[Confused, ...]


@dataclass(frozen=True, kw_only=True)
class ClassChecks:
    """Whether probabilities mean what they say, and which classes are taken for which.

    :param about: the class whose probability is checked; None where it is that of whichever class is predicted.
    :param calibration: rows in groups by that probability, and how often it was right.
    """

    about: str | None
    calibration: tuple[CalibrationGroup, ...]
    confusion: Confusion


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
    accuracy: float | None = None
    auc: float | None = None
    log_loss: float | None = None
    macro_f1: float | None = None


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
    :param labels: of all training rows.
    :param occupations: how many prototypes hold the weight of each split.
    :param regimes: one a prototype, the one with most training rows first.
    :param alone: the prototype that holds more than 95 % of the weight of training rows; None where none does.
    :param split: the split that ``checks`` and ``explained`` are about.
    :param explained: some of its rows, one from each of as many equal groups by how far off they are, the smallest
        first: by absolute error, or by how little probability the true class has.
    :param promise: what the model promises of its explanations, on validation rows; None where it was not measured.
    :param seeds: refits with the seeds asked for; ``agreement`` as in
        :class:`prle.stages.info.interface.RegimesReport`.
    :param bench_of_another_fit: the model has been fitted again since ``bench`` was written.
    """

    data: DataFacts
    model: ModelFacts
    provenance: Provenance
    figures: tuple[SplitFigures, ...]
    map: EmbeddingMap
    labels: NumberLabels | ClassLabels
    occupations: tuple[SplitOccupation, ...]
    regimes: tuple[RegimeProfile, ...]
    split: str
    checks: NumberChecks | ClassChecks
    explained: tuple[ExplainReport | ClassExplainReport, ...]
    promise: Promise | None = None
    alone: int | None = None
    seeds: tuple[SeedOccupation, ...] = ()
    agreement: tuple[float, ...] = ()
    bench: BenchTable | None = None
    bench_of_another_fit: bool = False

    @property
    def of(self) -> str:
        """What labels are, ``numbers`` or ``classes``: a page draws them differently."""
        return self.labels.of


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
    target: TargetName = "number"
