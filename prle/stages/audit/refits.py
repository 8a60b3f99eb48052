"""Fits of the audited settings anew: on other rows, to other labels, from other seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation import audit as measuring
from prle.models.labels.checkpoint import Checkpoint
from prle.models.labels.targets import measure_target
from prle.models.labels.training.committee import fit_committee
from prle.stages.audit import measures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.models.labels.training.rows import Rows
    from prle.stages.audit.interface import Measure
    from prle.stages.audit.material import Material

NOISY_FITS: Final = 3
"""Times that the whole model is fitted to exchanged labels."""


def refit(material: Material, rows: Rows, seed: int | None = None) -> Checkpoint:
    """Fit the same settings anew, on other rows or from another seed."""
    config = material.checkpoint.config
    count = min(len(material.checkpoint.anchors), len(rows.labels))
    train = config.train if seed is None else config.train.model_copy(update={"seed": seed})
    config = config.model_copy(
        update={"train": train, "prototypes": config.prototypes.model_copy(update={"count": count})}
    )
    target = measure_target(rows.labels, rows.classes, config.experts.combine)
    fitted = fit_committee(config, target, rows, material.validation)
    return Checkpoint(
        config=config,
        target=target,
        members=tuple(member.parameters for member in fitted),
        anchors=fitted[0].anchors,
        history=(),
        measured={},
    )


def on_halves(material: Material, halves: tuple[NDArray[np.int64], ...]) -> NDArray[np.float64]:
    """Fit anew on each half of the training rows and predict the queries. *Shape:* (Q, M)."""
    columns = []
    for done, rows in enumerate(halves):
        material.observer.progress("fitting on halves", done, len(halves), "fits")
        columns.append(refit(material, material.train.taken(rows)).predictor().predict(material.sentences))
    material.observer.progress("fitting on halves", len(halves), len(halves), "fits")
    return np.stack(columns, axis=1)


def compared(material: Material) -> Iterator[Measure]:
    """Compare the rows around the top anchors with those of fits of other seeds."""
    checkpoint, request, observer = material.checkpoint, material.request, material.observer
    fits = [measuring.Voices(weights=material.answer.weights[material.queries], anchors=checkpoint.anchors)]
    for number in range(1, request.compared):
        observer.progress("fitting other seeds", number - 1, request.compared - 1, "fits")
        # Members of a committee draw from the seeds that follow the first.
        again = refit(material, material.train, checkpoint.config.train.seed + number * len(checkpoint.members))
        fits.append(measuring.Voices(weights=again.predictor().weights(material.sentences), anchors=again.anchors))
    observer.progress("fitting other seeds", len(fits) - 1, len(fits) - 1, "fits")
    points = checkpoint.predictor().retrieval(material.train.sentences)
    yield measures.stable(measuring.stability(fits, points, request.seed), len(fits), request.seed)
