"""What is measured of experts that are solved: their attributions can be held to refits, exact ones and whole ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation import Influence, place, removal_effects
from prle.explanation import audit as measuring
from prle.metrics.numbers import paired_bootstrap, rmse
from prle.models.labels.checkpoint import evidence_of
from prle.models.labels.regressions import traceable
from prle.stages.audit import measures
from prle.stages.audit.interface import HALVES, DeletionCurve
from prle.stages.audit.refits import NOISY_FITS, on_halves, refit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prle.explanation import Attribution, Placed
    from prle.explanation.audit import Deletion
    from prle.stages.audit.interface import Measure
    from prle.stages.audit.material import Material

DELETIONS: Final = 30
"""Queries that have training rows taken away."""

INJECTIONS: Final = 8
"""Times that labels are exchanged and experts solved on them."""


@final
class Solved:
    """The experts of an audited model as regressions on its training rows.

    :param influence: these regressions.
    """

    def __init__(self, material: Material, influence: Influence) -> None:
        self._material, self._influence = material, influence
        self._train, self._request = material.train, material.request

    def foretold(self) -> Iterator[Measure]:
        """Hold attributions to refits without labels, without rows, and where that is asked for to whole fits."""
        seed, placed = self._request.seed, measuring.chosen(self._placed, self._material.queries)
        halves = measuring.half_subsets(len(self._train.labels), HALVES, seed)
        ledger = measuring.subset_sums(self._attribution.contributions, halves)
        every_effect = removal_effects(self._influence, placed)
        effects = measuring.subset_sums(every_effect, halves)
        withheld = measuring.labels_withheld(self._influence, placed, halves)
        removed = measuring.rows_removed(self._influence, placed, halves)
        yield measures.foretold(
            "lds_labels",
            "foretell withheld labels",
            measuring.score(ledger, withheld, seed),
            f"labels of {HALVES} random halves withheld, frozen geometry: exact, below 0.99 is a bug",
            exact=True,
        )
        yield measures.foretold(
            "lds_rows",
            "foretell removed rows",
            measuring.score(effects, removed, seed),
            "rows of those halves alone, experts solved again; first-order effects",
        )
        yield measures.foretold(
            "lds_ledger",
            "the same from the ledger",
            measuring.score(ledger, removed, seed),
            "against the same refits: contributions as `prle explain` lists them",
        )
        if self._request.half_fits:
            again = measuring.half_subsets(len(self._train.labels), self._request.half_fits, seed)
            yield measures.foretold(
                "lds_fit",
                "foretell whole fits",
                measuring.score(measuring.subset_sums(every_effect, again), on_halves(self._material, again), seed),
                f"{len(again)} whole fits on halves, their geometry learned anew",
            )

    def deleted(self) -> Iterator[Measure]:
        """Take away the rows that hold predictions up."""
        yield measures.deleted(self._deletion, self._request.seed)

    @property
    def curve(self) -> DeletionCurve:
        """What is behind that measure."""
        found = self._deletion
        return DeletionCurve(
            counts=found.counts,
            attributed=tuple(found.attributed.mean(axis=0).tolist()),
            random=tuple(found.random.mean(axis=0).tolist()),
        )

    def forgotten(self) -> Iterator[Measure]:
        """Hold attributions to those of shuffled labels."""
        material, seed, refitted = self._material, self._request.seed, False
        shuffled = measuring.with_shuffled_labels(self._influence, seed).attribute(
            measuring.chosen(self._placed, material.queries)
        )
        if self._request.full:
            labels = np.random.default_rng(seed).permutation(self._train.labels)
            rows = replace(self._train, labels=labels)
            again = refit(material, rows)
            if traceable(again.members):
                predictor = again.routed(precision=np.float64)
                placed = place(predictor, predictor.forwards(material.sentences))
                shuffled, refitted = Influence(evidence_of(again, rows), labels).attribute(placed), True
        found = measuring.randomised(self._attribution.contributions, shuffled.contributions)
        yield from measures.forgotten(found, seed, refitted=refitted)

    def earned(self) -> Iterator[Measure]:
        """Hold local experts to one for all inputs."""
        labels = self._material.validation.labels
        local = np.asarray(self._material.answer.predictions, np.float64)
        one = measuring.one_expert(self._influence, self._placed, labels)
        gain = paired_bootstrap(labels, one, local, "rmse", seed=self._request.seed)
        yield measures.earned(gain, rmse(labels, one), rmse(labels, local))

    def detected(self) -> Iterator[Measure]:
        """Exchange labels and look for them."""
        found, refitted, seed = [], False, self._request.seed
        for number in range(NOISY_FITS if self._request.full else INJECTIONS):
            labels, wrong = measuring.with_wrong_labels(self._train.labels, seed + number)
            if not 0 < np.count_nonzero(wrong) < len(wrong):
                continue
            members = self._influence.members
            if self._request.full:
                rows = replace(self._train, labels=labels)
                again = refit(self._material, rows)
                refitted = traceable(again.members)
                members = evidence_of(again, rows) if refitted else members
            found.append(measuring.detect_noise(Influence(members, labels), wrong, seed + number))
        if found:
            yield from measures.detected(found, seed, refitted=refitted)

    @cached_property
    def _placed(self) -> tuple[Placed, ...]:
        """All validation rows, as the members' regressions read them."""
        return place(self._material.predictor, self._material.forwards)

    @cached_property
    def _attribution(self) -> Attribution:
        """The attributions of the queries."""
        return self._influence.attribute(measuring.chosen(self._placed, self._material.queries))

    @cached_property
    def _deletion(self) -> Deletion:
        few = self._material.queries[:DELETIONS]
        contributions = self._attribution.contributions[: len(few)]
        return measuring.deletion(
            self._influence, measuring.chosen(self._placed, few), contributions, self._request.seed
        )
