"""Fits of the audited settings anew: on other rows, to other labels, from other seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.models.labels.training.compute import HERE
from prle.observer import SILENT
from prle.stages.fit.labels import MAKERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.rows import Rows
    from prle.stages.audit.material import Material


def refit(material: Material, rows: Rows, seed: int | None = None) -> Checkpoint:
    """Fit the same settings anew, on other rows or from another seed."""
    config = material.checkpoint.config
    count = min(len(material.checkpoint.anchors), len(rows.labels))
    train = config.train if seed is None else config.train.model_copy(update={"seed": seed})
    prototypes = config.prototypes.model_copy(update={"count": count, "prune": "off"})
    config = config.model_copy(update={"train": train, "prototypes": prototypes})
    return MAKERS[config.votes.voters](rows, material.validation, config, HERE, SILENT)[0]


def fitted_to(material: Material, what: str, every: Iterable[Rows]) -> Iterator[Checkpoint]:
    """Fit anew to each of some rows, and tell of it; ``what`` they are, for people."""
    listed = list(every)
    for done, rows in enumerate(listed):
        material.observer.progress(what, done, len(listed), "fits")
        yield refit(material, rows)
    material.observer.progress(what, len(listed), len(listed), "fits")


def of_other_seeds(material: Material) -> Iterator[Checkpoint]:
    """Fit from as many other seeds as it is asked for."""
    checkpoint, others = material.checkpoint, material.request.compared - 1
    for number in range(1, others + 1):
        material.observer.progress("fitting other seeds", number - 1, others, "fits")
        # Members of a committee draw from the seeds that follow the first.
        yield refit(material, material.train, checkpoint.config.train.seed + number * max(1, len(checkpoint.members)))
    material.observer.progress("fitting other seeds", others, others, "fits")
