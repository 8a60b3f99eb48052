"""What tables of predictions have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from prle_cli.terminal.console import MUTED, prose
from prle_cli.views.common.figures import count

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""


def remainder(rows: int) -> list[RenderableType]:
    """Return the line that says how many of so many rows are not shown; nothing where all are."""
    hidden = rows - SHOWN
    if hidden <= 0:
        return []
    return [Text(), prose(f"{count(hidden)} more rows; `--format csv`, json or jsonl has all of them.", MUTED)]
