"""Say why inputs got their predictions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.common.query import TextVectors
from prle.stages.explain.interface import USUAL, ExplainRowsReport
from prle.stages.explain.questions import question_at, questions_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prle.stages.explain.interface import AnyExplainReport, ExplainRequest, Explains
    from prle.workspace import Workspace


@contextmanager
def explaining(
    workspace: Path, request: ExplainRequest = USUAL, *, observer: Observer = SILENT
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], ExplainRowsReport]]:
    """Give a function that explains the predictions of new rows, in their order; it loads everything once.

    Rows are as :func:`prle.stages.predict.stage.predicting` takes them.

    :raises UsageError: for a student, or what labels of this kind do not have.
    """
    with open_workspace(workspace) as opened:
        explainer = explainer_of(opened, request, observer=observer)
        vectors = TextVectors(opened, remember=request.remember, observer=observer)

        def explain(rows: Sequence[tuple[str, ...]]) -> ExplainRowsReport:
            questions = questions_of(vectors, rows)
            explanations = []
            for done, explanation in enumerate(explainer.explain(questions, request), start=1):
                explanations.append(explanation)
                if len(questions) > 1:
                    observer.progress("explaining", done, len(questions), "rows")
            return ExplainRowsReport(
                model=asked_of(opened, request), fields=opened.manifest.names, explanations=tuple(explanations)
            )

        yield explain


def explain_rows(
    workspace: Path, rows: Sequence[tuple[str, ...]], request: ExplainRequest = USUAL, *, observer: Observer = SILENT
) -> ExplainRowsReport:
    """Explain the predictions of many new rows, as :func:`explaining` does."""
    with explaining(workspace, request, observer=observer) as explain:
        return explain(rows)


def explain_texts(
    workspace: Path, texts: tuple[str, ...], request: ExplainRequest = USUAL, *, observer: Observer = SILENT
) -> AnyExplainReport:
    """Explain the prediction of one new row, as :func:`explaining` does."""
    return explain_rows(workspace, [texts], request, observer=observer).explanations[0]


def explain_row(
    workspace: Path, split: str, row: int, request: ExplainRequest = USUAL, *, observer: Observer = SILENT
) -> AnyExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder.

    :raises UsageError: for a row that the split does not have, a student, or what labels of this kind do not have.
    """
    with open_workspace(workspace) as opened:
        question = question_at(opened, split, row)
        return next(explainer_of(opened, request, observer=observer).explain([question], request))


def explainer_of(opened: Workspace, request: ExplainRequest, *, observer: Observer = SILENT) -> Explains:
    """Load what explains a model, of whatever kind it is.

    :raises UsageError: for a student, which says what its teacher says and not why, or for what labels of this kind
        do not have.
    :raises WorkspaceError: where the model is missing, stale or broken.
    """
    name = asked_of(opened, request)
    about = can.subject(opened, name)
    can.check("explain", about, request)
    ready: Explains = can.module("explain", about).explainer(opened, replace(request, name=name), observer=observer)
    return ready


def asked_of(opened: Workspace, request: ExplainRequest) -> str:
    """Return the model that is explained: the one that was named, or its teacher where that is asked for.

    :raises WorkspaceError: where the teacher has gone.
    """
    return can.teacher_for(opened, request.name) if request.teacher else request.name
