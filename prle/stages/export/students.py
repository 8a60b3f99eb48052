"""What can be exported of a student."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from prle.models.exporting import labels
from prle.models.exporting.students import trace_student
from prle.models.labels.targets import NumberTarget
from prle.models.students.interface import Inputs
from prle.stages.common.students import load_student
from prle.stages.explain.interface import LEVEL
from prle.stages.export.exportable import Exportable, judged_splits
from prle.stages.export.labels import RESPONSIBILITIES, VECTORS, answer_outputs, contribution_outputs
from prle.stages.export.texts import Finder, of_finder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.students.model import DistilledPredictor
    from prle.models.students.record import StudentRecord
    from prle.observer import Observer
    from prle.workspace import Workspace


def exportable(opened: Workspace, name: str, *, observer: Observer) -> Exportable:
    """Return a student of any target.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    student, stored = load_student(opened, name), opened.model(name)
    record = student.record
    if student.answers is None:
        return _of_labels(opened, name, student)
    finder = Finder(
        answers=student.answers,
        lexical=record.lexical,
        filed=record.filing,
        places=tuple(record.places),
        anchors=(),
        made_of=_made_of(record),
    )
    return of_finder(opened, stored, finder, observer)


def _made_of(record: StudentRecord) -> dict[str, str]:
    return {"student": f"{record.form}, of {record.teacher}", "taught": record.strategy, "size": str(record.size)}


def _of_labels(opened: Workspace, name: str, student: RestoredStudent) -> Exportable:
    stored, model, splits = opened.model(name), student.of_labels, judged_splits(opened)
    target = model.target
    predicted = {split: model.predict(opened.embeddings(split)) for split in splits}
    vectors = opened.embeddings(splits[-1])
    outputs = answer_outputs(target)
    if model.routing is not None:
        outputs |= {labels.RESPONSIBILITIES: RESPONSIBILITIES, **contribution_outputs(target)}
    return Exportable(
        target=target.name,
        trace=lambda graph: trace_student(graph, model, (vectors.shape[1], vectors.shape[2])),
        fed={labels.VECTORS: vectors},
        expected=_expected(model, vectors, predicted[splits[-1]]),
        checked_split=splits[-1],
        unit=target.unit,
        made_of={**_made_of(student.record), "parameters": f"{stored.summary['parameters']:,}"},
        figures={split: target.measures(opened.labels(split), predicted[split]) for split in splits},
        inputs={labels.VECTORS: VECTORS},
        outputs=outputs,
        anchors=(),
        arrays=stored.arrays,
        config=stored.config,
        summary=stored.summary,
        **_intervals(opened, student, predicted),
    )


def _expected(
    model: DistilledPredictor, vectors: NDArray[np.float32], predicted: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """Return what its graph should say of inputs (B, S, H)."""
    said = labels.PREDICTION if isinstance(model.target, NumberTarget) else labels.PROBABILITIES
    found: dict[str, NDArray[Any]] = {said: predicted}
    if (weights := model.says(Inputs(vectors=vectors)).weights) is not None:
        found[labels.RESPONSIBILITIES] = weights
    return found


def _intervals(
    opened: Workspace, student: RestoredStudent, predicted: Mapping[SplitName, NDArray[np.float64]]
) -> dict[str, Any]:
    """Return the interval of a student of numbers, one for all, and how often it held on test rows."""
    if student.calibration is None:
        return {}
    half = float(student.calibration.half_widths(LEVEL)[0])
    if not np.isfinite(half):
        return {}
    found: dict[str, Any] = {"level": LEVEL, "half_widths": (half,)}
    if "test" in predicted:
        found["covered"] = float(np.mean(np.abs(opened.labels("test") - predicted["test"]) <= half))
    return found
