"""One prediction by what was read: the shared model and the experts' own parts, block by block of value features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.pairing import composed_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import Forward
    from prle.models.labels.predictor import Predictor

WHOLE: Final = "value space"
"""The one block of a value space whose columns have no names."""


@dataclass(frozen=True, kw_only=True)
class FeatureLedger:
    """B predictions by value feature, label units: ``baseline + level`` and every column add up to the prediction.

    A column counts from its mean over the training rows, so it adds nothing to an average input.

    :param baseline: what the shared model says of the average training row. *Shape:* (B,)
    :param shared: what each column adds through the model that all experts share. *Shape:* (B, D)
    :param local: what each column adds through the experts' own parts. *Shape:* (B, D)
    :param level: what the experts' own levels add, whatever the input. *Shape:* (B,)
    :param blocks: names of blocks of columns, which together are all of them.
    :param gaps: ``|sum - prediction|``, relative to the larger of prediction and label deviation. *Shape:* (B,)
    """

    baseline: NDArray[np.float64]
    shared: NDArray[np.float64]
    local: NDArray[np.float64]
    level: NDArray[np.float64]
    blocks: Mapping[str, slice]
    gaps: NDArray[np.float64]


def by_feature(predictor: Predictor, forwards: Sequence[Forward], shape: tuple[int, int]) -> FeatureLedger | None:
    """Decompose predictions by value feature; of several members, the mean of their terms.

    :param forwards: what each member said of the inputs, in double precision.
    :param shape: S sentences of width H, from which the columns of a pair's value space have their names.
    :returns: None for experts that are no sums over value features.
    """
    target, experts = predictor.target, predictor.model.experts
    readings = []
    for member, forward in zip(predictor.members, forwards, strict=True):
        reading = experts.reading(member["experts"], forward.inputs.value, forward.weights)
        if reading is None:
            return None
        readings.append(reading)
    deviation = target.unit
    baseline = target.additive(np.mean([reading.baseline for reading in readings], axis=0))
    shared, local = (
        deviation * np.mean([getattr(reading, part)[:, 0] for reading in readings], axis=0)
        for part in ("shared", "local")
    )
    level = deviation * np.mean([reading.level[:, 0] for reading in readings], axis=0)
    predictions = np.mean([target.additive(forward.prediction) for forward in forwards], axis=0)
    total = baseline + level + shared.sum(axis=1) + local.sum(axis=1)
    return FeatureLedger(
        baseline=baseline,
        shared=shared,
        local=local,
        level=level,
        blocks=blocks(shape, shared.shape[1], composed=predictor.model.projection.keeps_cosine),
        gaps=np.abs(total - predictions) / np.maximum(np.abs(predictions), deviation),
    )


def blocks(shape: tuple[int, int], columns: int, *, composed: bool) -> dict[str, slice]:
    """Name the blocks of a value space: those of a composed pair, ``[topic, |u - v|, u * v, cos]``, or one for all.

    :param shape: S sentences of width H.
    :param columns: D; what a composed pair has before its last 2 H + 1 columns is its topic.
    :param composed: whether the value space keeps the order of :func:`prle.models.labels.pairing.compose`.
    """
    sentences, width = shape
    if sentences == 1 or not composed:
        return {WHOLE: slice(0, columns)}
    first = columns - composed_width(sentences, width)
    named = {
        "topic": slice(0, first),
        "difference": slice(first, first + width),
        "product": slice(first + width, first + 2 * width),
        "cosine": slice(first + 2 * width, columns),
    }
    return {name: block for name, block in named.items() if block.start < block.stop}
