"""The measures that a model, and a request, has, in their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import squared_distances
from prle.explanation import audit as measuring
from prle.explanation.promise import promise
from prle.models.labels.pairing import compose
from prle.stages.audit import measures
from prle.stages.audit.forms import form_of
from prle.stages.audit.refits import fitted_to, of_other_seeds
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from prle.stages.audit.forms import Form
    from prle.stages.audit.interface import DeletionCurve, Measure
    from prle.stages.audit.material import Material
    from prle.stages.audit.scale import Scale

DRAWS: Final = 20
"""Sets of random prototypes."""

NOISY_FITS: Final = 3
"""Times that the whole model is fitted to exchanged labels."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was measured, and what could not be."""

    measures: tuple[Measure, ...]
    refused: dict[str, Refusal]
    curve: DeletionCurve | None


def findings(material: Material, scale: Scale) -> Findings:
    """Take every measure that this model, and this request, has."""
    form, request = form_of(material, scale), material.request
    steps: list[Callable[[], Iterator[Measure]]] = [partial(_promised, material), *form.steps()]
    if len(material.checkpoint.anchors) > 1:
        steps.append(partial(_relied_on, material, scale))
    steps += [partial(_regimes, material, scale), form.anchored]
    if request.compared:
        steps.append(partial(_compared, material, form))
    if request.full:
        steps.append(partial(_detected, material, scale, form))
    found: list[Measure] = []
    for done, step in enumerate(steps):
        material.observer.progress("auditing", done, len(steps), "measures")
        found += step()
    material.observer.progress("auditing", len(steps), len(steps), "measures")
    return Findings(measures=tuple(found), refused=form.refused() | _refused(material), curve=form.curve)


def _refused(material: Material) -> dict[str, Refusal]:
    """Say which measures of all forms there are not."""
    found, request = {}, material.request
    if len(material.checkpoint.anchors) == 1:
        found["reliance on prototypes"] = Refusal(reason="there is only one", hint=None)
    if not request.compared:
        found["other seeds"] = Refusal(reason="not asked for", hint="`prle audit --seeds 3`")
    if not request.full:
        found["wrong labels"] = Refusal(reason="not asked for", hint="`prle audit --full` fits to some")
    return found


def _promised(material: Material) -> Iterator[Measure]:
    """Measure who carries predictions of validation rows."""
    found = promise(material.checkpoint, material.train, material.validation, seed=material.request.seed)
    yield from measures.promised(found)


def _relied_on(material: Material, scale: Scale) -> Iterator[Measure]:
    answer, seed = material.answer, material.request.seed
    found = measuring.reliance(answer.weights, scale.said(answer.outputs, answer.predictions), seed)
    yield from measures.relied_on(found, scale.unit, seed)


def _regimes(material: Material, scale: Scale) -> Iterator[Measure]:
    predictor, count = material.predictor, len(material.checkpoint.anchors)
    yield from measures.concentrated(measuring.compactness(material.answer.weights), count)
    standing = predictor.standing(material.train.sentences)
    if len(standing) == count:
        return
    truth, inputs = scale.truth(material.validation.labels), predictor.retrieval(material.validation.sentences)
    cells = squared_distances(inputs, predictor.prototypes).argmin(axis=1).astype(np.int64)
    random = measuring.purity_of_random(inputs, truth, standing, count, draws=DRAWS, seed=material.request.seed)
    yield measures.pure(measuring.within_share(truth, cells), random, scale)


def _compared(material: Material, form: Form) -> Iterator[Measure]:
    """Compare the rows behind queries with those of fits of other seeds."""
    fits = [form.evidence(each) for each in (material.checkpoint, *of_other_seeds(material))]
    seed = material.request.seed
    yield measures.stable(measuring.stability(fits, seed), form.behind, len(fits), seed)


def _detected(material: Material, scale: Scale, form: Form) -> Iterator[Measure]:
    """Fit to exchanged labels and look for them."""
    first, train = material.request.seed, material.train
    made = [measuring.with_wrong_labels(train.labels, first + number) for number in range(NOISY_FITS)]
    made = [(labels, wrong) for labels, wrong in made if 0 < np.count_nonzero(wrong) < len(wrong)]
    points, found = _standardised(compose(np.asarray(train.sentences[:]))), []
    fits = fitted_to(material, "fitting to wrong labels", [replace(train, labels=labels) for labels, _ in made])
    for seed, ((labels, wrong), again) in enumerate(zip(made, fits, strict=True), start=first):
        rows, said = form.doubted(again)
        if not 0 < np.count_nonzero(wrong[rows]) < len(rows):
            continue
        usual = measuring.from_other_folds(scale.usually, points, labels, seed)
        found.append(
            measuring.NoiseFound(
                suspicion=measuring.area(scale.doubts(labels[rows], said), wrong[rows]),
                residual=measuring.area(scale.doubts(labels, usual)[rows], wrong[rows]),
            )
        )
    if found:
        yield from measures.detected(found, scale, first)


def _standardised(points: NDArray[np.floating]) -> NDArray[np.float64]:
    spread = points.std(axis=0)
    found: NDArray[np.float64] = (points - points.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    return found
