"""Models as bench measures them: a stored one, or one that is fitted for the comparison and then forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.errors import UsageError
from prle.explanation.promise import promise
from prle.models.labels.calibration import Calibration, Coverage, coverage
from prle.models.labels.checkpoint import Checkpoint, load
from prle.models.labels.training.rows import Rows
from prle.stages.bench.methods.disturbances import disturbed
from prle.stages.explain.interface import LEVEL
from prle.stages.fit.labels import ALONE_IS, fit_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.baselines.interface import Table
    from prle.config import Config
    from prle.metrics.promise import Promise
    from prle.models.labels.predictor import Answering
    from prle.models.labels.votes.predictor import VotingPredictor
    from prle.stages.bench.methods.disturbances import DisturbanceName
    from prle.workspace import Workspace


class Routing(NamedTuple):
    """How a model shares some inputs out among its prototypes.

    :param effective_experts: how many speak for an input, the exponential of the entropy of its weights, on average.
    :param prototypes_in_use: how many have the largest weight, alone or with others, for at least one input.
    """

    effective_experts: float
    prototypes_in_use: int


class Fitted(Protocol):
    """What is left of a model when something is taken away, ready to be measured."""

    @property
    def size_bytes(self) -> int:
        """Bytes that answering needs."""

    @property
    def fit_seconds(self) -> float:
        """Wall seconds that fitting took; NaN where nobody knows."""

    def predict(self, embeddings: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""


@final
@dataclass(frozen=True, kw_only=True)
class Expecting:
    """What the bases of a model expect, before anybody votes. How long they took in its fit was not measured."""

    predictor: VotingPredictor
    size_bytes: int
    fit_seconds: float = float("nan")

    def predict(self, embeddings: Sentences) -> NDArray[np.float64]:
        """Return what is expected: (N, S, H) to label units (N,), or to class probabilities (N, T).

        :raises UsageError: where the bases only place.
        """
        expected = self.predictor.score(embeddings)
        if expected is None:
            message = "expected a base with a score; this one only places rows."
            raise UsageError(message, hint="`prle fit --base kernel` has one")
        return expected


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model that predicts, with what it is made of and what it cost.

    :param table: whether its rows are those of a table.
    """

    checkpoint: Checkpoint
    table: bool

    @cached_property
    def predictor(self) -> Answering:
        """What answers."""
        return self.checkpoint.predictor()

    @property
    def config(self) -> Config:
        """Its settings, settled."""
        return self.checkpoint.config

    @property
    def prototypes(self) -> int:
        """How many there are, P."""
        return len(self.checkpoint.anchors)

    @property
    def fit_seconds(self) -> float:
        """Wall seconds that fitting took, when it was fitted."""
        return self.checkpoint.measured["fit_seconds"]

    @property
    def cpu_seconds(self) -> float | None:
        """Processor seconds of the same, None where they were not counted."""
        return self.checkpoint.measured.get("fit_cpu_seconds")

    @property
    def expects(self) -> bool:
        """Whether there is a score before anybody votes."""
        return any(name.startswith(ALONE_IS) for name in self.checkpoint.measured)

    @property
    def alone(self) -> Expecting:
        """That score.

        :raises UsageError: where nobody votes.
        """
        ballot = self.checkpoint.ballot
        if ballot is None:
            message = "expected a model in which examples vote; in this one experts speak."
            raise UsageError(message, hint="`prle fit --voters examples` fits the other kind")
        size = sum(int(array.nbytes) for arrays in ballot.scores.values() for array in arrays.values())
        return Expecting(predictor=ballot.predictor(self.config, self.checkpoint.target), size_bytes=size)

    def promise(self, train: Table, reported: Table) -> Promise:
        """Measure what it promises of its explanations on some rows."""
        rows = (Rows(sentences=each.embeddings, labels=each.labels, table=self.table) for each in (train, reported))
        return promise(self.checkpoint, *rows, seed=self.config.train.seed)

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
        return replace(self, checkpoint=disturbed(self.checkpoint, name, train, seed))

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
    return Contender(checkpoint=load(workspace, name), table=bool(workspace.manifest.columns))


def fit_contender(workspace: Workspace, config: Config, *, memory: int | None = None) -> Contender:
    """Fit a model on an open workspace without storing it, in so many bytes of memory.

    :raises UsageError: where the settings do not fit the data.
    """
    checkpoint, _ = fit_model(workspace, config, memory=memory)
    return Contender(checkpoint=checkpoint, table=bool(workspace.manifest.columns))
