"""Inputs with similar labels should be near in the value space, inputs with different labels apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.errors import UsageError
from prle.geometry import cosine_distances
from prle.losses.interface import Batch, Loss
from prle.shapes import array_namespace

if TYPE_CHECKING:
    from prle.shapes import Array


@final
@dataclass(frozen=True, kw_only=True)
class MetricLoss(Loss):
    """Contrast over all pairs of a batch (L_metric): ``d^2`` for alike labels, ``max(0, margin - d)^2`` for unlike.

    d is the cosine distance in the value space, 0 to 2. The two means are added, so neither kind drowns the other.

    :param alike: labels at most this far apart are pulled together, in label standard deviations.
    :param unlike: labels at least this far apart are pushed away from each other, likewise.
    :param margin: how far apart is far enough, cosine distance.
    """

    alike: float = 0.25
    unlike: float = 1.0
    margin: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.alike < self.unlike:
            message = f"metric loss: expected 0 <= alike < unlike, got {self.alike:g} and {self.unlike:g}."
            raise UsageError(message)

    def __call__(self, batch: Batch) -> Array:
        """Return the mean pull plus the mean push; zero where a batch has neither kind of pair."""
        value, labels = batch.forward.inputs.value, batch.labels
        far = cosine_distances(value, value)
        xp = array_namespace(far)
        apart = xp.max(xp.abs(labels[:, None, :] - labels[None, :, :]), axis=2)
        other = 1.0 - xp.eye(far.shape[0], dtype=far.dtype, device=far.device)
        pull = xp.astype(apart <= self.alike, far.dtype) * other
        push = xp.astype(apart >= self.unlike, far.dtype)
        short = xp.clip(self.margin - far, min=0.0)
        pulled = xp.sum(pull * far * far) / xp.clip(xp.sum(pull), min=1.0)
        pushed = xp.sum(push * short * short) / xp.clip(xp.sum(push), min=1.0)
        return pulled + pushed
