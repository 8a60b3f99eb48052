"""Experts solved instead of descended: each linear expert is a ridge regression on its own inputs.

What pays: the deviations of the experts are many numbers about few rows each. Solved, with one penalty that validation
chooses, they stay small where there is little to learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final, TypeAlias, final

import numpy as np

from prle.models.labels.experts.linear import own_features
from prle.models.labels.training.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.models.labels.model import PRLE, ModelParameters
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

    Doubles: TypeAlias = NDArray[np.float64]

PENALTIES: Final = (1e5, 3e4, 1e4, 3000.0, 1000.0, 300.0, 100.0, 30.0)
"""Tried on validation rows, strongest first; in rows of evidence for the shared model, at the mean feature variance."""

BLOCK: Final = 4096
"""Rows placed at a time, so that the intermediates of a router stay bounded."""

KEPT_BYTES: Final = 64 * 2**20
"""Rows that experts see are kept between passes while they take at most this; more are placed anew."""

PRODUCTS_AT_ONCE: Final = 2**21
"""Products of features held in memory at a time: 16 MiB."""


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

    def blocks(self) -> Iterator[Evidence]:
        """Yield all of it, as one block."""
        yield self


@final
class StreamedEvidence:
    """Rows as experts see them, placed a block at a time whenever they are gone through.

    Blocks that take at most :data:`KEPT_BYTES` together are kept for the next time.
    """

    def __init__(self, model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> None:
        self._placing = model, parameters, target, rows
        self._kept: list[Evidence] | None = None

    def blocks(self) -> Iterator[Evidence]:
        """Yield the evidence of :data:`BLOCK` rows at a time."""
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Evidence] | None = []
        size = 0
        for block in evidence_blocks(*self._placing):
            size += block.value.nbytes + block.weights.nbytes
            if kept is not None:
                kept = [*kept, block] if size <= KEPT_BYTES else None
            yield block
        self._kept = kept


def solve_experts(
    model: PRLE, parameters: ModelParameters, target: Target, train: Rows, validation: Rows
) -> dict[str, NDArray[np.float32]]:
    """Return the parameters of linear experts whose own parts are closed-form solutions; what is shared stays.

    Own parts lie on as many principal axes of the value space as before, measured anew. Penalties of
    :data:`PENALTIES` are tried from the strongest on, until the routed prediction's error on the validation rows rises.
    """
    fitting = StreamedEvidence(model, parameters, target, train)
    judging = evidence(model, parameters, target, validation)
    shared = parameters["experts"]
    ridge = LocalRidge(shared, fitting, rank=len(shared["axes"]))
    features = ridge.features(judging.value)
    left = judging.labels - judging.value @ shared["shared_weight"].T.astype(np.float64) - shared["shared_bias"]
    best, chosen = np.inf, PENALTIES[0]
    for penalty in PENALTIES:
        outputs = np.einsum("nm,pmt->npt", features, ridge.solve(penalty), optimize=True)
        gap = np.einsum("np,npt->nt", judging.weights, outputs) - left
        error = float(np.mean(gap * gap))
        if error >= best:
            break
        best, chosen = error, penalty
    solution = ridge.solve(chosen)
    return {
        **shared,
        "centre": ridge.centre.astype(np.float32),
        "axes": ridge.axes.astype(np.float32),
        "own_weight": np.swapaxes(solution[:, :-1], 1, 2).astype(np.float32),
        "own_bias": solution[:, -1].astype(np.float32),
        "penalty": np.asarray(chosen, np.float32),
    }


def is_solved(parameters: ModelParameters) -> bool:
    """Return whether the own parts of these experts are closed-form solutions."""
    return float(parameters["experts"].get("penalty", 0.0)) > 0.0


@final
class LocalRidge:
    """P weighted ridge regressions on the same features.

    With features ``z = axes (x - centre)``, expert p minimises
    ``sum_i w_ip |r_i - c_p - own_p z_i|^2 + penalty v |own_p|^2 + |c_p|^2`` over its own matrix and level, r the error
    of the shared model, v the mean variance of a value feature: a penalty of 100 is as strong as 100 rows that say
    "the shared model is right". The level is held by one such row, so an expert without inputs stays at the shared
    model.

    :param shared: ``shared_weight`` (T, D) and ``shared_bias`` (T,).
    :param rank: R at most, the principal axes of the value space that are read.
    """

    def __init__(
        self, shared: Mapping[str, NDArray[np.floating]], rows: Evidence | StreamedEvidence, *, rank: int
    ) -> None:
        moments = reduce(add, (Moments.of(block.value) for block in rows.blocks()))
        # In the digits that are stored, so that whoever reads them gets the very features that were solved for.
        self.centre, self.axes = (
            each.astype(np.float32).astype(np.float64) for each in (moments.mean, moments.axes(rank))
        )
        self._size = moments.variance
        sums = (self._equations(shared, block) for block in rows.blocks())
        self._gram, self._right = reduce(lambda total, more: (total[0] + more[0], total[1] + more[1]), sums)

    def _equations(self, shared: Mapping[str, NDArray[np.floating]], rows: Evidence) -> tuple[Doubles, Doubles]:
        residual = rows.labels - rows.value @ shared["shared_weight"].T.astype(np.float64) - shared["shared_bias"]
        return normal_equations(self.features(rows.value), rows.weights, residual)

    def features(self, value: Doubles) -> Doubles:
        """Return what the regressions read, the level's one last. *Shape:* (N, D) to (N, M), M = R + 1."""
        return own_features({"centre": self.centre, "axes": self.axes}, value)

    def solve(self, penalty: float) -> Doubles:
        """Solve all experts. *Shape:* (P, M, T)."""
        held = np.full(self._gram.shape[-1], penalty * self._size)
        # One row of evidence for the level.
        held[-1] = 1.0
        return np.asarray(np.linalg.solve(self._gram + np.diag(held), self._right), np.float64)


