"""What differs between an input and a voter, as far as it is worth anything: slopes and levels by prototype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

RANK: Final = 16
"""Principal axes of the learned place that slopes are taken along."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Differs:
    """``level_p + slope_p . (g(x) - g(x_i))`` for a voter i of prototype p, ``g`` along the main axes of the place.

    In scaled units, numbers alone have slopes. A voter's label keeps the weight one: this only adds to it.

    :param axes: *Shape:* (L, R)
    :param slope: *Shape:* (P, R)
    :param level: *Shape:* (P, T)
    """

    axes: NDArray[np.floating]
    slope: NDArray[np.floating]
    level: NDArray[np.floating]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.floating]]) -> Self | None:
        """Return what was stored, None where nothing was."""
        return cls(axes=arrays["axes"], slope=arrays["slope"], level=arrays["level"]) if arrays else None

    def arrays(self) -> dict[str, NDArray[np.floating]]:
        """Return it as it is stored."""
        return {"axes": self.axes, "slope": self.slope, "level": self.level}

    def at(
        self,
        inputs: NDArray[np.floating],
        voters: NDArray[np.floating],
        places: NDArray[np.int64],
        cells: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return what is added to the label of each voter.

        :param inputs: the learned part of their places. *Shape:* (B, L)
        :param voters: that of all voters. *Shape:* (N, L)
        :param places: who votes, and ``cells``, for which prototype. *Shapes:* (B, K)
        :returns: *Shape:* (B, K, T)
        """
        own = np.asarray(voters, np.float64) @ self.axes
        toward = (np.asarray(inputs, np.float64) @ self.axes) @ self.slope.T
        sloped = np.take_along_axis(toward, cells, axis=1) - np.einsum("bkr,bkr->bk", own[places], self.slope[cells])
        added: NDArray[np.float64] = sloped[:, :, None] + self.level[cells]
        return added


def main_axes(learned: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the principal axes of the learned place. *Shape:* (N, L) to (L, R)."""
    centred = np.asarray(learned, np.float64) - learned.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return vectors[:, ::-1][:, :RANK]
