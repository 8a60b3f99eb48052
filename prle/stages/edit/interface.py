"""The reports of ``prle edit``: a receipt for each edit, and the list of all.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EditKind = Literal["drop", "relabel"]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What was done to a model, and what that did to its validation error.

    ``row`` is the training row that was relabelled, or that the dropped ``prototype`` stood on; ``weight`` the share of
    all weight that a dropped prototype had, ``label`` the label before and after. Errors in label units.
    """

    number: int
    kind: EditKind
    at: str
    row: int
    texts: tuple[str, ...]
    prototype: int | None
    weight: float | None
    label: tuple[float, float] | None
    validation_rmse: tuple[float, float]
    largest_move: float


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A row whose prediction moved."""

    row: int
    texts: tuple[str, ...]
    label: float
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Around:
    """A figure before and after an edit."""

    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class EditReport:
    """The receipt of an edit, or with ``undone`` of taking it back.

    :param noticeable: from how far on a prediction counts as ``moved``, label units.
    :param moved: validation rows that moved so far; ``moves`` are the farthest, ``mean_move`` is over all ``rows``.
    :param own: what is predicted for the training row of the edit.
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
    validation_rmse: Around
    validation_pearson: Around
    level: float
    half_width: Around | None
    prototypes: int
    edits: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class EditLogReport:
    """What was done to a model since it was fitted, oldest first."""

    model: str
    fields: tuple[str, ...]
    table: bool
    label_name: str
    label_range: tuple[float, float]
    edits: tuple[Edit, ...]
