"""What ``prle bench`` is asked for, and its reports.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from prle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prle.models.labels.targets import TargetName
    from prle.models.students.teaching.distilling import DistillSettings
    from prle.stages.bench.methods.ablations import AblationName
    from prle.stages.common.provenance import Provenance


ScoreName = Literal["pearson", "accuracy"]


def model_row(model: str) -> str:
    """Return the name of a model's row, which no baseline can have."""
    return f"prle:{model}"


@dataclass(frozen=True, kw_only=True)
class BenchRow:
    """One method on one split; figures are means over its ``seeds`` fits, ``*_sd`` their standard deviations.

    Numbers have the figures up to R², classes those from accuracy on; the others are None. ``difference`` is Pearson,
    or accuracy, to the best baseline with a paired 95 % interval. Models and ablations say how many
    ``prototypes`` they have, how many are ``prototypes_in_use`` (dominate an input of the split), and how many
    ``effective_experts`` speak for an input on average. An ablation is the row ``ablates`` with one ``change``.
    ``coverage`` is the share of labels inside the 90 % intervals, of all rows and of the worst regime that has enough
    rows; ``interval_width`` their mean width. ``fitted_on`` is how many training rows a baseline was fitted on.
    Whatever prototypes speak in has what it promises of its explanations on the split, ``carried`` to
    ``prototypes_80`` (:class:`prle.explanation.promise.Promise`), and its ``fit_cpu_seconds`` where they were counted.
    """

    name: str
    kind: Literal["model", "ablation", "baseline"]
    split: str
    pearson: float | None = None
    spearman: float | None = None
    rmse: float | None = None
    r2: float | None = None
    fit_seconds: float
    predict_rows_per_second: float
    size_bytes: int
    difference: tuple[float, float, float] | None = None
    seeds: int = 1
    pearson_sd: float | None = None
    spearman_sd: float | None = None
    rmse_sd: float | None = None
    r2_sd: float | None = None
    prototypes: int | None = None
    prototypes_in_use: float | None = None
    effective_experts: float | None = None
    ablates: str | None = None
    change: AblationName | None = None
    coverage: float | None = None
    worst_regime_coverage: float | None = None
    interval_width: float | None = None
    fitted_on: int | None = None
    accuracy: float | None = None
    auc: float | None = None
    log_loss: float | None = None
    macro_f1: float | None = None
    accuracy_sd: float | None = None
    auc_sd: float | None = None
    log_loss_sd: float | None = None
    macro_f1_sd: float | None = None
    carried: float | None = None
    anchored: float | None = None
    told: float | None = None
    content: float | None = None
    content_chance: float | None = None
    content_score_only: float | None = None
    voters_80: float | None = None
    prototypes_80: float | None = None
    fit_cpu_seconds: float | None = None

    @property
    def score_name(self) -> ScoreName:
        """What comparisons are about: Pearson of numbers, accuracy of classes."""
        return "pearson" if self.accuracy is None else "accuracy"

    @property
    def score(self) -> float:
        """Its value; NaN where it is not known."""
        found = self.pearson if self.accuracy is None else self.accuracy
        return float("nan") if found is None else found


