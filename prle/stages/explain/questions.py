"""What is asked: rows that somebody typed, or those of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prle.errors import UsageError
from prle.stages.common.splits import known_split

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.stages.common.query import TextVectors
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Question:
    """One input: its texts or cells, its frozen vectors (S, H), and what is known of it.

    :param label: label units, or the code of a class.
    :param train_row: its place among the training rows, if it is one.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    row: str | None = None
    label: float | None = None
    train_row: int | None = None


def question_of(workspace: Workspace, split: SplitName, row: int) -> Question:
    """Ask about a row of the workspace."""
    return Question(
        texts=workspace.row_cells(split, row),
        vectors=workspace.vectors_of(workspace.rows(split)[[row]])[0],
        row=f"{split}:{row}",
        label=float(workspace.labels(split)[row]),
        train_row=row if split == "train" else None,
    )


def questions_of(vectors: TextVectors, rows: Sequence[Sequence[str]]) -> list[Question]:
    """Return a question for each row that somebody typed.

    :raises UsageError: where a row is not what the workspace holds.
    """
    shown, found = vectors.ask(rows)
    return [Question(texts=texts, vectors=each) for texts, each in zip(shown, found, strict=True)]


def question_at(opened: Workspace, split: str, row: int) -> Question:
    """Ask about a row of the workspace that somebody named.

    :raises UsageError: for a row that the split does not have.
    """
    which = known_split(opened, split)
    if not 0 <= row < opened.splits[which]:
        message = f"--row {split}:{row}: expected a row from 0 to {opened.splits[which] - 1}."
        raise UsageError(message)
    return question_of(opened, which, row)
