"""The own parts of experts as the weighted ridge regressions that they are."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.models.labels.experts.linear import own_features
from prle.models.labels.training.closed_form import evidence_blocks, held_back, is_solved, normal_equations
from prle.models.labels.training.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import PRLE, ModelParameters
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows


SILENT_SHARE: Final = 1e-30
"""A row that keeps less of its weight than this when prototypes go has nobody left: the rest is rounding."""


@final
@dataclass(frozen=True, kw_only=True)
class Regressions:
    """The own parts of one member's experts as what they are: P weighted ridge regressions on the same N rows.

    :param features: what own parts read, the level's one last. *Shape:* (N, M)
    :param weights: responsibilities. *Shape:* (N, P)
    :param prior: what the shared model says of each row, label units. *Shape:* (N,)
    :param gram: ``sum_i w_ip z_i z_i'``. *Shape:* (P, M, M)
    :param held: the penalty, which is added to each diagonal. *Shape:* (M,)
    """

    features: NDArray[np.float64]
    weights: NDArray[np.floating]
    prior: NDArray[np.float64]
    gram: NDArray[np.float64]
    held: NDArray[np.float64]

    @property
    def size_bytes(self) -> int:
        """Bytes that keeping it takes."""
        return sum(int(getattr(self, field.name).nbytes) for field in fields(self))

    @property
    def solvable(self) -> bool:
        """Whether every expert's normal equations have one solution, in numbers that a computer holds."""
        try:
            return bool(np.isfinite(self.inverses).all())
        except np.linalg.LinAlgError:
            return False

    @cached_property
    def inverses(self) -> NDArray[np.float64]:
        """Inverse of every expert's normal equations. *Shape:* (P, M, M)."""
        return np.asarray(np.linalg.inv(self.gram + np.diag(self.held)), np.float64)

    def solve(self, labels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what every expert says of its own, one number a feature, label units. *Shape:* (N,) to (P, M)."""
        right = (self.features * (labels - self.prior)[:, None]).T @ self.weights
        solution: NDArray[np.float64] = np.einsum("pmk,kp->pm", self.inverses, right)
        return solution

    def without(self, rows: Sequence[int]) -> Regressions:
        """Return the regressions on the other rows; rows keep their numbers, those named lose their weight."""
        gone = np.unique(np.asarray(rows, np.int64))
        taken, _ = normal_equations(
            self.features[gone], self.weights[gone].astype(np.float64), np.zeros((len(gone), 1))
        )
        weights = self.weights.copy()
        weights[gone] = 0.0
        return replace(self, weights=weights, gram=self.gram - taken)

    def without_prototypes(self, prototypes: Collection[int]) -> Regressions:
        """Return the regressions where the other prototypes share the weight of those named, on every row."""
        weights = shared_out(self.weights.astype(np.float64), prototypes)
        gram, _ = normal_equations(self.features, weights, np.zeros((len(weights), 1)))
        return replace(self, weights=weights, gram=gram)


def regressions(model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> Regressions:
    """Place the training rows as they were when the own parts of ``parameters`` were solved on them.

    :param parameters: of one member, whose own parts are a solution
        (:func:`prle.models.labels.training.closed_form.is_solved`).
    """
    experts, moments, parts = parameters["experts"], [], []
    for seen in evidence_blocks(model, parameters, target, rows):
        read = own_features(experts, seen.value)
        summed, _ = normal_equations(read, seen.weights, seen.labels)
        # Responsibilities were computed in single precision, so nothing is lost.
        parts.append((read, seen.weights.astype(np.float32), _prior(experts, seen.value, target), summed))
        moments.append(Moments.of(seen.value))
    features, weights, prior, grams = zip(*parts, strict=True)
    strength = float(experts["penalty"]) * reduce(add, moments).variance
    return Regressions(
        features=np.concatenate(features),
        weights=np.concatenate(weights),
        prior=np.concatenate(prior),
        gram=reduce(add, grams),
        held=held_back(strength, grams[0].shape[1]),
    )


def traceable(members: Sequence[ModelParameters]) -> bool:
    """Return whether predictions of these members are linear in the training labels."""
    return all(is_solved(member) for member in members)


def shared_out(weights: NDArray[np.float64], prototypes: Collection[int]) -> NDArray[np.float64]:
    """Take the weight of ``prototypes`` and share it out among the others, in proportion to theirs.

    For a softmax over all prototypes that is what the router itself says without them.
    A row that would keep less than :data:`SILENT_SHARE` of its weight has none afterwards. *Shape:* (N, P).
    """
    kept = weights.copy()
    kept[:, list(prototypes)] = 0.0
    left = kept.sum(axis=1, keepdims=True)
    heard = left > SILENT_SHARE
    return np.where(heard, kept, 0.0) / np.where(heard, left, 1.0)


def _prior(
    experts: Mapping[str, NDArray[np.floating]], value: NDArray[np.floating], target: Target
) -> NDArray[np.float64]:
    """Return what the shared model says, label units. *Shape:* (B, D) to (B,)."""
    said = value @ np.asarray(experts["shared_weight"], np.float64).T + np.asarray(experts["shared_bias"], np.float64)
    prior: NDArray[np.float64] = target.additive(said)
    return prior
