"""The reports of comparisons where labels are texts; rules and style are those of ``prle.stages.common.interface``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from prle.stages.common.interface import Answer, Provenance


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
