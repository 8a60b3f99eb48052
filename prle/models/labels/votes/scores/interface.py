"""What gives a row a score before anybody votes: what is expected of it decides which rows are its equals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from prle.models.labels.training.compute import HERE, Compute
from prle.observer import SILENT, Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters, Sentences
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows
    from prle.observer import EpochRecord


BLOCK: Final = 1_024
"""Rows that a base is asked about at a time."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a base makes of B rows.

    :param score: what it expects, in scaled units: deviations of the labels, or class probabilities; None where it
        places rows and expects nothing. *Shape:* (B, T)
    :param value: where rows lie in a space that was learned for the labels; None where there is none. *Shape:* (B, D)
    """

    score: Array | None = None
    value: Array | None = None


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A base after fitting, as plain data.

    :param arrays: all that answering needs.
    :param train: what it makes of the training rows, each scored by what has not seen its label where that is possible.
    :param history: one record an epoch, none where nothing is trained by steps.
    """

    arrays: Mapping[str, NDArray[np.generic]]
    train: Expected
    history: tuple[EpochRecord, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Work:
    """How a base is fitted: who is told, and where it computes.

    What is trained by steps does so on the device. Among several processes the batches of experts are shared out; all
    else each of them computes alike.
    """

    observer: Observer = SILENT
    compute: Compute = HERE


class Base(ABC):
    """A family of models whose score decides who votes. It never predicts itself: labels of examples do.

    ``unseen`` says whether training rows are placed by what has not seen their labels.
    """

    unseen: ClassVar[bool] = True

    @abstractmethod
    def check(self, kind: RowKind) -> None:
        """Refuse rows that it cannot be fitted to.

        :raises UsageError: naming a base that can.
        """

    @abstractmethod
    def fit(self, train: Rows, validation: Rows, target: Target, work: Work) -> Learned:
        """Fit on ``train``, let ``validation`` choose. The same rows give the same result."""

    @abstractmethod
    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Say what is expected of rows, with arrays of either engine. *Shape:* sentences (B, S, H)."""

    def over(self, arrays: Parameters, sentences: Sentences) -> Expected:
        """Ask about many rows, a block at a time. *Shape:* sentences (N, S, H)."""
        starts = range(0, len(sentences), BLOCK)
        made = [self(arrays, np.asarray(sentences[first : first + BLOCK])) for first in starts]
        scores, values = ([getattr(each, part) for each in made] for part in ("score", "value"))
        return Expected(
            score=None if scores[0] is None else np.concatenate(scores),
            value=None if values[0] is None else np.concatenate(values),
        )


def folds(rows: int, parts: int, seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Deal row numbers into parts at random: what to fit on, and what to score with it. Each row is scored once."""
    order = np.random.default_rng(seed).permutation(rows)
    dealt = np.array_split(order, min(parts, rows))
    return [(np.sort(np.concatenate([*dealt[:n], *dealt[n + 1 :]])), np.sort(part)) for n, part in enumerate(dealt)]
