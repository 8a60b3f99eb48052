"""The features of the rows of a workspace, by which regimes are told apart: columns of a table, or words of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.data.columns import parse_number
from prle.explanation.distinction import categories_of, distinctions, number_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.explanation.distinction import Distinction, Feature
    from prle.workspace import Workspace

MOST: Final = 5
"""Features that a regime is known by."""


def set_apart(
    opened: Workspace, split: SplitName, regimes: NDArray[np.int64], prototypes: int
) -> tuple[tuple[Distinction, ...], ...]:
    """Return for each regime the features in which its rows of a split differ most from all of them.

    :param regimes: the prototype that dominates each row. *Shape:* (N,)
    """
    return distinctions(_features(opened, split), regimes, prototypes, MOST)


def _features(opened: Workspace, split: SplitName) -> Iterator[Feature]:
    rows = [opened.row_cells(split, row) for row in range(opened.splits[split])]
    if not opened.manifest.columns:
        yield from words_of(rows)
        return
    for column, cells in zip(opened.manifest.columns, zip(*rows, strict=True), strict=False):
        if column.kind == "number":
            parsed = (parse_number(cell) for cell in cells)
            yield number_of(column.name, np.array([np.nan if value is None else value for value in parsed]))
        else:
            yield from categories_of(column.name, cells)
