"""Numbers by their rank among the training rows, for columns with long tails."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, Self, final

import numpy as np

from prle.encoders.tabular.numbers import Numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTILES: Final = 1000
"""As many are remembered of a column, where there are as many training rows."""

_EDGE: Final = 1e-7
"""How near to the smallest or largest training value counts as being there; also the share cut off at each end."""

_FARTHEST: Final = -NormalDist().inv_cdf(_EDGE - np.spacing(1.0))
"""Where the ends lie, in deviations of the normal distribution."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class QuantileNumbers(Numbers):
    """``inverse normal(share of training rows below x)``: every column becomes a normal distribution.

    The share is interpolated between remembered quantiles; where several are level, the middle of them counts. It is
    what scikit-learn's ``QuantileTransformer`` does, in NumPy.

    :param quantiles: of each column, ascending. *Shape:* (Q, M)
    :param shares: which quantiles these are. *Shape:* (Q,)
    """

    quantiles: NDArray[np.float64]
    shares: NDArray[np.float64]

    @classmethod
    def fitted(cls, values: NDArray[np.float64], bins: int) -> Self:  # noqa: ARG003
        """Measure the quantiles. *Shape:* (N, M)."""
        from sklearn.preprocessing import QuantileTransformer

        transformer = QuantileTransformer(n_quantiles=min(QUANTILES, len(values)), subsample=None).fit(values)
        return cls(quantiles=transformer.quantiles_, shares=transformer.references_)

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one feature a column. *Shape:* (N, M) to (N, M)."""
        columns = [self._ranked(values[:, column], self.quantiles[:, column]) for column in range(values.shape[1])]
        return np.stack(columns, axis=1) if columns else values

    @property
    def width(self) -> int:
        """M."""
        return int(self.quantiles.shape[1])

    def _ranked(self, values: NDArray[np.float64], quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Transform one column. *Shape:* (N,) to (N,)."""
        from_below = np.interp(values, quantiles, self.shares)
        from_above = -np.interp(-values, -quantiles[::-1], -self.shares[::-1])
        shares = 0.5 * (from_below + from_above)
        shares[values - _EDGE < quantiles[0]] = 0.0
        shares[values + _EDGE > quantiles[-1]] = 1.0
        distinct, where = np.unique(shares, return_inverse=True)
        inverse = NormalDist().inv_cdf
        normal = np.array(
            [-_FARTHEST if share <= 0.0 else _FARTHEST if share >= 1.0 else inverse(share) for share in distinct]
        )
        ranked: NDArray[np.float64] = np.clip(normal, -_FARTHEST, _FARTHEST)[where]
        return ranked
