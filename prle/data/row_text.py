"""A row of a table as one text and back: a JSON object of its cells, in the order of the columns.

So a row is stored, counted, compared and cut like any other text, and keeps its cells as they came.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROW: Final = "{row}"
"""The name of the one field of a table, which no header is likely to use."""


def row_text(cells: Mapping[str, str], columns: Sequence[str]) -> str:
    """Return the one text that means these cells; a column without a cell is an empty one."""
    stripped = {name: cells.get(name, "").strip() for name in columns}
    return json.dumps(stripped, ensure_ascii=False, separators=(",", ":"))


def row_cells(text: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a row in the order of ``columns``.

    :raises DataError: for a text that is no such row.
    """
    try:
        cells = json.loads(text)
        return tuple(str(cells[name]) for name in columns)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"expected a row of {', '.join(columns)} as a JSON object, got {text[:40]!r}."
        raise DataError(message) from error


def number_cell(number: float) -> str:
    """Return a finite number as short as it can be written so that it reads back exactly, an empty cell for NaN."""
    if math.isnan(number):
        return ""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