def evidence(model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> Evidence:
    """Place rows and route them with the model as it is."""
    blocks = list(evidence_blocks(model, parameters, target, rows))
    return Evidence(
        value=np.concatenate([block.value for block in blocks]),
        weights=np.concatenate([block.weights for block in blocks]),
        labels=np.concatenate([block.labels for block in blocks]),
    )


def evidence_blocks(model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> Iterator[Evidence]:
    """Do what :func:`evidence` does, :data:`BLOCK` rows at a time."""
    prototypes = model.place(parameters, parameters["prototypes"]["vectors"])
    labels = target.scaled(rows.labels).astype(np.float64)
    for first in range(0, len(labels), BLOCK):
        inputs = model.place(parameters, rows.sentences[first : first + BLOCK])
        yield Evidence(
            value=np.asarray(inputs.value, np.float64),
            weights=np.asarray(model.router(parameters["router"], inputs, prototypes, None), np.float64),
            labels=labels[first : first + BLOCK],
        )


def normal_equations(features: Doubles, weights: Doubles, labels: Doubles) -> tuple[Doubles, Doubles]:
    """Return ``sum_i w_ip z_i z_i'`` (P, M, M) and ``sum_i w_ip z_i r_i'`` (P, M, T), a block of rows at a time."""
    width, count = features.shape[1], weights.shape[1]
    gram = np.zeros((count, width * width))
    step = max(1, PRODUCTS_AT_ONCE // (width * width))
    for first in range(0, len(features), step):
        block = features[first : first + step]
        products = (block[:, :, None] * block[:, None, :]).reshape(len(block), -1)
        gram += weights[first : first + step].T @ products
    right = np.stack([(features * column[:, None]).T @ weights for column in labels.T], axis=2)
    return gram.reshape(count, width, width), np.swapaxes(right, 0, 1)
