"""What a fit is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from prle.models.labels.assembly import RowKind
from prle.models.labels.targets import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows to fit or validate on.

    :param sentences: frozen vectors, in memory or in the file. *Shape:* (N, S, H), float32
    :param labels: *Shape:* (N,), label units or codes of classes
    :param table: whether they are rows of a table
    :param classes: names by code, none where labels are numbers
    :param places: row numbers in the order in which their vectors lie in the file, where that is known. *Shape:* (N,)
    """

    sentences: Sentences
    labels: NDArray[np.float64]
    table: bool = False
    classes: tuple[str, ...] = ()
    places: NDArray[np.int64] | None = None

    @property
    def kind(self) -> RowKind:
        """What of them the meaning of ``auto`` depends on."""
        return RowKind(sentences=self.sentences.shape[1], table=self.table, target=kind_of(self.classes))

    def taken(self, rows: NDArray[np.int64]) -> Rows:
        """Return some of the rows, in memory."""
        return replace(self, sentences=self.sentences[rows], labels=self.labels[rows], places=None)


def blocks_of(sentences: Sentences, size: int) -> Iterator[NDArray[np.float32]]:
    """Yield vectors in their order, those of ``size`` rows at a time, contiguous. *Shape:* (n, S, H) each."""
    for first in range(0, len(sentences), size):
        yield np.ascontiguousarray(sentences[first : first + size])
