"""What local experts earn over one: the same geometry, the same prior, one expert for all inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.influence import Influence
from prle.models.labels.training.closed_form import held_back, normal_equations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.influence import Placed

FACTORS: Final = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01)
"""Multiples of the local experts' penalty that are tried for the one expert."""


def one_expert(influence: Influence, placed: Sequence[Placed], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predict rows with one expert solved on all training rows, its penalty the best of all for these very rows.

    :param placed: validation rows, as each member reads them.
    :param labels: theirs, (V,): they choose the penalty, which favours the single expert.
    """
    said = []
    for member, inputs in zip(influence.members, placed, strict=True):
        everything = np.ones((len(influence.labels), 1))
        gram, _ = normal_equations(member.features, everything, everything)
        alone = replace(inputs, weights=np.ones((len(labels), 1)))
        tries = []
        for factor in FACTORS:
            held = held_back(float(member.held[0]) * factor, len(member.held))
            single = replace(member, weights=everything, gram=gram, held=held)
            tries.append(Influence([single], influence.labels).predict([alone]))
        said.append(min(tries, key=lambda predicted: float(np.mean((predicted - labels) ** 2))))
    mean: NDArray[np.float64] = np.mean(said, axis=0)
    return mean
