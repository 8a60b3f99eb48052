"""Do attributions know what was learned? They should not survive shuffled labels (Adebayo et al., 2018)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from prle.explanation.influence import Influence
from prle.metrics.numbers import rank_correlations

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Randomised:
    """Spearman's correlation of attributions with those of a model of shuffled labels. *Shape:* (Q,) each.

    :param signed: of contributions.
    :param sizes: of their absolute values.
    """

    signed: NDArray[np.float64]
    sizes: NDArray[np.float64]


def randomised(contributions: NDArray[np.float64], shuffled: NDArray[np.float64]) -> Randomised:
    """Correlate contributions of the training rows to each input. *Shapes:* (Q, N) each."""
    return Randomised(
        signed=rank_correlations(contributions, shuffled),
        sizes=rank_correlations(np.abs(contributions), np.abs(shuffled)),
    )


def with_shuffled_labels(influence: Influence, seed: int) -> Influence:
    """Solve experts on shuffled labels, with a shared model that has nothing left to say but their mean.

    Alphas depend on the geometry alone, which stays: what changes is what they are multiplied with.
    """
    labels = np.random.default_rng(seed).permutation(influence.labels)
    flat = np.full(len(labels), labels.mean())
    return Influence([replace(member, prior=flat) for member in influence.members], labels)
