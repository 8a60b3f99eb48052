"""The reports about classes: the keys of those about numbers, with class names where numbers stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class ClassPrediction:
    """One predicted row: the likeliest class, its probability, and those of all classes by name.

    ``row`` and ``label`` only for rows of a split.
    """

    texts: tuple[str, ...]
    prediction: str
    probability: float
    probabilities: Mapping[str, float]
    row: int | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClassPredictReport:
    """The predictions of one call, with the column names of their texts and the names of the classes by code."""

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    classes: tuple[str, ...]
    predictions: tuple[ClassPrediction, ...]
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class ClassAnchor:
    """The training row that a prototype is snapped to."""

    row: int
    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True, kw_only=True)
class ClassShare:
    """What one prototype had to say about the shown class: ``contribution = weight * expert_prediction``.

    Both are probabilities, or logits where the model sums logits. ``expert_class`` is what its expert thinks likeliest.
    Of a committee, weight and contribution are means over its members; where the weight is 0, ``expert_prediction`` is
    the plain mean of what their experts say.
    """

    prototype: int
    weight: float
    expert_prediction: float
    contribution: float
    expert_class: str
    anchor: ClassAnchor


@dataclass(frozen=True, kw_only=True)
class ClassExample:
    """A training row near the input; ``distance`` as in :class:`prle.stages.common.interface.Example`."""

    row: int
    texts: tuple[str, ...]
    label: str
    distance: float


@dataclass(frozen=True, kw_only=True)
class ClassExplainReport:
    """Why one input got its class. All prototypes, heaviest first; their contributions add up to ``total``.

    :param prediction: the likeliest class, and ``probability`` what the model gives it.
    :param shown_class: the class that the contributions are about: the predicted one, or another that was asked for.
    :param space: what adds up: probabilities, or logits, of which the probabilities are the softmax.
    :param total: the probability or the logit of the shown class, as the model itself computes it.
    """

    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    texts: tuple[str, ...]
    row: str | None
    prediction: str
    probability: float
    label: str | None
    probabilities: Mapping[str, float]
    shown_class: str
    space: Literal["probabilities", "logits"]
    total: float
    prototypes: tuple[ClassShare, ...]
    examples: tuple[ClassExample, ...]
    completeness_gap: dict[str, float]
    table: bool = False
