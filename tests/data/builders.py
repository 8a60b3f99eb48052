"""Tables for tests, as they would come from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data.formats.records import Filling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.data.formats.records import Records


def filled(*columns: str, rows: Sequence[Sequence[str]], origin: str = "f.csv") -> Records:
    """Rows below a header on line 1."""
    filling = Filling(columns)
    for line, row in enumerate(rows, start=2):
        filling.add(line, row)
    return filling.records(origin)
