"""How much training rows count while a student is taught, and whether that makes a difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.encoders.uncertainty import Uncertainty, uncertainty
from prle.models.students.teaching.importance import combined, normalised
from prle.models.texts.routers import importance_of
from prle.stages.common.query import original_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.encoders.uncertainty import UncertaintyName
    from prle.models.students.interface import ImportanceName
    from prle.observer import Observer
    from prle.stages.distill.courses import Course
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """How much each training row counts.

    :param scores: 1 on average. *Shape:* (N,)
    :param uncertainty: what the encoder's uncertainty was measured by; empty where nobody asked for it.
    """

    scores: NDArray[np.float64]
    uncertainty: str = ""


def importance_for(
    opened: Workspace,
    course: Course,
    name: ImportanceName,
    observer: Observer,
    *,
    measure: UncertaintyName = "auto",
) -> Weights:
    """Return how much each training row counts.

    :param measure: of the encoder's uncertainty, where that is asked for.
    :raises UsageError: for a measure that the encoder has not.
    """
    rows = course.inputs("train")
    if name == "uniform":
        return Weights(scores=np.ones(len(rows.vectors)))
    if name == "fisher":
        return Weights(scores=normalised(course.fisher()))
    entropy = importance_of(course.teacher.says(rows).weights)
    if name == "entropy":
        return Weights(scores=normalised(entropy))
    doubt = _uncertainty(opened, measure, observer)
    scores = normalised(doubt.scores) if name == "uncertainty" else combined(entropy, doubt.scores)
    return Weights(scores=scores, uncertainty=doubt.kind)


def _uncertainty(opened: Workspace, measure: UncertaintyName, observer: Observer) -> Uncertainty:
    """Return how uncertain the encoder is of each training row, the mean over its texts. *Shape:* (N,)."""
    rows = opened.rows("train")
    ids, place = np.unique(rows, return_inverse=True)
    texts = [opened.texts[each] for each in ids.tolist()]
    found = uncertainty(original_encoder(opened, observer), texts, kind=measure, observer=observer)
    if found.kind == "norm" and measure == "auto":
        observer.warn(
            "the encoder has neither dropout nor a head for masked tokens: its uncertainty is the norm of its vectors, "
            "which says little."
        )
    return found._replace(scores=np.asarray(found.scores[place.reshape(rows.shape)].mean(axis=1), np.float64))
