"""The reports of ``prle edit``: a receipt for each edit, and the list of all.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EditKind = Literal["drop", "relabel"]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What was done to a model, and what that did to its error on validation rows: RMSE, or log loss of classes.

    ``row`` is the training row that was relabelled, or that the dropped ``prototype`` stood on; ``weight`` the share of
    all weight that a dropped prototype had, ``refiled`` how many of its rows vote on under others, ``label`` the label
    before and after. The largest move in label units, or of a probability.
    """

    number: int
    kind: EditKind
    at: str
    row: int
    texts: tuple[str, ...]
    prototype: int | None
    weight: float | None
    label: tuple[float | str, float | str] | None
    largest_move: float
    validation_rmse: tuple[float, float] | None = None
    validation_log_loss: tuple[float, float] | None = None
    refiled: int | None = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A row whose prediction moved; of classes, the probability of ``class_name``, which has grown most."""

    row: int
    texts: tuple[str, ...]
    label: float | str
    before: float
    after: float
    class_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Around:
    """A figure before and after an edit."""

    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class EditReport:
    """The receipt of an edit, or with ``undone`` of taking it back.

    :param classes: their names; none where labels are numbers.
    :param noticeable: from how far on a prediction counts as ``moved``, label units or a probability.
    :param moved: validation rows that moved so far; ``moves`` are the farthest, ``mean_move`` is over all ``rows``.
    :param own: what is predicted for the training row of the edit; of classes, the probability of ``own_class``.
    :param half_width: of intervals of level ``level``, the mean over validation rows, calibrated anew; None where a
        model has no intervals of that level.
    :param prototypes: how many are left.
    :param edits: how many the model has now.
    """

    model: str
    fields: tuple[str, ...]
    table: bool
    label_name: str
    label_range: tuple[float, float]
    undone: bool
    edit: Edit
    rows: int
    noticeable: float
    moved: int
    mean_move: float
    moves: tuple[Moved, ...]
    own: Around
    level: float
    half_width: Around | None
    prototypes: int
    edits: int
    seconds: float
    classes: tuple[str, ...] = ()
    own_class: str | None = None
    validation_rmse: Around | None = None
    validation_pearson: Around | None = None
    validation_accuracy: Around | None = None
    validation_log_loss: Around | None = None


@dataclass(frozen=True, kw_only=True)
class EditLogReport:
    """What was done to a model since it was fitted, oldest first."""

    model: str
    fields: tuple[str, ...]
    table: bool
    label_name: str
    label_range: tuple[float, float]
    edits: tuple[Edit, ...]
    classes: tuple[str, ...] = ()
