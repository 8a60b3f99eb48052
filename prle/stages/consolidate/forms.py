"""What putting prototypes together means, by who speaks in a model: experts become one, or rows are filed anew."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.errors import UsageError
from prle.models.consolidation import group_anchors, merged_members
from prle.models.consolidation.cells import refiled, shared_weight, voters_of
from prle.models.labels.training.committee import refit_members
from prle.stages.common.judging import MEASURED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import MergingName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.rows import Rows
    from prle.models.labels.votes.voters import Voters
    from prle.observer import Observer

AVERAGED: Final = ("linear", "constant")
"""Experts whose mean says the mean of what they say."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Form(ABC):
    """A model whose prototypes are put together, and the rows by which."""

    checkpoint: Checkpoint
    train: Rows
    validation: Rows

    @property
    def meanless(self) -> str:
        """The kind of its experts, where their mean says nothing that they say."""
        return ""

    @final
    def check(self, merging: MergingName) -> None:
        """Refuse to average what has no mean.

        :raises UsageError: saying what to do instead.
        """
        if merging == "merge" and self.meanless:
            message = f"consolidate: the mean of two {self.meanless} experts says nothing that either of them said."
            raise UsageError(message, hint="--how retrain starts each from the expert of the prototype in its middle")

    @cached_property
    def points(self) -> NDArray[np.floating]:
        """Where its prototypes are. *Shape:* (K, F)."""
        return self.checkpoint.predictor().prototypes

    @property
    @abstractmethod
    def sizes(self) -> NDArray[np.float64]:
        """What each prototype stands for, positive. *Shape:* (K,)."""

    @final
    def merged(self, groups: NDArray[np.int64]) -> Checkpoint:
        """Return the model of groups (K,) of prototypes, without what was measured on validation rows."""
        chosen = group_anchors(self.points, self.sizes, groups)
        made, settings = self._merged(chosen, groups), self.checkpoint.config
        prototypes = settings.prototypes.model_copy(update={"count": len(chosen)})
        left = {key: value for key, value in made.measured.items() if not key.startswith(MEASURED)}
        return replace(
            made,
            config=settings.model_copy(update={"prototypes": prototypes}),
            measured={**left, "merged": float(len(groups) - len(chosen))},
        )

    @abstractmethod
    def _merged(self, chosen: NDArray[np.int64], groups: NDArray[np.int64]) -> Checkpoint:
        """Let one prototype of each group stand for it. *Shapes:* (K',), (K,)."""

    def retrained(self, merged: Checkpoint, observer: Observer) -> Checkpoint:
        """Fit on from there."""
        config, target = merged.config, merged.target
        fitted = refit_members(
            config, target, merged.members, merged.anchors, self.train, self.validation, observer=observer
        )
        return replace(merged, members=tuple(each.parameters for each in fitted), history=fitted[0].history)

    def same_vote(self, after: Checkpoint) -> float | None:  # noqa: ARG002
        """Return how much of the vote is the same rows' with the same weights, on average; None where nobody votes."""
        return None


@final
class Experts(Form):
    """Experts of a group become their mean, and may be fitted on from there."""

    @property
    def meanless(self) -> str:
        """Other experts than those whose mean says the mean."""
        kind = self.checkpoint.config.experts.kind
        return "" if kind in AVERAGED else kind

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """Weights on training rows."""
        spoken = self.checkpoint.predictor().weights(self.train.sentences).sum(axis=0, dtype=np.float64)
        # A prototype that never speaks still belongs somewhere.
        return np.asarray(spoken + np.finfo(np.float32).eps * len(self.train.labels))

    def _merged(self, chosen: NDArray[np.int64], groups: NDArray[np.int64]) -> Checkpoint:
        before = self.checkpoint
        members = tuple(merged_members(member, chosen, self.sizes, groups) for member in before.members)
        return replace(before, members=members, anchors=before.anchors[chosen])


@final
class Voting(Form):
    """Rows of a group are filed under the nearest of the prototypes that are left, and vote as before."""

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """The rows of each cell, its anchor among them."""
        return np.bincount(self._voters.cells).astype(np.float64)

    @cached_property
    def _inputs(self) -> NDArray[np.floating]:
        return self.checkpoint.predictor().retrieval(self.validation.sentences)

    def _merged(self, chosen: NDArray[np.int64], groups: NDArray[np.int64]) -> Checkpoint:
        return refiled(self.checkpoint, chosen, self.sizes, groups, self._inputs)

    def same_vote(self, after: Checkpoint) -> float | None:
        """Compare who votes for validation rows."""
        return shared_weight(self.checkpoint, after, self.validation.sentences)

    @property
    def _voters(self) -> Voters:
        return voters_of(self.checkpoint)
