"""What is measured of numbers and classes alike: who decides, what regimes hold, whether anchors are what they show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation import audit as measuring
from prle.stages.audit import measures
from prle.stages.audit.refits import compared
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from prle.stages.audit.interface import Measure, Unit
    from prle.stages.audit.material import Material

DRAWS: Final = 20
"""Sets of random prototypes."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How labels of a kind are measured.

    :param unit: of what one expert says.
    :param said: from outputs of experts in the additive space to one number each. *Shape:* (B, P, ...) to (B, P)
    :param truth: from labels to what predictions are reported as.
    """

    unit: Unit
    said: Callable[[NDArray[np.floating]], NDArray[np.floating]]
    truth: Callable[[NDArray[np.float64]], NDArray[np.floating]]
    classes: bool


def steps(material: Material, scale: Scale) -> list[Callable[[], Iterator[Measure]]]:
    """Return what takes the measures of the stored model, in their order."""
    reliance = [partial(_relied_on, material, scale)] if len(material.checkpoint.anchors) > 1 else []
    return [*reliance, partial(_regimes, material, scale), partial(_anchored, material, scale)]


def seeds(material: Material) -> list[Callable[[], Iterator[Measure]]]:
    """Return what compares fits of other seeds, where that is asked for."""
    return [partial(compared, material)] if material.request.compared else []


def refused(material: Material) -> dict[str, Refusal]:
    """Say which of these measures there are not."""
    found = {}
    if len(material.checkpoint.anchors) == 1:
        found["reliance on prototypes"] = Refusal(reason="there is only one", hint=None)
    if not material.request.compared:
        found["other seeds"] = Refusal(reason="not asked for", hint="`prle audit --seeds 3`")
    return found


def _relied_on(material: Material, scale: Scale) -> Iterator[Measure]:
    target, seed = material.predictor.target, material.request.seed
    weights = [np.asarray(forward.weights) for forward in material.forwards]
    outputs = [scale.said(np.asarray(target.additive(forward.outputs))) for forward in material.forwards]
    yield from measures.relied_on(measuring.reliance(weights, outputs, seed), scale.unit, seed)


def _regimes(material: Material, scale: Scale) -> Iterator[Measure]:
    weights, count = material.answer.weights, len(material.checkpoint.anchors)
    truth = scale.truth(material.validation.labels)
    yield from measures.concentrated(measuring.compactness(weights), count)
    random = measuring.purity_of_random(
        material.predictor,
        material.checkpoint.members,
        material.train.sentences[:],
        material.validation.sentences[:],
        truth,
        draws=DRAWS,
        seed=material.request.seed,
    )
    share = measuring.within_share(truth, np.asarray(weights.argmax(axis=1), np.int64))
    yield measures.pure(share, random, classes=scale.classes)


def _anchored(material: Material, scale: Scale) -> Iterator[Measure]:
    rows, spacing = material.checkpoint.anchors, material.checkpoint.measured["neighbour_spacing"]
    truth = scale.truth(material.train.labels[rows])
    found = measuring.anchor_fidelity(material.predictor, material.train.sentences[rows], truth)
    yield from measures.anchored(found, spacing, material.request.seed, classes=scale.classes)
