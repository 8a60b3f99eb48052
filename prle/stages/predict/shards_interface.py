"""What is reported of predicted shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from prle.engines.interface import EngineName


@dataclass(frozen=True, kw_only=True)
class ShardsReport:
    """What ``predict --out`` wrote: ``shards`` files with ``rows`` rows.

    ``computed_rows`` of them, in ``computed`` files, were predicted now; the other files were there already, computed
    from the same. ``columns`` were added to those that the rows had.
    """

    workspace: Path
    model: str
    source: Path
    folder: Path
    engine: EngineName
    shards: int
    rows: int
    computed: int
    computed_rows: int
    columns: tuple[str, ...]
    label: str
    seconds: float
