"""What depends on who speaks in a model: examples that vote, or experts. One object a form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.explanation import audit as measuring
from prle.explanation.voting import ballots
from prle.stages.audit import measures
from prle.stages.audit.interface import DeletionCurve
from prle.stages.audit.refits import fitted_to, refit
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from prle.explanation.audit import Deletion, Entries
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.ballot import Ballot
    from prle.models.labels.votes.predictor import VotingPredictor
    from prle.stages.audit.interface import Measure
    from prle.stages.audit.material import Material
    from prle.stages.audit.scale import Scale

HEAVIEST: Final = 10
"""Voters that count as what is behind a prediction."""

SHUFFLES: Final = 20
"""Times that labels are shuffled among the voters."""


class Form(ABC):
    """A model as the audit meets it.

    :param scale: how its labels are measured.
    """

    behind: str
    """What :meth:`evidence` returns, for people."""

    def __init__(self, material: Material, scale: Scale) -> None:
        self._material, self._scale = material, scale

    @abstractmethod
    def steps(self) -> list[Callable[[], Iterator[Measure]]]:
        """Return what takes the measures of training examples."""

    @abstractmethod
    def anchored(self) -> Iterator[Measure]:
        """Measure whether prototypes are what their anchors are."""

    @abstractmethod
    def evidence(self, checkpoint: Checkpoint) -> NDArray[np.int64]:
        """Return the training rows behind the queries in a fit of this form. *Shape:* (Q, R)."""

    @abstractmethod
    def doubted(self, checkpoint: Checkpoint) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return which training rows a fit judges, and what it says of them. *Shapes:* (N,), (N,) or (N, T)."""

    @abstractmethod
    def refused(self) -> dict[str, Refusal]:
        """Say which measures this form has not."""

    @property
    def curve(self) -> DeletionCurve | None:
        """What is behind the measure ``deletion``; None where that is not taken."""
        return None


def form_of(material: Material, scale: Scale) -> Form:
    """Return the form of a model."""
    return SpokenForm(material, scale) if material.checkpoint.ballot is None else VotedForm(material, scale)


