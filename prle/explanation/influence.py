"""The training rows behind a prediction, and exact refits without them or with other labels.

Where the experts' own parts are ridge regressions of what the shared model leaves open, a prediction is linear in the
training labels: with ``z`` what own parts read, ``w`` responsibilities and ``A_p`` the normal equations of expert p,

    prediction(x) = prior(x) + sum_i alpha_i(x) (y_i - prior_i),
    alpha_i(x) = sum_p w_p(x) w_ip z(x)' A_p^-1 z_i.

Routing, value space, its axes and the shared model (the prior) are frozen in all of this, and so is the strength of the
penalty: what is solved anew is what the experts say of their own. Everything is in label units and double precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np

from prle.models.labels.experts.linear import own_features
from prle.models.labels.regressions import Regressions, _prior, shared_out

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import Forward
    from prle.models.labels.predictor import Predictor


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


def _alphas(member: Regressions, placed: Placed) -> NDArray[np.float64]:
    """Return alpha of every training row for every input. *Shape:* (B, N)."""
    pulls = np.einsum("bp,pmk,bk->bpm", placed.weights, member.inverses, placed.features, optimize=True)
    alphas = [np.einsum("np,np->n", member.features @ pull.T, member.weights) for pull in pulls]
    return np.reshape(alphas, (len(pulls), len(member.features)))
