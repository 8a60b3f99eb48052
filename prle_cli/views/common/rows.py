"""Rows as people read them: texts folded one below the other, cells of a table with the names of their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from prle_cli.terminal.console import MUTED, safe
from prle_cli.views.common.cells import ByWidth, Folded, facts
from prle_cli.views.common.figures import UNKNOWN_CELL, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_TALLEST: Final = 12
"""As many lines as the cells of one row take where it is the only one."""

_GAP: Final = 3
_WIDEST_CELL: Final = 28


@dataclass(frozen=True)
class Cells:
    """``age 39, workclass Private, ...``: broken between cells only, cut with an ellipsis after ``lines`` lines."""

    names: tuple[str, ...]
    cells: tuple[str, ...]
    lines: int = 3

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(1, options.max_width)
        found: list[list[tuple[str, str]]] = []
        room = 0
        for name, value in zip(self.names, self.cells, strict=True):
            needed = cell_len(_said(name, value)) + 2
            if needed > room and len(found) == self.lines:
                found[-1].append(("…", ""))
                break
            if needed > room:
                found.append([])
                # The mark that something is missing has to fit behind the last one.
                room = width - 1 if len(found) == self.lines else width + 1
            found[-1].append((name, value))
            room -= needed
        for line in found:
            yield _line(line, is_last=line is found[-1], width=width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        whole = sum(cell_len(_said(*pair)) + 2 for pair in zip(self.names, self.cells, strict=True)) - 2
        return Measurement(min(20, whole), whole).with_maximum(options.max_width)


def short_row(names: Sequence[str], texts: tuple[str, ...], *, table: bool) -> RenderableType:
    """Return a row among others."""
    return Cells(tuple(names), texts) if table else Folded(texts)


def row_line(names: Sequence[str], texts: tuple[str, ...], *, table: bool) -> RenderableType:
    """Return a row in as little room as it can be recognised in: one line, of a pair two."""
    return Cells(tuple(names), texts, lines=1) if table else Folded(texts, lines=1)


def whole_row(names: Sequence[str], texts: tuple[str, ...], *, table: bool) -> RenderableType:
    """Return a row that stands alone, with the names of its columns."""
    if table:
        return ByWidth(lambda width: _grid(names, texts, width))
    known = names if len(names) == len(texts) else ("text",) * len(texts)
    return facts((safe(name), Folded((text,), lines=4)) for name, text in zip(known, texts, strict=True))


def _said(name: str, value: str) -> str:
    return f"{safe(name)} {safe(value) or UNKNOWN_CELL}"


def _line(pairs: Sequence[tuple[str, str]], *, is_last: bool, width: int) -> Text:
    """Return one line of cells; a comma ends it where another follows."""
    line = Text(overflow="ellipsis", no_wrap=True)
    for position, (name, value) in enumerate(pairs):
        line.append(", " if position else "")
        line.append(safe(name), MUTED)
        line.append(f" {safe(value) or UNKNOWN_CELL}" if name != "…" else "")
    line.append("" if is_last else ",")
    line.truncate(width, overflow="ellipsis")
    return line


def _grid(names: Sequence[str], cells: Sequence[str], width: int) -> RenderableType:
    """Set names and cells out in as many pairs of columns as there is room for, read from top to bottom."""
    pairs = [(safe(name), safe(value) or UNKNOWN_CELL) for name, value in zip(names, cells, strict=True)]
    longest = max(cell_len(name) for name, _ in pairs)
    block = longest + 2 + min(_WIDEST_CELL, max(cell_len(value) for _, value in pairs)) + _GAP
    across = max(1, (width + _GAP) // block)
    tall = min(_TALLEST, -(-len(pairs) // across))
    shown = pairs[: tall * across]
    grid = Table.grid(padding=(0, _GAP))
    for row in range(tall):
        grid.add_row(
            *(_cell(*shown[place], longest, block - _GAP) for place in range(row, len(shown), tall)),
        )
    hidden = len(pairs) - len(shown)
    return Group(grid, Text(f"and {plural(hidden, 'column')} more", MUTED)) if hidden else grid


def _cell(name: str, value: str, longest: int, width: int) -> Text:
    text = Text.assemble((set_cell_size(name, longest), MUTED), f"  {value}", overflow="ellipsis", no_wrap=True)
    text.truncate(width, overflow="ellipsis")
    return text
