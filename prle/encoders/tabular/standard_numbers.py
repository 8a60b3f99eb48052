"""Numbers on one scale, otherwise as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, final

import numpy as np

from prle.encoders.tabular.numbers import Numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class StandardNumbers(Numbers):
    """``(x - mean) * scale``: mean 0 and deviation 1 on training rows; a column that does not vary there says nothing.

    :param mean: *Shape:* (M,)
    :param scale: one over the deviation, or 0. *Shape:* (M,)
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def fitted(cls, values: NDArray[np.float64], bins: int) -> Self:  # noqa: ARG003
        """Measure mean and deviation. *Shape:* (N, M)."""
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(values)
        varies = np.ptp(values, axis=0) > 0.0
        return cls(mean=scaler.mean_, scale=np.where(varies, 1.0 / scaler.scale_, 0.0))

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one feature a column. *Shape:* (N, M) to (N, M)."""
        return (values - self.mean) * self.scale

    @property
    def width(self) -> int:
        """M."""
        return len(self.mean)
