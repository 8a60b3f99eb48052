"""The reports that stages return and views show: plain frozen records, the JSON contract of the command line.

Field names are the JSON keys that scripts rely on; records grow, they do not change. Where ``table`` is true rows are
those of a table: ``fields`` are its columns, and the ``texts`` of a row are its cells in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from prle.observer import Judged

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.labels.prototypes.count import CountTrial, Dimensions
    from prle.models.labels.targets import TargetName
    from prle.observer import EpochRecord
    from prle.stages.bench.methods.ablations import AblationName
    from prle.stages.common.class_interface import ClassExplainReport
    from prle.stages.common.text_interface import TextExplainReport
    from prle.stages.explain.parts import (
        CounterfactualReport,
        DoubtReport,
        FeatureReport,
        InfluenceReport,
        Refusal,
    )


@dataclass(frozen=True, kw_only=True)
class EmbedReport:
    """What ``embed`` did. ``reused`` is true where the workspace already held exactly this.

    Where labels are texts, ``targets`` of them are distinct, and ``target_encoder`` made their vectors; ``groups`` and
    ``paths`` are the numbers of different ones.
    """

    workspace: Path
    dataset: str
    origin: str
    synthetic: bool
    encoder: str
    encoder_source: str
    width: int
    rows: dict[str, int]
    fields: tuple[str, ...]
    label: str
    texts: int
    distinct_texts: int
    resumed_at: int
    seconds: float
    size_bytes: int
    reused: bool
    table: bool = False
    classes: tuple[str, ...] = ()
    targets: int = 0
    target_encoder: str = ""
    groups: int = 0
    paths: int = 0
    precision: str = "fp32"
    backend: str = ""


@dataclass(frozen=True, kw_only=True)
class TrialRecord(Judged):
    """One fit of a search: configuration number ``trial`` with at most ``epochs`` epochs, measured on validation rows.

    ``settings`` are those that differ from the defaults, by dotted key.
    """

    trial: int
    settings: dict[str, bool | int | float | str]
    epochs: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class FitReport(Judged):
    """What ``fit`` made. Errors are in label units; ``history`` has one record an epoch, ``trials`` one a fit.

    ``target`` is number, binary or multiclass; ``validation`` has every figure that its kind has, by name. Of classes,
    ``majority_rate`` is the accuracy of always saying the most frequent one on the same rows. ``pruned`` prototypes
    were removed, which moved no validation prediction by more than ``prune_change``; it might have been
    ``prune_tolerance``, None where no pruning was asked for. ``solved``: what experts have of
    their own, as it was kept, is a solution in closed form.
    Of a committee of several ``members`` the figures are those of all together, ``history``, ``best_epoch``,
    ``stopped_early`` and the prior's figure those of the first.
    """

    workspace: Path
    model: str
    router: str
    projection: str
    experts: str
    init: str
    em: bool
    seed: int
    members: int
    prototypes: int
    prototypes_in_use: int
    effective_experts: float
    best_epoch: int
    stopped_early: bool
    seconds: float
    parameters: int
    history: tuple[EpochRecord, ...]
    validation_spearman: float | None = None
    prior_validation_pearson: float | None = None
    prior_validation_accuracy: float | None = None
    prior_validation_log_loss: float | None = None
    target: TargetName = "number"
    validation: dict[str, float] = field(default_factory=dict)
    majority_rate: float | None = None
    pruned: int = 0
    prune_change: float | None = None
    prune_tolerance: float | None = None
    trials: tuple[TrialRecord, ...] = ()
    solved: bool = False


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One predicted row. ``row`` and ``label`` only for rows of a split, ``interval`` only where one was asked for."""

    texts: tuple[str, ...]
    prediction: float
    row: int | None = None
    label: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class PredictReport:
    """The predictions of one call, with the column names of their texts; ``level`` is that of their intervals."""

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    predictions: tuple[Prediction, ...]
    level: float | None = None
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The training row that a prototype is snapped to."""

    row: int
    texts: tuple[str, ...]
    label: float


@dataclass(frozen=True, kw_only=True)
class PrototypeShare:
    """What one prototype had to say: ``contribution = weight * expert_prediction``, label units.

    Of a committee, weight and contribution are means over its members; where the weight is 0, ``expert_prediction`` is
    the plain mean of what their experts say. ``past_error`` is the RMSE on the ``past_rows`` validation rows that the
    prototype dominates, None where there was none.
    """

    prototype: int
    weight: float
    expert_prediction: float
    contribution: float
    anchor: Anchor
    past_error: float | None = None
    past_rows: int = 0


@dataclass(frozen=True, kw_only=True)
class Bracket:
    """The heaviest prototypes on either side: with a label below what is predicted, and above."""

    below: PrototypeShare | None
    above: PrototypeShare | None


@dataclass(frozen=True, kw_only=True)
class Example:
    """A training row near the input.

    ``distance`` is measured in the retrieval space, in units of a training row's mean distance to its nearest other.
    """

    row: int
    texts: tuple[str, ...]
    label: float
    distance: float


@dataclass(frozen=True, kw_only=True)
class ExplainReport:
    """Why one input got its score. All prototypes, heaviest first; their contributions add up to ``prediction``.

    ``interval`` holds the label with a probability of ``level``, as far as validation rows can tell. What cannot be
    said of a model is None, and ``refused`` says why, by the name of the ledger or ``interval``. Training rows have the
    labels that the model was told; ``relabelled`` holds what the data say of those where `prle edit` told it another.
    """

    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    label_range: tuple[float, float]
    texts: tuple[str, ...]
    row: str | None
    prediction: float
    label: float | None
    prototypes: tuple[PrototypeShare, ...]
    examples: tuple[Example, ...]
    completeness_gap: dict[str, float]
    interval: tuple[float, float] | None = None
    level: float | None = None
    bracket: Bracket | None = None
    doubt: DoubtReport | None = None
    features: FeatureReport | None = None
    influence: InfluenceReport | None = None
    counterfactual: CounterfactualReport | None = None
    refused: dict[str, Refusal] = field(default_factory=dict)
    relabelled: dict[int, float] = field(default_factory=dict)
    table: bool = False


AnyExplainReport: TypeAlias = "ExplainReport | ClassExplainReport | TextExplainReport"

ScoreName = Literal["pearson", "accuracy"]


@dataclass(frozen=True, kw_only=True)
class ExplainRowsReport:
    """The explanations of many inputs, in their order; ``fields`` are the columns of their texts."""

    model: str
    fields: tuple[str, ...]
    explanations: tuple[AnyExplainReport, ...]


@dataclass(frozen=True, kw_only=True)
class BenchRow:
    """One method on one split; figures are means over its ``seeds`` fits, ``*_sd`` their standard deviations.

    Numbers have the figures up to R², classes those from accuracy on; the others are None. ``difference`` is Pearson,
    or accuracy, to the best baseline with a paired 95 % interval. Models and ablations say how many
    ``prototypes`` they have, how many are ``prototypes_in_use`` (dominate an input of the split), and how many
    ``effective_experts`` speak for an input on average. An ablation is the row ``ablates`` with one ``change``.
    ``coverage`` is the share of labels inside the 90 % intervals, of all rows and of the worst regime that has enough
    rows; ``interval_width`` their mean width. ``fitted_on`` is how many training rows a baseline was fitted on.
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
class Provenance:
    """When, with what and on what kind of machine figures were measured. ``versions`` by package, and of Python."""

    date: str
    versions: dict[str, str]
    processor: str
    cores: int
    platform: str


@dataclass(frozen=True, kw_only=True)
class BenchReport:
    """The models of the workspace beside ordinary methods on the same embeddings.

    ``best_model`` is the one that the verdict is about; ``seeds`` is None where stored models were measured as they
    are; ``resampling`` says what the intervals are intervals of.
    """

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

    encoder: str
    datasets: tuple[BenchReport, ...]
    summary: tuple[SuiteLine, ...]
    provenance: Provenance


@dataclass(frozen=True, kw_only=True)
class SuggestReport:
    """How many prototypes ``suggest`` recommends, and everything it looked at; one trial a count, ascending.

    ``sampled_rows`` of the training ``rows`` were looked at, ``width`` is that of the retrieval space, and
    ``temperature`` the router's first one, at which the rule was applied.
    """

    workspace: Path
    dataset: str
    encoder: str
    synthetic: bool
    rows: int
    sampled_rows: int
    width: int
    temperature: float
    dimensions: Dimensions
    trials: tuple[CountTrial, ...]
    recommended: int
    reason: str
    seconds: float