@final
class SpokenForm(Form):
    """Experts speak: no example has a weight of its own."""

    behind = "rows around the top 3 anchors"

    def steps(self) -> list[Callable[[], Iterator[Measure]]]:
        """Nothing is measured of examples."""
        return []

    def anchored(self) -> Iterator[Measure]:
        """Ask each expert about its own anchor."""
        material, scale = self._material, self._scale
        rows, spacing = material.checkpoint.anchors, material.checkpoint.measured["neighbour_spacing"]
        found, snaps = measuring.anchor_fidelity(
            material.predictor, material.train.sentences[rows], scale.truth(material.train.labels[rows])
        )
        if len(rows) > 1:
            yield measures.anchored(
                found,
                scale,
                material.request.seed,
                title="error on the own anchor",
                against="other experts",
                meaning="of each expert on the label of its anchor",
            )
        yield measures.snapped(snaps, spacing)

    def evidence(self, checkpoint: Checkpoint) -> NDArray[np.int64]:
        """Return the rows around the anchors that weigh most."""
        weights = checkpoint.predictor().weights(self._material.sentences)
        return measuring.around_anchors(weights, checkpoint.anchors, self._points)

    def doubted(self, checkpoint: Checkpoint) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Ask about all rows: experts have seen their labels."""
        sentences = self._material.train.sentences
        return np.arange(len(sentences)), checkpoint.predictor().predict(sentences)

    def refused(self) -> dict[str, Refusal]:
        """No example has a weight of its own."""
        reason = "experts speak in this model, and no label of an example has a weight of its own"
        return {"training examples": Refusal(reason=reason, hint="`prle fit --voters examples` gives them")}

    @cached_property
    def _points(self) -> NDArray[np.floating]:
        """The training rows in the retrieval space of the audited model. *Shape:* (N, F)."""
        return self._material.predictor.retrieval(self._material.train.sentences)


@final
class VotedForm(Form):
    """Labels of training rows vote."""

    behind = f"the {HEAVIEST} heaviest voters"

    @cached_property
    def _predictor(self) -> VotingPredictor:
        return cast("VotingPredictor", self._material.predictor)

    @property
    def _routed(self) -> bool:
        """Whether a router decides about prototypes, apart from who is near."""
        return self._predictor.config.router.kind != "softmax"

    def steps(self) -> list[Callable[[], Iterator[Measure]]]:
        """Hold the ledger to fits without rows, to votes without voters, and to shuffled labels."""
        whole = [self._foretold] if self._material.request.half_fits else []
        left_out = [] if self._routed else [self._left_out]
        return [*whole, *left_out, self._forgotten]

    def anchored(self) -> Iterator[Measure]:
        """Hold the labels of anchors to those of their cells."""
        voters = self._predictor.voters
        found = measuring.anchors_of_cells(voters, self._scale.truth(voters.labels))
        if len(found.own) > 1:
            yield measures.anchored(
                found,
                self._scale,
                self._material.request.seed,
                title="error of the anchor's label",
                against="any row there",
                meaning="of the label that is shown for a prototype, for the mean of the others of its cell",
            )

    def evidence(self, checkpoint: Checkpoint) -> NDArray[np.int64]:
        """Return the voters that weigh most."""
        predictor = _voting(checkpoint)
        votes = predictor.votes(self._material.sentences)
        heaviest = np.argsort(-votes.alphas, axis=1, kind="stable")[:, :HEAVIEST]
        return predictor.voters.rows[np.take_along_axis(votes.places, heaviest, axis=1)]

    def doubted(self, checkpoint: Checkpoint) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Let the others vote on every row that votes."""
        predictor = _voting(checkpoint)
        rows = np.sort(predictor.voters.rows)
        return rows, measuring.said_by_others(predictor, rows)

    def refused(self) -> dict[str, Refusal]:
        """Say what only examples that decide themselves have, and what is not asked for."""
        refused = {}
        if self._routed:
            reason = f"router {self._predictor.config.router.kind} decides about prototypes, apart from who is near"
            hint = "`prle fit --router softmax` fits one whose votes can be left out exactly"
            refused["votes left out"] = Refusal(reason=reason, hint=hint)
        if not self._material.request.half_fits:
            refused["whole fits on halves"] = Refusal(reason="not asked for", hint="`prle audit --refits 50`")
        return refused

    @property
    def curve(self) -> DeletionCurve | None:
        """The moves behind the measure, on average."""
        if self._routed:
            return None
        found, unit = self._deletion, self._predictor.target.unit
        return DeletionCurve(
            counts=found.counts,
            heaviest=tuple((unit * found.heaviest.mean(axis=0)).tolist()),
            random=tuple((unit * found.random.mean(axis=0)).tolist()),
        )

    @cached_property
    def _entries(self) -> Entries:
        return measuring.entries(self._predictor, self._material.sentences)

    @cached_property
    def _deletion(self) -> Deletion:
        spare = max(measuring.COUNTS)
        found = [ballots(self._predictor, each, spare=spare) for each in self._material.sentences]
        return measuring.deletion(found, self._material.request.seed)

    def _left_out(self) -> Iterator[Measure]:
        yield measures.left_out(self._deletion, self._predictor.target.unit, self._scale, self._material.request.seed)

    def _foretold(self) -> Iterator[Measure]:
        """Fit anew on halves of the training rows."""
        material, given = self._material, self._entries
        seed, rows = material.request.seed, len(material.train.labels)
        halves = measuring.half_subsets(rows, material.request.half_fits, seed)
        columns = []
        for again in fitted_to(material, "fitting on halves", map(material.train.taken, halves)):
            predicted = again.predictor().predict(material.sentences).reshape(len(given.shown), -1)
            columns.append(np.take_along_axis(predicted, given.shown[:, None], axis=1)[:, 0])
        predictions, effects, parts = (
            np.stack(columns, axis=1),
            *(measuring.subset_sums(given.rows, each, halves) for each in (given.effects, given.parts)),
        )
        yield from measures.foretold(
            measuring.score(effects, predictions, seed), measuring.score(parts, predictions, seed), len(halves)
        )

    def _forgotten(self) -> Iterator[Measure]:
        """Shuffle labels among the voters, many times, or with ``full`` once before a whole fit."""
        material, request, given = self._material, self._material.request, self._entries
        draws, shuffled = (1, self._refitted) if request.full else (SHUFFLES, self._told)
        rng, found = np.random.default_rng(request.seed), []
        for _ in range(draws):
            again = shuffled(rng.permutation(material.train.labels))
            found.append(measuring.randomised(given, measuring.entries(again, material.sentences)))
        mean = measuring.Randomised(
            signed=np.mean([each.signed for each in found], axis=0),
            sizes=np.mean([each.sizes for each in found], axis=0),
        )
        yield from measures.forgotten(mean, request.seed, refitted=request.full)

    def _told(self, labels: NDArray[np.float64]) -> VotingPredictor:
        """Give voters other labels, all else as it is. *Shape:* of all training rows (N,)."""
        checkpoint = self._material.checkpoint
        ballot = cast("Ballot", checkpoint.ballot)
        voters = replace(ballot.voters, labels=labels[ballot.voters.rows])
        return replace(ballot, voters=voters).predictor(checkpoint.config, checkpoint.target, np.float64)

    def _refitted(self, labels: NDArray[np.float64]) -> VotingPredictor:
        """Fit the whole model to other labels."""
        return _voting(refit(self._material, replace(self._material.train, labels=labels)))


def _voting(checkpoint: Checkpoint) -> VotingPredictor:
    return cast("VotingPredictor", checkpoint.predictor(precision=np.float64))
