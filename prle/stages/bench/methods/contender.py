"""Models as bench measures them: a stored one, or one that is fitted for the comparison and then forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.models.labels.calibration import Calibration, Coverage, coverage
from prle.models.labels.checkpoint import Checkpoint, load
from prle.stages.bench.methods.disturbances import disturbed
from prle.stages.explain.interface import LEVEL
from prle.stages.fit.labels import fit_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.baselines.interface import Table
    from prle.config import Config
    from prle.models.labels.predictor import Answering
    from prle.stages.bench.methods.disturbances import DisturbanceName
    from prle.workspace import Workspace


class Routing(NamedTuple):
    """How a model shares some inputs out among its prototypes.

    :param effective_experts: how many speak for an input, the exponential of the entropy of its weights, on average.
    :param prototypes_in_use: how many have the largest weight, alone or with others, for at least one input.
    """

    effective_experts: float
    prototypes_in_use: int


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model that predicts, with what it is made of and what it cost.

    :param config: its settings, settled.
    :param prototypes: P.
    :param fit_seconds: wall seconds that fitting took, when it was fitted.
    """

    predictor: Answering
    config: Config
    prototypes: int
    fit_seconds: float

    def coverage(self, validation: Table, reported: Table) -> Coverage:
        """Calibrate intervals on validation rows and measure how often those of the usual level hold on others."""
        errors = np.abs(validation.labels - self.predict(validation.embeddings))
        regimes = self.predictor.regimes(validation.embeddings)
        return coverage(
            Calibration(errors=errors, regimes=regimes, prototypes=self.prototypes),
            LEVEL,
            labels=reported.labels,
            predictions=self.predict(reported.embeddings),
            regimes=self.predictor.regimes(reported.embeddings),
        )

    @property
    def size_bytes(self) -> int:
        """Bytes of the parameters that answering needs."""
        return self.predictor.size_bytes

    def predict(self, embeddings: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""
        return self.predictor.predict(embeddings)

    def disturbed(self, name: DisturbanceName, train: Sentences, seed: int) -> Contender:
        """Return the same fit with its centres elsewhere. *Shape:* train (N, S, H)."""
        return replace(self, predictor=disturbed(self.predictor, name, train, seed))

    def routing(self, embeddings: Sentences) -> Routing:
        """Return who speaks for these inputs. *Shape:* (N, S, H), N >= 1."""
        weights = self.predictor.weights(embeddings)
        loudest = weights == weights.max(axis=1, keepdims=True)
        return Routing(
            effective_experts=float(np.mean(effective_count(weights))),
            prototypes_in_use=int(np.count_nonzero(loudest.any(axis=0))),
        )


def load_contender(workspace: Workspace, name: str) -> Contender:
    """Load a stored model.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return _contender(load(workspace, name))


def fit_contender(workspace: Workspace, config: Config, *, memory: int | None = None) -> Contender:
    """Fit a model on an open workspace without storing it, in so many bytes of memory.

    :raises UsageError: where the settings do not fit the data.
    """
    return _contender(fit_model(workspace, config, memory=memory)[0])


def _contender(checkpoint: Checkpoint) -> Contender:
    return Contender(
        predictor=checkpoint.predictor(),
        config=checkpoint.config,
        prototypes=len(checkpoint.anchors),
        fit_seconds=checkpoint.measured["fit_seconds"],
    )
