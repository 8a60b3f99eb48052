"""Who votes on the validation rows of a fit: with it, what an edit changes is arithmetic on labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Poll:
    """Voters of V rows and what they weigh, the nearest first. Labels are not kept: they may be told otherwise.

    :param rows: training rows. *Shape:* (V, K), int32
    :param alphas: their weights, without the share that all rows have. *Shape:* (V, K)
    """

    rows: NDArray[np.int32]
    alphas: NDArray[np.float64]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], voters: NDArray[np.int64]) -> Self | None:
        """Read it back; None where there is none.

        :param voters: training rows that vote. *Shape:* (N,)
        :raises ValueError: where it names rows that do not vote, or weights that are none.
        """
        if not arrays:
            return None
        rows, alphas = np.asarray(arrays["rows"]), np.asarray(arrays["alphas"])
        alike = rows.ndim == 2 and rows.shape == alphas.shape and rows.dtype == np.int32
        if not alike or alphas.dtype != np.float64 or not np.isin(rows, voters).all():
            message = "poll: expected voters and a weight for each"
            raise ValueError(message)
        return cls(rows=rows, alphas=alphas)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return it as plain arrays."""
        return {"rows": self.rows, "alphas": self.alphas}
