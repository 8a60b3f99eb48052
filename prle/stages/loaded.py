"""A model that is asked to explain itself, and what it is asked: loaded once, whatever it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from prle.checkpoint import restore
from prle.explanation import nearest_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.committee import Answer
    from prle.explanation import Neighbours
    from prle.targets import Target
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Question:
    """One input: its texts or cells, its vectors (1, S, H), and what is known of it.

    :param label: label units, or the code of a class.
    :param train_row: its place among the training rows, if it is one.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    row: str | None = None
    label: float | None = None
    train_row: int | None = None


@final
class LoadedModel:
    """One model and the training rows around it.

    Where terms have to add up it computes in double precision; distances to all training rows are measured in single.

    :param examples: how many of the nearest training rows are looked up.
    """

    def __init__(self, workspace: Workspace, name: str, examples: int) -> None:
        checkpoint = restore(workspace.model(name))
        self.workspace = workspace
        self.name = name
        self.labels = workspace.labels("train")
        self._examples = examples
        self._exact = checkpoint.predictor(precision=np.float64)
        self._quick = checkpoint.predictor()
        self._spacing = checkpoint.measured["neighbour_spacing"]
        self._points = self._quick.retrieval(workspace.embeddings("train"))

    @property
    def target(self) -> Target:
        """What it predicts."""
        return self._exact.target

    @property
    def anchors(self) -> NDArray[np.int64]:
        """The training row of each prototype. *Shape:* (P,)."""
        return self._exact.anchors

    def answer(self, question: Question) -> Answer:
        """Return what every prototype says, in double precision."""
        return self._exact.answer(question.vectors)

    def nearest(self, question: Question) -> Neighbours:
        """Return the training rows around an input, without itself."""
        return nearest_rows(
            self._quick.retrieval(question.vectors)[0],
            self._points,
            self._examples,
            spacing=self._spacing,
            leave_out=question.train_row,
        )
