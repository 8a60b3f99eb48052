"""What a fit is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prle.assembly import RowKind
from prle.targets import kind_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows to fit or validate on.

    :param sentences: frozen vectors. *Shape:* (N, S, H), float32
    :param labels: *Shape:* (N,), label units or codes of classes
    :param table: whether they are rows of a table
    :param classes: names by code, none where labels are numbers
    """

    sentences: NDArray[np.float32]
    labels: NDArray[np.float64]
    table: bool = False
    classes: tuple[str, ...] = ()

    @property
    def kind(self) -> RowKind:
        """What of them the meaning of ``auto`` depends on."""
        return RowKind(sentences=self.sentences.shape[1], table=self.table, target=kind_of(self.classes))
