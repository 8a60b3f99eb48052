"""Say why inputs got their predictions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prle.errors import UsageError
from prle.observer import SILENT, Observer
from prle.stages.common.kinds import is_student, ranking_wanted, teacher_for
from prle.stages.common.query import TextVectors
from prle.stages.explain.classes import ClassExplainer
from prle.stages.explain.interface import LEVEL, ExplainRowsReport, Explains, Wishes
from prle.stages.explain.numbers import Explainer
from prle.stages.explain.questions import question_at, questions_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prle.stages.explain.interface import AnyExplainReport
    from prle.stages.predict.interface import TextRequest
    from prle.workspace import Workspace


@contextmanager
def explaining(
    workspace: Path,
    *,
    name: str = "default",
    examples: int = 5,
    level: float = LEVEL,
    move: float | None = None,
    class_name: str | None = None,
    remember: bool = True,
    texts_wanted: TextRequest | None = None,
    observer: Observer = SILENT,
) -> Iterator[Callable[[Sequence[tuple[str, ...]]], ExplainRowsReport]]:
    """Give a function that explains the predictions of new rows, in their order; it loads everything once.

    Rows are as :func:`prle.stages.predict.stage.predicting` takes them.

    :param examples: training rows to list, of the nearest ones and of the most influential ones.
    :param level: how often the interval should hold, between 0 and 1.
    :param move: also search for what each prediction hangs on, without which it would be that far away.
    :param class_name: of classes, the one to explain; None for the predicted one.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    :param texts_wanted: what is wanted of rankings, where labels are texts.
    """
    wishes = Wishes(examples=examples, level=level, move=move, class_name=class_name)
    with open_workspace(workspace) as opened:
        explainer = explainer_of(opened, name, texts_wanted, observer=observer)
        vectors = TextVectors(opened, remember=remember, observer=observer)

        def explain(rows: Sequence[tuple[str, ...]]) -> ExplainRowsReport:
            questions = questions_of(vectors, rows)
            explanations = []
            for done, explanation in enumerate(explainer.explain(questions, wishes), start=1):
                explanations.append(explanation)
                if len(questions) > 1:
                    observer.progress("explaining", done, len(questions), "rows")
            return ExplainRowsReport(model=name, fields=opened.manifest.names, explanations=tuple(explanations))

        yield explain


def explain_rows(
    workspace: Path,
    rows: Sequence[tuple[str, ...]],
    *,
    name: str = "default",
    examples: int = 5,
    level: float = LEVEL,
    move: float | None = None,
    class_name: str | None = None,
    remember: bool = True,
    texts_wanted: TextRequest | None = None,
    observer: Observer = SILENT,
) -> ExplainRowsReport:
    """Explain the predictions of many new rows; rows and options are those of :func:`explaining`."""
    with explaining(
        workspace,
        name=name,
        examples=examples,
        level=level,
        move=move,
        class_name=class_name,
        remember=remember,
        texts_wanted=texts_wanted,
        observer=observer,
    ) as explain:
        return explain(rows)


def explain_texts(
    workspace: Path,
    texts: tuple[str, ...],
    *,
    name: str = "default",
    examples: int = 5,
    level: float = LEVEL,
    move: float | None = None,
    class_name: str | None = None,
    remember: bool = True,
    texts_wanted: TextRequest | None = None,
    observer: Observer = SILENT,
) -> AnyExplainReport:
    """Explain the prediction of one new row; the options are those of :func:`explaining`."""
    with explaining(
        workspace,
        name=name,
        examples=examples,
        level=level,
        move=move,
        class_name=class_name,
        remember=remember,
        texts_wanted=texts_wanted,
        observer=observer,
    ) as explain:
        return explain([texts]).explanations[0]


def explain_row(
    workspace: Path,
    split: str,
    row: int,
    *,
    name: str = "default",
    examples: int = 5,
    level: float = LEVEL,
    move: float | None = None,
    class_name: str | None = None,
    texts_wanted: TextRequest | None = None,
    observer: Observer = SILENT,
) -> AnyExplainReport:
    """Explain the prediction of a row of the workspace, which needs no encoder; the options are those of others.

    :raises UsageError: for a row that the split does not have.
    """
    with open_workspace(workspace) as opened:
        question = question_at(opened, split, row)
        wishes = Wishes(examples=examples, level=level, move=move, class_name=class_name)
        return next(explainer_of(opened, name, texts_wanted, observer=observer).explain([question], wishes))


def teacher_name(workspace: Path, name: str) -> str:
    """Return the teacher of a student, or a model that is none itself: whose explanations there are.

    :raises WorkspaceError: where the teacher has gone.
    """
    with open_workspace(workspace) as opened:
        return teacher_for(opened, name)


def explainer_of(
    opened: Workspace, name: str, wanted: TextRequest | None = None, *, observer: Observer = SILENT
) -> Explains:
    """Load what explains a model: of numbers, of classes, or of texts.

    :param wanted: what is wanted of rankings, where labels are texts.
    :raises UsageError: for a student, which says what its teacher says, and not why.
    """
    if is_student(opened, name):
        teacher = teacher_for(opened, name)
        message = f"explain: {name} is a student of {teacher}: it says what that says, and not why."
        raise UsageError(message, hint=f"ask {teacher} for the reasons, as --teacher does")
    ranking = ranking_wanted(opened, wanted)
    if ranking is not None:
        from prle.stages.explain.texts import TextExplainer
        from prle.stages.predict.texts import TextAnswering

        return TextExplainer(TextAnswering(opened, name, ranking, observer=observer))
    return ClassExplainer(opened, name) if opened.manifest.classes else Explainer(opened, name)