Answer = Literal["helps", "level", "hurts"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one part is worth to a model: Pearson or accuracy of the whole minus that after the ``change``.

    ``difference`` has its interval too; ``answer`` says whether the part ``helps``, ``hurts``, or is ``level`` with
    doing without it (zero lies inside).
    """

    model: str
    change: AblationName
    answer: Answer
    difference: tuple[float, float, float]
    words: str


@dataclass(frozen=True, kw_only=True)
class BenchReport:
    """The models of the workspace beside ordinary methods on the same embeddings.

    ``best_model`` is the one that the verdict is about; ``seeds`` is None where stored models were measured as they
    are; ``resampling`` says what the intervals are intervals of.
    """

    of: ClassVar[str] = "labels"

    dataset: str
    encoder: str
    rows: tuple[BenchRow, ...]
    best_baseline: str
    verdict: str
    best_model: str = ""
    findings: tuple[Finding, ...] = ()
    seeds: int | None = None
    resampling: str = ""
    provenance: Provenance | None = None
    target: TargetName = "number"
    train_rows: int | None = None

    @property
    def score_name(self) -> ScoreName:
        """What differences are in: Pearson of numbers, accuracy of classes."""
        return "pearson" if self.target == "number" else "accuracy"


@dataclass(frozen=True, kw_only=True)
class SuiteLine:
    """One data set of a suite at a glance: the model that speaks, the best baseline, and what lies between them."""

    dataset: str
    model: str
    pearson: float
    rmse: float
    baseline: str
    baseline_pearson: float
    baseline_rmse: float
    difference: tuple[float, float, float]
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class SuiteReport:
    """A comparison a data set, and a summary of those that have a model and a baseline."""

    of: ClassVar[str] = "suite"

    encoder: str
    datasets: tuple[BenchReport, ...]
    summary: tuple[SuiteLine, ...]
    provenance: Provenance


@dataclass(frozen=True, kw_only=True)
class TextBenchRow:
    """One method on one split. ``difference`` is R@1 to the best baseline with a paired 95 % interval.

    Figures are means over ``fits``, one for each seed and each cut of the data, ``*_sd`` their standard deviations.

    ``kind`` is model, ablation (a model with other gates, or without words), soft (the model's maps fitted with other
    soft targets) or baseline.
    """

    name: str
    kind: Literal["model", "ablation", "soft", "baseline"]
    split: str
    recall_at_1: float
    recall_at_10: float
    mrr: float
    cosine: float | None
    fit_seconds: float
    predict_rows_per_second: float
    size_bytes: int
    difference: tuple[float, float, float] | None = None
    prototypes: int | None = None
    fits: int = 1
    recall_at_1_sd: float | None = None
    recall_at_10_sd: float | None = None
    mrr_sd: float | None = None
    cosine_sd: float | None = None


@dataclass(frozen=True, kw_only=True)
class TextFinding:
    """What a part of a ``model`` is worth, such as routing against equal gates, or words: a difference in R@1."""

    model: str
    subject: str
    answer: Answer
    difference: tuple[float, float, float]
    words: str


@dataclass(frozen=True, kw_only=True)
class TextBenchReport:
    """The models of the workspace beside ordinary ways to find a text, all of them ranking the same ``pool``.

    :param cuts: workspaces, whose rows are pooled; of several, ``pool`` and ``unseen`` are those of the first.
    """

    of: ClassVar[str] = "texts"

    dataset: str
    encoder: str
    rows: tuple[TextBenchRow, ...]
    pool: int
    unseen: float
    best_baseline: str
    best_model: str
    verdict: str
    findings: tuple[TextFinding, ...] = ()
    resampling: str = ""
    provenance: Provenance | None = None
    target: Literal["text"] = "text"
    seeds: int | None = None
    cuts: int = 1


@dataclass(frozen=True, kw_only=True)
class BenchRequest:
    """What is compared, on which rows, how often.

    :param split: the rows that are predicted; other than ``test``, something was fitted or tuned on them.
    :param only: row names to keep, as the report spells them (``prle:default``, ``knn``); a model brings its ablations.
    :param seeds: K: models (with their stored settings) and whatever else is random are fitted with seeds 0 to K - 1
        and reported as mean and standard deviation. None measures the stored models themselves.
    :param ablations: fit every model again without each of its parts, not only without its local experts.
    :param soft_targets: where labels are texts, also fit with each kind of soft targets.
    :param memory: bytes that the process should make do with; what the machine has when not given. Where training
        vectors would take more than an eighth of that, they stay in the file, and baselines get a sample of the rows.
    :param cuts: where labels are texts, further workspaces that hold the same data cut in another way.
    :param importance: compare ways to weigh rows for students of a model instead: ``all``, or one with ``uniform``.
        ``only`` names the model then, ``prle:NAME``, by default the first that is no student.
    :param student: how those students are made; by default as ``prle distill`` does.
    """

    split: str = "test"
    only: Sequence[str] | None = None
    seeds: int | None = None
    ablations: bool = False
    soft_targets: bool = False
    memory: int | None = None
    cuts: Sequence[Path] = ()
    importance: str | None = None
    student: DistillSettings | None = None

    def __post_init__(self) -> None:
        if self.seeds is not None and self.seeds < 1:
            message = f"seeds: expected 1 or more, got {self.seeds}."
            raise UsageError(message)
        if self.importance is not None:
            for name in ("memory", "ablations", "soft_targets", "cuts"):
                if getattr(self, name):
                    raise not_together(name, "importance")


_OPTIONS: Final[Mapping[str, str]] = {"soft_targets": "--soft-targets", "cuts": "--cut"}
"""Options that are not spelt as their fields are."""


def not_together(name: str, other: str) -> UsageError:
    """Return the refusal of what does nothing beside something else; both are fields."""
    option = _OPTIONS.get(name, f"--{name}")
    message = f"bench: {option} does not go together with --{other}."
    return UsageError(message, hint=f"leave out {option}")


@dataclass(frozen=True, kw_only=True)
class ImportanceRow:
    """Students that were taught with one way to weigh rows: means over seeds, and standard deviations.

    ``difference`` is that of the score to ``uniform`` with the same seeds, ``noise`` two standard errors of it; both
    None of ``uniform`` itself. ``relative_error`` is on validation rows, as in ``prle distill``.
    """

    name: str
    score: float
    score_sd: float
    relative_error: float
    relative_error_sd: float
    difference: float | None = None
    noise: float | None = None


@dataclass(frozen=True, kw_only=True)
class ImportanceReport:
    """The ways to weigh rows beside each other; ``score_name`` is what is measured on ``split``.

    ``uncertainty`` is what the encoder's was measured by, empty where no row asks for it.
    """

    of: ClassVar[str] = "importance"

    dataset: str
    model: str
    student: str
    size: int
    split: str
    seeds: int
    score_name: str
    rows: tuple[ImportanceRow, ...]
    verdict: str
    uncertainty: str = ""


AnyBenchReport = BenchReport | TextBenchReport | ImportanceReport
"""What a workspace is compared in; it says what it is ``of``."""
