"""What training wants, one small class each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prle.arrays.shapes import Array
    from prle.models.labels.model import Forward
    from prle.models.labels.targets import Target


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Training rows that metric learning sets beside each other, in pairs.

    :param value: *Shape:* (C, D)
    :param labels: in label standard deviations. *Shape:* (C, T)
    """

    value: Array
    labels: Array


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One forward pass and the truth about it, labels in label standard deviations or one-hot.

    :param target: counts errors.
    :param forward: of B training inputs.
    :param labels: *Shape:* (B, T)
    :param anchor_outputs: what each prototype's own expert says at its anchor. *Shape:* (P, T)
    :param anchor_labels: *Shape:* (P, T)
    :param anchor_weights: responsibilities of each anchor as an input. *Shape:* (P, P)
    :param compared: the rows of this batch, or more of them.
    """

    target: Target
    forward: Forward
    labels: Array
    anchor_outputs: Array
    anchor_labels: Array
    anchor_weights: Array
    compared: Compared


class Loss(ABC):
    """A scalar to be made small; written in the array-API standard like the forward pass."""

    @abstractmethod
    def __call__(self, batch: Batch) -> Array:
        """Return the mean over the batch. Scalar."""
