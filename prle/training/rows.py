"""What a fit is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows to fit or validate on.

    :param sentences: frozen vectors. *Shape:* (N, S, H), float32
    :param labels: *Shape:* (N,), label units
    :param table: whether they are rows of a table, for which ``auto`` means something of its own
    """

    sentences: NDArray[np.float32]
    labels: NDArray[np.float64]
    table: bool = False
