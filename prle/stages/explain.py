"""Say why one input got its prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.checkpoint import restore
from prle.errors import UsageError
from prle.explanation import by_prototype, nearest_rows
from prle.observer import SILENT, Observer
from prle.stages.interface import Anchor, Example, ExplainReport, PrototypeShare
from prle.stages.predict import known_split
from prle.stages.query import as_asked, as_shown, embed_rows
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.explanation import Ledger, Neighbours
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One input: its texts or cells, its vectors (1, S, H), and what is known of it."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    row: str | None = None
    label: float | None = None
    train_row: int | None = None


def explain_texts(
    workspace: Path, texts: tuple[str, ...], *, name: str = "default", examples: int = 5, observer: Observer = SILENT
) -> ExplainReport:
    """Explain the prediction of new texts, or of a row of a table as ``predict_texts`` takes it."""
    with open_workspace(workspace) as opened:
        opened.model(name)
        asked = as_asked(opened, texts, observer=observer)
        vectors = embed_rows(opened, [asked], observer=observer)
        question = _Question(texts=as_shown(opened, asked), vectors=vectors)
        return _explain(opened, question, name, examples)


def explain_row(
    workspace: Path,
    split: str,
    row: int,
    *,
    name: str = "default",
    examples: int = 5,
    observer: Observer = SILENT,  # noqa: ARG001
) -> ExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder.

    :raises UsageError: for a row that the split does not have.
    """
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        if not 0 <= row < opened.splits[which]:
            message = f"--row {split}:{row}: expected a row from 0 to {opened.splits[which] - 1}."
            raise UsageError(message)
        question = _Question(
            texts=opened.row_cells(which, row),
            vectors=np.asarray(opened.vectors[opened.rows(which)[row]], np.float32)[None],
            row=f"{which}:{row}",
            label=float(opened.labels(which)[row]),
            train_row=row if which == "train" else None,
        )
        return _explain(opened, question, name, examples)


def _explain(workspace: Workspace, question: _Question, name: str, examples: int) -> ExplainReport:
    """Run the model in double precision and lay out what it did."""
    checkpoint = restore(workspace.model(name))
    predictor = checkpoint.predictor(precision=np.float64)
    ledger = by_prototype(predictor.answer(question.vectors), predictor.target)
    labels = workspace.labels("train")
    near = nearest_rows(
        predictor.retrieval(question.vectors)[0],
        predictor.retrieval(workspace.embeddings("train")),
        examples,
        spacing=checkpoint.measured["neighbour_spacing"],
        leave_out=question.train_row,
    )
    return ExplainReport(
        model=name,
        dataset=workspace.manifest.dataset,
        fields=workspace.manifest.names,
        label_name=workspace.manifest.label,
        label_range=(float(labels.min()), float(labels.max())),
        texts=question.texts,
        row=question.row,
        prediction=ledger.prediction,
        label=question.label,
        prototypes=_shares(workspace, ledger, predictor.anchors, labels),
        examples=_examples(workspace, near, labels),
        completeness_gap={"prototypes": ledger.gap},
        table=bool(workspace.manifest.columns),
    )


def _shares(
    workspace: Workspace, ledger: Ledger, anchors: NDArray[np.int64], labels: NDArray[np.float64]
) -> tuple[PrototypeShare, ...]:
    """List every prototype, the heaviest first."""
    return tuple(
        PrototypeShare(
            prototype=int(prototype),
            weight=float(ledger.weights[prototype]),
            expert_prediction=float(ledger.outputs[prototype]),
            contribution=float(ledger.contributions[prototype]),
            anchor=Anchor(
                row=int(anchors[prototype]),
                texts=workspace.row_cells("train", int(anchors[prototype])),
                label=float(labels[anchors[prototype]]),
            ),
        )
        for prototype in np.argsort(-ledger.weights, kind="stable")
    )


def _examples(workspace: Workspace, near: Neighbours, labels: NDArray[np.float64]) -> tuple[Example, ...]:
    """List the nearest training rows."""
    return tuple(
        Example(
            row=int(row),
            texts=workspace.row_cells("train", int(row)),
            label=float(labels[row]),
            distance=float(distance),
        )
        for row, distance in zip(near.rows, near.distances, strict=True)
    )
