"""What can be exported of a model of numbers or classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.models.exporting import labels
from prle.models.labels.calibration import coverage
from prle.models.labels.checkpoint import load
from prle.models.labels.targets import ClassTarget
from prle.stages.explain.interface import LEVEL
from prle.stages.export.exportable import Exportable, judged_splits
from prle.stages.export.written import WithExperts, WithVoters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.predictor import Answering
    from prle.models.labels.targets import Target
    from prle.observer import Observer
    from prle.stages.export.written import Written
    from prle.workspace import Workspace


VECTORS: Final = "float32 (rows, texts of a row, width): their vectors, as the encoder gives them"


RESPONSIBILITIES: Final = "float32 (rows, prototypes): who talks; each row adds up to 1"


def exportable(opened: Workspace, name: str, *, observer: Observer) -> Exportable:  # noqa: ARG001
    """Return a model of numbers or classes, whoever speaks in it.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    checkpoint, stored = load(opened, name), opened.model(name)
    written: Written = (WithExperts if checkpoint.ballot is None else WithVoters)(checkpoint)
    predictor, target = written.predictor, checkpoint.target
    splits = judged_splits(opened)
    predicted = {split: predictor.predict(opened.embeddings(split)) for split in splits}
    vectors = opened.embeddings(splits[-1])
    return Exportable(
        target=target.name,
        trace=lambda graph: written.trace(graph, vectors.shape[1:]),
        fed={labels.VECTORS: vectors},
        expected=written.expected(vectors),
        checked_split=splits[-1],
        unit=target.unit,
        made_of={**written.made_of, "parameters": f"{stored.summary['parameters']:,}"},
        figures={split: target.measures(opened.labels(split), predicted[split]) for split in splits},
        inputs={labels.VECTORS: VECTORS},
        outputs={
            **answer_outputs(target),
            labels.RESPONSIBILITIES: RESPONSIBILITIES,
            **contribution_outputs(target),
            **written.outputs,
        },
        anchors=tuple(checkpoint.anchors.tolist()),
        arrays=stored.arrays,
        config=stored.config,
        summary=stored.summary,
        of_graph=written.of_graph(vectors, predicted[splits[-1]]),
        voters=written.voters,
        **_intervals(opened, checkpoint, predictor, predicted),
    )


def answer_outputs(target: Target) -> dict[str, str]:
    """Say what a graph of numbers or classes predicts."""
    if isinstance(target, ClassTarget):
        return {
            labels.PROBABILITIES: "float32 (rows, classes): probabilities, in the order of `classes` of `model.json`"
        }
    return {labels.PREDICTION: "float32 (rows): the predicted number"}


def contribution_outputs(target: Target) -> dict[str, str]:
    """Say what prototypes add in a graph of numbers or classes."""
    meaning = "float32 (rows, prototypes): what each adds; they add up to the prediction"
    if isinstance(target, ClassTarget):
        summed = "probabilities" if target.combination == "probabilities" else "logits"
        meaning = f"float32 (rows, prototypes, classes): what each adds; they add up to the {summed}"
    return {labels.CONTRIBUTIONS: meaning}


def _intervals(
    opened: Workspace, checkpoint: Checkpoint, predictor: Answering, predicted: Mapping[SplitName, NDArray[np.float64]]
) -> dict[str, Any]:
    """Return the intervals of a model of numbers, and how often they held on test rows; nothing where it has none."""
    calibration = checkpoint.calibration
    if calibration is None:
        return {}
    half = calibration.half_widths(LEVEL)
    if not np.isfinite(half).all():
        return {}
    found: dict[str, Any] = {"level": LEVEL, "half_widths": tuple(half.tolist())}
    if "test" in predicted:
        regimes = predictor.regimes(opened.embeddings("test"))
        told = opened.labels("test")
        held = coverage(calibration, LEVEL, labels=told, predictions=predicted["test"], regimes=regimes)
        found["covered"] = held.marginal
    return found
