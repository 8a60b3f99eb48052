"""Say why inputs got their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError
from prle.observer import SILENT, Observer
from prle.stages.explainer import Explainer, Question, Wishes
from prle.stages.interface import ExplainRowsReport
from prle.stages.predict import known_split
from prle.stages.query import embed_rows
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prle.stages.interface import ExplainReport


def explain_texts(
    workspace: Path,
    texts: tuple[str, ...],
    *,
    name: str = "default",
    examples: int = 5,
    level: float = 0.9,
    move: float | None = None,
    observer: Observer = SILENT,
) -> ExplainReport:
    """Explain the prediction of new texts; the options are those of :func:`explain_rows`."""
    reports = explain_rows(workspace, [texts], name=name, examples=examples, level=level, move=move, observer=observer)
    return reports.explanations[0]


def explain_rows(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    examples: int = 5,
    level: float = 0.9,
    move: float | None = None,
    observer: Observer = SILENT,
) -> ExplainRowsReport:
    """Explain the predictions of many rows of texts, in their order.

    :param examples: training rows to list, of the nearest ones and of the most influential ones.
    :param level: how often the interval should hold, between 0 and 1.
    :param move: also search for what each prediction hangs on, without which it would be that far away.
    """
    wishes = Wishes(examples=examples, level=level, move=move)
    with open_workspace(workspace) as opened:
        explainer = Explainer(opened, name)
        vectors = embed_rows(opened, rows, observer=observer)
        questions = [Question(texts=tuple(texts), vectors=each) for texts, each in zip(rows, vectors, strict=True)]
        explanations = []
        for done, explanation in enumerate(explainer.explain(questions, wishes), start=1):
            explanations.append(explanation)
            if len(questions) > 1:
                observer.progress("explaining", done, len(questions), "rows")
        return ExplainRowsReport(model=name, fields=opened.manifest.fields, explanations=tuple(explanations))


def explain_row(
    workspace: Path,
    split: str,
    row: int,
    *,
    name: str = "default",
    examples: int = 5,
    level: float = 0.9,
    move: float | None = None,
    observer: Observer = SILENT,  # noqa: ARG001
) -> ExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder; the options are those of others.

    :raises UsageError: for a row that the split does not have.
    """
    with open_workspace(workspace) as opened:
        which = known_split(opened, split)
        if not 0 <= row < opened.splits[which]:
            message = f"--row {split}:{row}: expected a row from 0 to {opened.splits[which] - 1}."
            raise UsageError(message)
        question = Question(
            texts=opened.row_texts(which, row),
            vectors=np.asarray(opened.embeddings(which)[row], np.float32),
            row=f"{which}:{row}",
            label=float(opened.labels(which)[row]),
            train_row=row if which == "train" else None,
        )
        return next(Explainer(opened, name).explain([question], Wishes(examples=examples, level=level, move=move)))
