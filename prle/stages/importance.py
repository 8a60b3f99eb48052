"""How much training rows count while a student is taught, and whether that makes a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.distillation.importance import combined, normalised
from prle.encoders.uncertainty import uncertainty
from prle.routings import importance_of
from prle.stages.query import original_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.distillation.interface import ImportanceName
    from prle.observer import Observer
    from prle.stages.courses import Course
    from prle.workspace import Workspace


def importance_for(opened: Workspace, course: Course, name: ImportanceName, observer: Observer) -> NDArray[np.float64]:
    """Return how much each training row counts, 1 on average. *Shape:* (N,)."""
    rows = course.inputs("train")
    if name == "uniform":
        return np.ones(len(rows.vectors))
    if name == "fisher":
        return normalised(course.fisher())
    entropy = importance_of(course.teacher.says(rows).weights)
    if name == "entropy":
        return normalised(entropy)
    doubt = _uncertainty(opened, observer)
    return normalised(doubt) if name == "uncertainty" else combined(entropy, doubt)


def _uncertainty(opened: Workspace, observer: Observer) -> NDArray[np.float64]:
    """Return how uncertain the encoder is of each training row, the mean over its texts. *Shape:* (N,)."""
    rows = opened.rows("train")
    ids, place = np.unique(rows, return_inverse=True)
    found = uncertainty(original_encoder(opened, observer), [opened.texts[each] for each in ids.tolist()])
    if found.kind == "norm":
        observer.warn("the encoder has no dropout: its uncertainty is the norm of its vectors, which says little.")
    return np.asarray(found.scores[place.reshape(rows.shape)].mean(axis=1), np.float64)
