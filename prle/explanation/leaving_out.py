"""What predictions would be without a training row: of every row about itself exactly, of other inputs to first order.

As everywhere in explanations, routing, value space and shared model stay; the experts are solved anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation.influence import Influence, Placed
    from prle.models.labels.regressions import Regressions


def leave_one_out(influence: Influence) -> NDArray[np.float64]:
    """Predict every training row by the experts solved on all others, exactly, label units. *Shape:* (N,).

    With ``h_ip = w_ip z_i' A_p^-1 z_i``, what expert p says of row i without having seen it is
    ``o_ip + h_ip / (1 - h_ip) * (o_ip - r_i)``, r being what the shared model misses there (Sherman and Morrison,
    1950).
    """
    said = [
        _left_out(member, solution, influence.labels)
        for member, solution in zip(influence.members, influence.solutions, strict=True)
    ]
    mean: NDArray[np.float64] = np.mean(said, axis=0)
    return mean


def removal_effects(influence: Influence, placed: Sequence[Placed]) -> NDArray[np.float64]:
    """Estimate by how much each prediction falls when a training row goes, to first order, label units.

    A row takes with it ``sum_p w_p(x) w_ip z(x)' A_p^-1 z_i (r_i - o_ip)``: its alphas times what the experts still
    miss on it. *Shape:* (B, N)
    """
    total = np.zeros((len(placed[0].prior), len(influence.labels)))
    for member, solution, inputs in zip(influence.members, influence.solutions, placed, strict=True):
        left = member.weights * ((influence.labels - member.prior)[:, None] - member.features @ solution.T)
        for row, (weights, features) in enumerate(zip(inputs.weights, inputs.features, strict=True)):
            pulls = np.einsum("p,pmk,k->pm", weights, member.inverses, features, optimize=True)
            total[row] += np.einsum("np,np->n", member.features @ pulls.T, left)
    return total / len(influence.members)


def _left_out(member: Regressions, solution: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    said = member.features @ solution.T
    leverage = np.stack(
        [np.einsum("nm,nm->n", member.features @ inverse, member.features) for inverse in member.inverses], axis=1
    )
    leverage *= member.weights
    unseen = said + leverage / (1.0 - leverage) * (said - (labels - member.prior)[:, None])
    predicted: NDArray[np.float64] = member.prior + np.einsum("np,np->n", member.weights, unseen)
    return predicted
