"""What a number of prototypes could earn, asked in a second: local ridge regressions on a few axes, nothing trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.models.labels.experts.linear import principal_axes
from prle.models.labels.training.closed_form import Evidence, LocalRidge

if TYPE_CHECKING:
    from numpy.typing import NDArray

AXES: Final = 48
"""Principal axes that the local regressions read: all of them would take minutes."""

PENALTIES: Final = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""Strongest first; in rows of evidence for the prior, at the mean variance of an axis."""


@final
class CountProbe:
    """A model in closed form: ``prior(x) + sum_p w_p(x) (own_p axes(x) + c_p)``, only its routing being variable.

    The solver is that of the experts (:class:`prle.models.labels.training.closed_form.LocalRidge`), on the leading
    principal axes of the retrieval space. It shows where more prototypes stop earning, not the level that training
    reaches, since no value space is learned; ``docs/prototype-count.md`` sets it beside trained models.

    :param points: training rows in the retrieval space. *Shape:* (N, F)
    :param left: what the prior leaves of their labels. *Shape:* (N, 1)
    :param inputs: validation rows in the same space. *Shape:* (M, F)
    :param goal: what the prior leaves of theirs. *Shape:* (M, 1)
    """

    def __init__(
        self,
        points: NDArray[np.floating],
        left: NDArray[np.floating],
        inputs: NDArray[np.floating],
        goal: NDArray[np.floating],
    ) -> None:
        centre, axes = principal_axes(points, AXES)
        self._features, self._judged = (points - centre) @ axes.T, (inputs - centre) @ axes.T
        self._left, self._goal = left.astype(np.float64), goal.astype(np.float64)
        self._nothing = {"shared_weight": np.zeros((1, len(axes))), "shared_bias": np.zeros(1)}

    def errors(self, weights: NDArray[np.floating], judged: NDArray[np.floating]) -> NDArray[np.float64]:
        """Squared error of every validation row, under the penalty with the lowest mean.

        That choice flatters the probe a little, and every number of prototypes alike.

        :param weights: responsibilities of the training rows. *Shape:* (N, P)
        :param judged: those of the validation rows. *Shape:* (M, P)
        :returns: *Shape:* (M,), scaled label units
        """
        evidence = Evidence(value=self._features, weights=weights.astype(np.float64), labels=self._left)
        ridge = LocalRidge(self._nothing, evidence, rank=AXES)
        features = ridge.features(self._judged)
        best = np.square(self._goal[:, 0])
        for penalty in PENALTIES:
            said = np.sum(judged * (features @ ridge.solve(penalty)[:, :, 0].T), axis=1)
            errors = np.square(self._goal[:, 0] - said)
            if errors.mean() >= best.mean():
                break
            best = errors
        return best
