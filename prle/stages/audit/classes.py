"""What an audit finds where labels are classes, whose experts are not solved in closed form."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from prle.explanation import audit as measuring
from prle.stages.audit import labels, measures
from prle.stages.audit.material import Findings
from prle.stages.audit.refits import NOISY_FITS, refit
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.models.labels.targets import ClassTarget
    from prle.stages.audit.interface import Measure, Unit
    from prle.stages.audit.material import Material


def findings(material: Material) -> Findings:
    """Take every measure that this model, and this request, has."""
    steps = [*labels.steps(material, _scale(material)), *labels.seeds(material)]
    if material.request.full:
        steps.append(partial(_detected, material))
    return Findings(measures=material.taken(steps), refused=_refused(material), label_range=(0.0, 1.0))


def _scale(material: Material) -> labels.Scale:
    target = cast("ClassTarget", material.checkpoint.target)
    probabilities = target.combination == "probabilities"

    def said(outputs: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what is said of the class that is predicted, logits against their mean."""
        if not probabilities:
            outputs = outputs - outputs.mean(axis=-1, keepdims=True)
        predicted = material.answer.predictions.argmax(axis=-1)
        return np.take_along_axis(outputs, predicted[:, None, None], axis=-1)[..., 0]

    unit: Unit = "probability" if probabilities else "logits"
    return labels.Scale(unit=unit, said=said, truth=target.scaled, classes=True)


def _refused(material: Material) -> dict[str, Refusal]:
    """Say which measures there are not, and what there is in another way."""
    nonlinear = "predictions of classes are not linear in the training labels"
    unsolved = "experts of classes are not solved in closed form"
    found = {
        "training examples": Refusal(reason=nonlinear, hint=None),
        "gain over one expert": Refusal(reason=unsolved, hint="`prle bench` compares with one expert"),
    }
    if not material.request.full:
        found["wrong labels"] = Refusal(reason="not asked for", hint="`prle audit --full` fits to some")
    return found | labels.refused(material)


def _detected(material: Material) -> Iterator[Measure]:
    """Fit to exchanged labels and look for them."""
    found, train, first = [], material.train, material.request.seed
    points = material.predictor.retrieval(train.sentences)
    for number, seed in enumerate(range(first, first + NOISY_FITS)):
        material.observer.progress("fitting to wrong labels", number, NOISY_FITS, "fits")
        codes, wrong = measuring.with_wrong_labels(train.labels, seed)
        if not 0 < np.count_nonzero(wrong) < len(wrong):
            continue
        believed = refit(material, replace(train, labels=codes)).predictor().predict(train.sentences)
        found.append(measuring.detect_class_noise(points, codes, wrong, believed, seed))
    material.observer.progress("fitting to wrong labels", NOISY_FITS, NOISY_FITS, "fits")
    if found:
        yield from measures.detected(found, first, refitted=True, classes=True)
