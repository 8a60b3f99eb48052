"""The experts step solved instead of descended: each linear expert is a ridge regression on its own inputs.

What pays: on pairs, whose shared model is a calibrated cosine that need not move, solving in every experts turn beats
descending. On a hidden layer that is still being shaped the shared model has to follow it, and descending is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.model import PRLE, ModelParameters
    from prle.targets import Target
    from prle.training.rows import Rows

    Doubles: TypeAlias = NDArray[np.float64]

PENALTIES: Final = (3000.0, 1000.0, 300.0, 100.0, 30.0)
"""Tried on validation rows, strongest first; in rows of evidence for the shared model, at the mean feature variance."""

ROUGH: Final = 1e-3
"""Residual of the normal equations, relative to their right-hand side, that is good enough to compare penalties."""

EXACT: Final = 1e-8
"""The same for the solution that is kept."""

ROUNDS: Final = 1000
BLOCK: Final = 4096
"""Rows placed at a time, so that the intermediates of a router stay bounded."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Rows as experts see them.

    :param value: *Shape:* (N, D)
    :param weights: responsibilities. *Shape:* (N, P)
    :param labels: scaled. *Shape:* (N, T)
    """

    value: Doubles
    weights: Doubles
    labels: Doubles


def solve_experts(
    model: PRLE, parameters: ModelParameters, target: Target, train: Rows, validation: Rows
) -> dict[str, NDArray[np.float32]]:
    """Return the parameters of linear experts whose own parts are closed-form solutions; what is shared stays.

    Penalties of :data:`PENALTIES` are tried from the strongest on, until the routed prediction's error on the
    validation rows rises; the best one is then solved exactly.
    """
    fitting, judging = (_evidence(model, parameters, target, rows) for rows in (train, validation))
    shared = parameters["experts"]
    ridge = LocalRidge(shared, fitting)
    prior = judging.value @ shared["shared_weight"].T.astype(np.float64) + shared["shared_bias"]
    best, chosen = np.inf, PENALTIES[0]
    start = kept = ridge.nothing()
    for penalty in PENALTIES:
        start = ridge.solve(penalty, start, ROUGH)
        own_weight, own_bias = ridge.own(start)
        outputs = np.einsum("nd,ptd->npt", judging.value, own_weight, optimize=True) + own_bias
        gap = prior + np.einsum("np,npt->nt", judging.weights, outputs) - judging.labels
        error = float(np.mean(gap * gap))
        if error >= best:
            break
        best, chosen, kept = error, penalty, start
    own_weight, own_bias = ridge.own(ridge.solve(chosen, kept, EXACT))
    return {**shared, "own_weight": own_weight.astype(np.float32), "own_bias": own_bias.astype(np.float32)}


@final
class LocalRidge:
    """P weighted ridge regressions on the same features, solved together.

    Expert p minimises ``sum_i w_ip |r_i - c_p - own_p (x_i - mean)|^2 + penalty v |own_p|^2 + |c_p|^2`` over its own
    matrix and level, r the error of the shared model, v the mean feature variance: a penalty of 100 is as strong as
    100 rows that say "the shared model is right". The level is held by one such row, so an expert without inputs
    stays at the shared model.

    All P systems of M = D + 1 unknowns are solved by conjugate gradients at once, in the principal axes of the
    features and preconditioned by their diagonals there; forming the P matrices alone would cost more.

    :param shared: ``shared_weight`` (T, D) and ``shared_bias`` (T,).
    """

    def __init__(self, shared: Mapping[str, NDArray[np.floating]], rows: Evidence) -> None:
        residual = rows.labels - rows.value @ shared["shared_weight"].T.astype(np.float64) - shared["shared_bias"]
        self._mean = rows.value.mean(axis=0)
        centred = rows.value - self._mean
        variances, self._axes = np.linalg.eigh(centred.T @ centred / len(centred))
        self._size = max(float(variances.mean()), np.finfo(np.float64).tiny)
        self._features = np.concatenate([centred @ self._axes, np.ones((len(centred), 1))], axis=1)
        self._weights = rows.weights
        self._diagonal = np.square(self._features).T @ rows.weights
        self._right = np.stack([self._features.T @ (rows.weights * column[:, None]) for column in residual.T])

    def nothing(self) -> Doubles:
        """Return the solution of experts that add nothing to the shared model. *Shape:* (T, M, P)."""
        return np.zeros_like(self._right)

    def solve(self, penalty: float, start: Doubles, tolerance: float) -> Doubles:
        """Solve all experts from a first approximation. *Shape:* (T, M, P) to the same."""
        held = np.full((len(self._diagonal), 1), penalty * self._size)
        held[-1] = 1.0
        return np.stack(
            [self._descend(held, right, first, tolerance) for right, first in zip(self._right, start, strict=True)]
        )

    def own(self, solution: Doubles) -> tuple[Doubles, Doubles]:
        """Turn a solution into ``own_weight`` (P, T, D) and ``own_bias`` (P, T) of plain features."""
        weight = np.transpose(self._axes @ solution[:, :-1], (2, 0, 1))
        return weight, solution[:, -1].T - weight @ self._mean

    def _descend(self, held: Doubles, right: Doubles, start: Doubles, tolerance: float) -> Doubles:
        """Solve ``(X' diag(w_p) X + diag(held)) v_p = right_p`` by conjugate gradients. *Shape:* (M, P)."""
        solution = start.copy()
        diagonal = self._diagonal + held
        residual = right - self._apply(held, solution)
        goal = tolerance * np.linalg.norm(right, axis=0)
        direction = residual / diagonal
        energy = np.sum(residual * direction, axis=0)
        for _ in range(ROUNDS):
            active = np.linalg.norm(residual, axis=0) > goal
            if not active.any():
                break
            applied = self._apply(held, direction)
            along = np.sum(direction * applied, axis=0)
            step = np.divide(energy, along, out=np.zeros_like(along), where=active & (along > 0.0))
            solution += step * direction
            residual -= step * applied
            scaled = residual / diagonal
            renewed = np.sum(residual * scaled, axis=0)
            turn = np.divide(renewed, energy, out=np.zeros_like(energy), where=energy > 0.0)
            direction, energy = scaled + turn * direction, renewed
        return solution

    def _apply(self, held: Doubles, vectors: Doubles) -> Doubles:
        """Multiply every expert's system with its own vector. *Shape:* (M, P) to (M, P)."""
        applied: Doubles = self._features.T @ (self._weights * (self._features @ vectors)) + held * vectors
        return applied


def _evidence(model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> Evidence:
    """Place rows and route them with the model as it is."""
    prototypes = model.place(parameters, parameters["prototypes"]["vectors"])
    values, weights = [], []
    for first in range(0, len(rows.labels), BLOCK):
        inputs = model.place(parameters, rows.sentences[first : first + BLOCK])
        values.append(inputs.value)
        weights.append(model.router(parameters["router"], inputs, prototypes, None))
    return Evidence(
        value=np.concatenate(values).astype(np.float64),
        weights=np.concatenate(weights).astype(np.float64),
        labels=target.scaled(rows.labels).astype(np.float64),
    )
