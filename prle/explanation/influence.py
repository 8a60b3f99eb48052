"""The training rows behind a prediction, and exact refits without them or with other labels.

Where the experts' own parts are ridge regressions of what the shared model leaves open, a prediction is linear in the
training labels: with ``z`` what own parts read, ``w`` responsibilities and ``A_p`` the normal equations of expert p,

    prediction(x) = prior(x) + sum_i alpha_i(x) (y_i - prior_i),
    alpha_i(x) = sum_p w_p(x) w_ip z(x)' A_p^-1 z_i.

Routing, value space, its axes and the shared model (the prior) are frozen in all of this, and so is the strength of the
penalty: what is solved anew is what the experts say of their own. Everything is in label units and double precision.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.experts.linear import own_features
from prle.training.closed_form import evidence_blocks, held_back, is_solved, normal_equations
from prle.training.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.model import PRLE, Forward, ModelParameters
    from prle.predictor import Predictor
    from prle.targets import Target
    from prle.training.rows import Rows

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


@final
@dataclass(frozen=True, kw_only=True)
class Placed:
    """B inputs as one member's regressions read them, label units. *Shapes:* (B, M), (B, P), (B,)."""

    features: NDArray[np.float64]
    weights: NDArray[np.float64]
    prior: NDArray[np.float64]

    def row(self, number: int) -> Placed:
        """Return one input alone."""
        one = slice(number, number + 1)
        return Placed(features=self.features[one], weights=self.weights[one], prior=self.prior[one])

    def without_prototypes(self, prototypes: Collection[int]) -> Placed:
        """Let the other prototypes share the weight of those named."""
        return replace(self, weights=shared_out(self.weights, prototypes))


@final
@dataclass(frozen=True, kw_only=True)
class Attribution:
    """B predictions by training example, label units: ``prior`` and all ``contributions`` add up to the prediction.

    Equally, ``sum_i weights_i y_i + carried`` is the prediction.

    :param prior: what the shared model says of the inputs. *Shape:* (B,)
    :param weights: alpha, by how much a prediction moves with the label of a row. *Shape:* (B, N)
    :param contributions: alpha times what the shared model misses on the row. *Shape:* (B, N)
    :param carried: the prior of the inputs without what rows inherit of it, ``prior - sum_i alpha_i prior_i``.
        *Shape:* (B,)
    """

    prior: NDArray[np.float64]
    weights: NDArray[np.float64]
    contributions: NDArray[np.float64]
    carried: NDArray[np.float64]

    def gaps(
        self, labels: NDArray[np.float64], predictions: NDArray[np.floating], deviation: float
    ) -> NDArray[np.float64]:
        """Return how far alphas times ``labels`` are from adding up to what the model itself predicts.

        Relative to the larger of prediction and label deviation. *Shape:* (B,)
        """
        total = self.weights @ labels + self.carried
        gaps: NDArray[np.float64] = np.abs(total - predictions) / np.maximum(np.abs(predictions), deviation)
        return gaps


@final
class Influence:
    """All members of a committee as regressions on the same training rows.

    :param labels: of the training rows, label units. *Shape:* (N,)
    """

    def __init__(self, members: Sequence[Regressions], labels: NDArray[np.float64]) -> None:
        self.members = tuple(members)
        self.labels = labels

    @cached_property
    def solutions(self) -> tuple[NDArray[np.float64], ...]:
        """What every member's experts say of their own. *Shape:* (P, M) each."""
        return tuple(member.solve(self.labels) for member in self.members)

    def predict(self, placed: Sequence[Placed]) -> NDArray[np.float64]:
        """Predict B inputs from the solutions, label units. *Shape:* (B,)."""
        said = [
            inputs.prior + np.einsum("bp,bm,pm->b", inputs.weights, inputs.features, solution, optimize=True)
            for inputs, solution in zip(placed, self.solutions, strict=True)
        ]
        mean: NDArray[np.float64] = np.mean(said, axis=0)
        return mean

    def attribute(self, placed: Sequence[Placed]) -> Attribution:
        """Trace B predictions back to the N training rows; of several members, the mean of their terms."""
        alphas = [_alphas(member, inputs) for member, inputs in zip(self.members, placed, strict=True)]
        missed = [self.labels - member.prior for member in self.members]
        prior = np.mean([inputs.prior for inputs in placed], axis=0)
        inherited = [alpha @ member.prior for alpha, member in zip(alphas, self.members, strict=True)]
        return Attribution(
            prior=prior,
            weights=np.mean(alphas, axis=0),
            contributions=np.mean([alpha * each for alpha, each in zip(alphas, missed, strict=True)], axis=0),
            carried=prior - np.mean(inherited, axis=0),
        )

    def without(self, rows: Sequence[int]) -> Influence:
        """Fit anew without some training rows, exactly; rows keep their numbers."""
        return Influence([member.without(rows) for member in self.members], self.labels)

    def relabelled(self, labels: Mapping[int, float]) -> Influence:
        """Fit anew with other labels for some training rows, exactly."""
        changed = self.labels.copy()
        changed[list(labels)] = list(labels.values())
        return Influence(self.members, changed)

    def without_prototypes(self, prototypes: Collection[int]) -> Influence:
        """Fit anew where the other prototypes share the weight of those named, on every training row."""
        return Influence([member.without_prototypes(prototypes) for member in self.members], self.labels)


def regressions(model: PRLE, parameters: ModelParameters, target: Target, rows: Rows) -> Regressions:
    """Place the training rows as they were when the own parts of ``parameters`` were solved on them.

    :param parameters: of one member, whose own parts are a solution (:func:`prle.training.closed_form.is_solved`).
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


def place(predictor: Predictor, forwards: Sequence[Forward]) -> tuple[Placed, ...]:
    """Read inputs as the regressions of every member do.

    :param forwards: what each member said of them, in double precision.
    """
    return tuple(
        Placed(
            features=own_features(member["experts"], forward.inputs.value),
            weights=forward.weights,
            prior=_prior(member["experts"], forward.inputs.value, predictor.target),
        )
        for member, forward in zip(predictor.members, forwards, strict=True)
    )


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


def _alphas(member: Regressions, placed: Placed) -> NDArray[np.float64]:
    """Return alpha of every training row for every input. *Shape:* (B, N)."""
    pulls = np.einsum("bp,pmk,bk->bpm", placed.weights, member.inverses, placed.features, optimize=True)
    alphas = [np.einsum("np,np->n", member.features @ pull.T, member.weights) for pull in pulls]
    return np.reshape(alphas, (len(pulls), len(member.features)))


def _prior(
    experts: Mapping[str, NDArray[np.floating]], value: NDArray[np.floating], target: Target
) -> NDArray[np.float64]:
    """Return what the shared model says, label units. *Shape:* (B, D) to (B,)."""
    said = value @ np.asarray(experts["shared_weight"], np.float64).T + np.asarray(experts["shared_bias"], np.float64)
    prior: NDArray[np.float64] = target.additive(said)
    return prior
