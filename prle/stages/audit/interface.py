"""What ``prle audit`` is asked and reports: measures beside their references, and labels that a model does not believe.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from prle.models.labels.targets import TargetName
    from prle.stages.explain.parts import Refusal


MeasureName = Literal[
    "carried",
    "anchored",
    "told",
    "content",
    "voters_80",
    "lds_fit",
    "lds_ledger",
    "deletion",
    "randomisation",
    "randomisation_sizes",
    "comprehensiveness",
    "sufficiency",
    "needed_80",
    "needed_95",
    "k_eff",
    "k_active",
    "purity",
    "anchor_error",
    "snap_distance",
    "stability",
    "noise_suspicion",
    "noise_residual",
]
Group = Literal["who carries", "training examples", "prototypes", "labels"]
Unit = Literal[
    "r2",
    "cosine",
    "rows",
    "correlation",
    "label units",
    "probability",
    "logits",
    "prototypes",
    "share",
    "area",
    "spacings",
]
Finding = Literal["holds", "fails", "open", "described"]
"""What a measure says of the claim behind it; ``open`` where its interval holds the reference, ``described`` where
there is nothing to fail."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of an audit.

    :param title: what was measured, in a few words.
    :param interval: 95 %, by resampling; None where nothing was drawn.
    :param reference: what chance, or the plain alternative, gives.
    :param against: what that is.
    :param meaning: how to read it, in one line.
    """

    name: MeasureName
    group: Group
    title: str
    value: float
    unit: Unit
    interval: tuple[float, float] | None
    reference: float | None
    against: str
    finding: Finding
    meaning: str


@dataclass(frozen=True, kw_only=True)
class DeletionCurve:
    """Mean move of predictions without so many voters, in the unit of ``deletion``: the heaviest, and random ones."""

    counts: tuple[int, ...]
    heaviest: tuple[float, ...]
    random: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """Whether explanations do what they claim.

    :param verdict: in sentences, the most important first.
    :param refused: measures that this model, or this call, does not have, by what they are about.
    :param refits: whole fits on halves of the training rows; ``seeds`` whole fits that were compared.
    :param label_range: of the training labels, so that figures in label units can be judged; 0 to 1 of classes.
    :param curve: behind the measure ``deletion``; None where that is not taken.
    """

    model: str
    dataset: str
    synthetic: bool
    label_name: str
    label_range: tuple[float, float]
    members: int
    prototypes: int
    rows: int
    queries: int
    split: str
    refits: int
    seeds: int
    seconds: float
    verdict: tuple[str, ...]
    measures: tuple[Measure, ...]
    refused: dict[str, Refusal]
    target: TargetName = "number"
    curve: DeletionCurve | None = None


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """A training row whose vote goes against a suspected label; ``alpha`` is how much of the vote it has."""

    row: int
    texts: tuple[str, ...]
    label: float | str
    alpha: float


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A validation row whose prediction would be nearer to its label, by ``worse_by``, if a training row did not vote.

    :param prediction: now, label units; of classes the probability of its own one. ``without`` is the same then.
    """

    row: int
    texts: tuple[str, ...]
    label: float | str
    prediction: float
    without: float
    worse_by: float


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A training row whose label the other rows do not believe; labels are numbers, or names of classes.

    :param source_label: what the data say, where `prle edit` told the model another one.
    :param prediction: the vote of the other rows around the place that was found for it out of fold.
    :param suspicion: how far the label is from it, in robust standard deviations of all rows; of classes, one minus
        the probability of the own one.
    :param validation_change: by how much the validation error (RMSE, log loss) falls (negative: rises) without its
        vote.
    """

    row: int
    texts: tuple[str, ...]
    label: float | str
    source_label: float | str | None
    prediction: float | str
    suspicion: float
    contradicted_by: tuple[Contradiction, ...]
    damages: tuple[Damage, ...]
    validation_change: float


@dataclass(frozen=True, kw_only=True)
class LabelsReport:
    """The training rows that are most likely mislabelled, the most suspected first.

    :param rows: those that vote, which are the ones that are judged.
    :param spread: what suspicion is counted in.
    """

    model: str
    dataset: str
    fields: tuple[str, ...]
    table: bool
    label_name: str
    label_range: tuple[float, float]
    rows: int
    spread: float
    seconds: float
    suspects: tuple[Suspect, ...]
    target: TargetName = "number"


HALVES: Final = 50
"""Random halves of the training rows."""


@dataclass(frozen=True, kw_only=True)
class AuditRequest:
    """How much to measure of which model.

    :param full: fit again wherever that says more; hours, on a large model.
    :param refits: whole fits on random halves of the training rows; by default 50 with ``full``, else none.
    :param seeds: fits of as many seeds that are compared, the stored one included; by default 3 with ``full``, else 0.
    :param seed: what is drawn at random.
    """

    name: str = "default"
    full: bool = False
    refits: int | None = None
    seeds: int | None = None
    seed: int = 0

    @property
    def half_fits(self) -> int:
        """Whole fits on halves."""
        return (HALVES if self.full else 0) if self.refits is None else self.refits

    @property
    def compared(self) -> int:
        """Fits that are compared."""
        return (3 if self.full else 0) if self.seeds is None else self.seeds


@dataclass(frozen=True, kw_only=True)
class LabelsRequest:
    """Whose doubts about labels to list: the ``top`` training rows that a model believes least."""

    name: str = "default"
    top: int = 10
