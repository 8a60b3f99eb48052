"""Audit the explanations of a stored model: whether what they claim holds, beside what chance would give."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation import Influence, place, removal_effects
from prle.explanation import audit as measuring
from prle.metrics.numbers import paired_bootstrap, rmse
from prle.models.labels.checkpoint import Checkpoint, evidence_of, load
from prle.models.labels.committee import averaged
from prle.models.labels.regressions import traceable
from prle.models.labels.targets import ClassTarget, measure_target
from prle.models.labels.training.committee import fit_committee
from prle.models.labels.training.threads import one_thread
from prle.observer import SILENT, Observer
from prle.stages.audit import measures
from prle.stages.audit.interface import HALVES, AuditReport, AuditRequest, DeletionCurve
from prle.stages.audit.verdict import verdict
from prle.stages.common.judging import rows_of
from prle.stages.common.kinds import refuse_texts
from prle.stages.common.tracing import influence_of, untraceable
from prle.stages.explain.parts import Refusal
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.explanation import Attribution, Placed
    from prle.models.labels.committee import Answer
    from prle.models.labels.model import Forward
    from prle.models.labels.training.rows import Rows
    from prle.stages.audit.interface import Measure, Unit
    from prle.workspace import Workspace

QUERIES: Final = 100
"""Validation rows whose attributions are audited."""

DELETIONS: Final = 30
"""Of these, as many as have training rows taken away."""


DRAWS: Final = 20
"""Sets of random prototypes."""

INJECTIONS: Final = 8
"""Times that labels are exchanged and experts solved on them."""

NOISY_FITS: Final = 3
"""Times that the whole model is fitted to exchanged labels."""


def audit(workspace: Path, request: AuditRequest, *, name: str = "default", observer: Observer = SILENT) -> AuditReport:
    """Audit a model on validation rows; nothing is stored.

    :raises WorkspaceError: where the model is missing, stale or broken, or there are no validation rows.
    :raises UsageError: where labels are texts.
    """
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, one_thread():
        refuse_texts(opened, "auditing")
        auditor = _Auditor(opened, name, request, observer)
        found = auditor.run()
        labels, classes = opened.labels("train"), opened.manifest.classes
        return AuditReport(
            model=name,
            dataset=opened.manifest.dataset,
            synthetic=opened.manifest.synthetic,
            label_name=opened.manifest.label,
            label_range=(0.0, 1.0) if classes else (float(labels.min()), float(labels.max())),
            members=len(auditor.checkpoint.members),
            prototypes=len(auditor.checkpoint.anchors),
            rows=len(labels),
            queries=len(auditor.queries),
            split="validation",
            refits=request.half_fits,
            seeds=request.compared,
            seconds=time.perf_counter() - begun,
            verdict=verdict(found, full=request.full),
            measures=tuple(found),
            refused=auditor.refused,
            target=auditor.checkpoint.target.name,
            curve=auditor.curve,
        )


@final
class _Auditor:
    """One model under audit: what its measures share is computed once."""

    def __init__(self, workspace: Workspace, name: str, request: AuditRequest, observer: Observer) -> None:
        self.checkpoint = load(workspace, name)
        self.refused: dict[str, Refusal] = {}
        self.curve: DeletionCurve | None = None
        self._name, self._request, self._observer = name, request, observer
        self._train = rows_of(workspace, "train", "auditing")
        self._train = replace(self._train, labels=self.checkpoint.taught(self._train.labels))
        self._validation = rows_of(workspace, "validation", "auditing")
        self._predictor = self.checkpoint.predictor(precision=np.float64)
        self._influence = influence_of(workspace, name, self.checkpoint)
        rng = np.random.default_rng(request.seed)
        rows = len(self._validation.labels)
        self.queries = np.sort(rng.choice(rows, min(QUERIES, rows), replace=False)).astype(np.int64)

    def run(self) -> list[Measure]:
        """Take every measure that this model, and this request, has."""
        steps = [self._foretold, self._deleted, self._forgotten] if self._influence else []
        steps += [self._relied_on, self._regimes, self._anchored]
        steps += [self._earned] if self._influence else []
        steps += [self._stable] if self._request.compared else []
        if self._influence:
            steps += [self._detected]
        elif self._train.classes and self._request.full:
            steps += [self._detected_classes]
        found: list[Measure] = []
        for done, step in enumerate(steps):
            self._observer.progress("auditing", done, len(steps), "measures")
            found += step()
        self._observer.progress("auditing", len(steps), len(steps), "measures")
        self._refuse()
        return found

    def _refuse(self) -> None:
        """Say which measures there are not."""
        if self._influence is None:
            why = untraceable(self.checkpoint, self._name, rows=len(self._train.labels))
            self.refused["training examples"] = why
            if self._train.classes:
                self._refuse_of_classes()
            else:
                self.refused |= dict.fromkeys(("gain over one expert", "wrong labels"), replace(why, hint=None))
        elif not self._request.half_fits:
            self.refused["whole fits on halves"] = Refusal(reason="not asked for", hint="`prle audit --refits 50`")
        if len(self.checkpoint.anchors) == 1:
            self.refused["reliance on prototypes"] = Refusal(reason="there is only one", hint=None)
        if not self._request.compared:
            self.refused["other seeds"] = Refusal(reason="not asked for", hint="`prle audit --seeds 3`")

    def _refuse_of_classes(self) -> None:
        """Say what classes can have in another way."""
        unsolved = "experts of classes are not solved in closed form"
        self.refused["gain over one expert"] = Refusal(reason=unsolved, hint="`prle bench` compares with one expert")
        if not self._request.full:
            self.refused["wrong labels"] = Refusal(reason="not asked for", hint="`prle audit --full` fits to some")

    @cached_property
    def _sentences(self) -> NDArray[np.float32]:
        """The frozen vectors of the queries. *Shape:* (Q, S, H)."""
        return self._validation.sentences[self.queries]

    @cached_property
    def _forwards(self) -> list[Forward]:
        """What each member says of all validation rows."""
        return self._predictor.forwards(self._validation.sentences[:])

    @cached_property
    def _answer(self) -> Answer:
        return averaged(self._forwards, self._predictor.target)

    @cached_property
    def _placed(self) -> tuple[Placed, ...]:
        """All validation rows, as the members' regressions read them."""
        return place(self._predictor, self._forwards)

    @cached_property
    def _attribution(self) -> Attribution:
        """The attributions of the queries."""
        return self._solved.attribute(measuring.chosen(self._placed, self.queries))

    @property
    def _solved(self) -> Influence:
        if self._influence is None:  # guarded by run()
            raise TypeError
        return self._influence

    def _foretold(self) -> Iterator[Measure]:
        seed, placed = self._request.seed, measuring.chosen(self._placed, self.queries)
        halves = measuring.half_subsets(len(self._train.labels), HALVES, seed)
        ledger = measuring.subset_sums(self._attribution.contributions, halves)
        every_effect = removal_effects(self._solved, placed)
        effects = measuring.subset_sums(every_effect, halves)
        withheld = measuring.labels_withheld(self._solved, placed, halves)
        removed = measuring.rows_removed(self._solved, placed, halves)
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
                measuring.score(measuring.subset_sums(every_effect, again), self._on_halves(again), seed),
                f"{len(again)} whole fits on halves, their geometry learned anew",
            )

    def _on_halves(self, halves: tuple[NDArray[np.int64], ...]) -> NDArray[np.float64]:
        """Fit anew on each half and predict the queries. *Shape:* (Q, M)."""
        columns = []
        for done, rows in enumerate(halves):
            self._observer.progress("fitting on halves", done, len(halves), "fits")
            half = self._train.taken(rows)
            columns.append(self._fit(half).predictor().predict(self._sentences))
        self._observer.progress("fitting on halves", len(halves), len(halves), "fits")
        return np.stack(columns, axis=1)

    def _fit(self, rows: Rows, seed: int | None = None) -> Checkpoint:
        """Fit the same settings anew, on other rows or from another seed."""
        config = self.checkpoint.config
        count = min(len(self.checkpoint.anchors), len(rows.labels))
        train = config.train if seed is None else config.train.model_copy(update={"seed": seed})
        config = config.model_copy(
            update={"train": train, "prototypes": config.prototypes.model_copy(update={"count": count})}
        )
        target = measure_target(rows.labels, rows.classes, config.experts.combine)
        fitted = fit_committee(config, target, rows, self._validation)
        return Checkpoint(
            config=config,
            target=target,
            members=tuple(member.parameters for member in fitted),
            anchors=fitted[0].anchors,
            history=(),
            measured={},
        )

    def _deleted(self) -> Iterator[Measure]:
        few = self.queries[:DELETIONS]
        contributions = self._attribution.contributions[: len(few)]
        placed = measuring.chosen(self._placed, few)
        found = measuring.deletion(self._solved, placed, contributions, self._request.seed)
        self.curve = DeletionCurve(
            counts=found.counts,
            attributed=tuple(found.attributed.mean(axis=0).tolist()),
            random=tuple(found.random.mean(axis=0).tolist()),
        )
        yield measures.deleted(found, self._request.seed)

    def _forgotten(self) -> Iterator[Measure]:
        seed, refitted = self._request.seed, False
        shuffled = measuring.with_shuffled_labels(self._solved, seed).attribute(
            measuring.chosen(self._placed, self.queries)
        )
        if self._request.full:
            labels = np.random.default_rng(seed).permutation(self._train.labels)
            rows = replace(self._train, labels=labels)
            again = self._fit(rows)
            if traceable(again.members):
                predictor = again.predictor(precision=np.float64)
                placed = place(predictor, predictor.forwards(self._sentences))
                shuffled, refitted = Influence(evidence_of(again, rows), labels).attribute(placed), True
        found = measuring.randomised(self._attribution.contributions, shuffled.contributions)
        yield from measures.forgotten(found, seed, refitted=refitted)

    def _relied_on(self) -> Iterator[Measure]:
        if len(self.checkpoint.anchors) == 1:
            return
        weights = [np.asarray(forward.weights) for forward in self._forwards]
        outputs, unit = [self._said(forward) for forward in self._forwards], self._unit
        found = measuring.reliance(weights, outputs, self._request.seed)
        yield from measures.relied_on(found, unit, self._request.seed)

    @property
    def _unit(self) -> Unit:
        """What :meth:`_said` is in."""
        target = self.checkpoint.target
        if not isinstance(target, ClassTarget):
            return "label units"
        return "probability" if target.combination == "probabilities" else "logits"

    def _said(self, forward: Forward) -> NDArray[np.floating]:
        """Return what experts say of one number: of classes, the one predicted, logits against their mean. (B, P)."""
        said = np.asarray(self._predictor.target.additive(forward.outputs))
        if self._unit == "label units":
            return said
        if self._unit == "logits":
            said = said - said.mean(axis=-1, keepdims=True)
        predicted = self._answer.predictions.argmax(axis=-1)
        return np.take_along_axis(said, predicted[:, None, None], axis=-1)[..., 0]

    def _truth(self, labels: NDArray[np.float64]) -> NDArray[np.floating]:
        """Return labels as predictions are reported: numbers (N,), of classes one at the place of each (N, T)."""
        return self.checkpoint.target.scaled(labels) if self._train.classes else labels

    def _regimes(self) -> Iterator[Measure]:
        weights, count = self._answer.weights, len(self.checkpoint.anchors)
        truth = self._truth(self._validation.labels)
        yield from measures.concentrated(measuring.compactness(weights), count)
        random = measuring.purity_of_random(
            self._predictor,
            self.checkpoint.members,
            self._train.sentences[:],
            self._validation.sentences[:],
            truth,
            draws=DRAWS,
            seed=self._request.seed,
        )
        share = measuring.within_share(truth, np.asarray(weights.argmax(axis=1), np.int64))
        yield measures.pure(share, random, classes=bool(self._train.classes))

    def _anchored(self) -> Iterator[Measure]:
        rows = self.checkpoint.anchors
        truth, spacing = self._truth(self._train.labels[rows]), self.checkpoint.measured["neighbour_spacing"]
        found = measuring.anchor_fidelity(self._predictor, self._train.sentences[rows], truth)
        yield from measures.anchored(found, spacing, self._request.seed, classes=bool(self._train.classes))

    def _earned(self) -> Iterator[Measure]:
        labels = self._validation.labels
        local = np.asarray(self._answer.predictions, np.float64)
        one = measuring.one_expert(self._solved, self._placed, labels)
        gain = paired_bootstrap(labels, one, local, "rmse", seed=self._request.seed)
        yield measures.earned(gain, rmse(labels, one), rmse(labels, local))

    def _stable(self) -> Iterator[Measure]:
        fits = [measuring.Voices(weights=self._answer.weights[self.queries], anchors=self.checkpoint.anchors)]
        first = self.checkpoint.config.train.seed
        for number in range(1, self._request.compared):
            self._observer.progress("fitting other seeds", number - 1, self._request.compared - 1, "fits")
            # Members of a committee draw from the seeds that follow the first.
            again = self._fit(self._train, first + number * len(self.checkpoint.members))
            weights = again.predictor().weights(self._sentences)
            fits.append(measuring.Voices(weights=weights, anchors=again.anchors))
        self._observer.progress("fitting other seeds", len(fits) - 1, len(fits) - 1, "fits")
        points = self.checkpoint.predictor().retrieval(self._train.sentences)
        yield measures.stable(measuring.stability(fits, points, self._request.seed), len(fits), self._request.seed)

    def _detected(self) -> Iterator[Measure]:
        found, refitted = [], False
        for number in range(NOISY_FITS if self._request.full else INJECTIONS):
            labels, wrong = measuring.with_wrong_labels(self._train.labels, self._request.seed + number)
            if not 0 < np.count_nonzero(wrong) < len(wrong):
                continue
            members = self._solved.members
            if self._request.full:
                rows = replace(self._train, labels=labels)
                again = self._fit(rows)
                refitted = traceable(again.members)
                members = evidence_of(again, rows) if refitted else members
            found.append(measuring.detect_noise(Influence(members, labels), wrong, self._request.seed + number))
        if found:
            yield from measures.detected(found, self._request.seed, refitted=refitted)

    def _detected_classes(self) -> Iterator[Measure]:
        found, points = [], self._predictor.retrieval(self._train.sentences)
        for number, seed in enumerate(range(self._request.seed, self._request.seed + NOISY_FITS)):
            self._observer.progress("fitting to wrong labels", number, NOISY_FITS, "fits")
            labels, wrong = measuring.with_wrong_labels(self._train.labels, seed)
            if not 0 < np.count_nonzero(wrong) < len(wrong):
                continue
            believed = self._fit(replace(self._train, labels=labels)).predictor().predict(self._train.sentences)
            found.append(measuring.detect_class_noise(points, labels, wrong, believed, seed))
        self._observer.progress("fitting to wrong labels", NOISY_FITS, NOISY_FITS, "fits")
        if found:
            yield from measures.detected(found, self._request.seed, refitted=True, classes=True)
