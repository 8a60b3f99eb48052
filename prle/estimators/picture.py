"""How the parts of predictions look in a notebook and in plain text: a small table for each row."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADS: Final = ("prototype", "training row", "label", "weight", "says", "contributes")

_STYLE: Final = """
.prle-parts { font-variant-numeric: tabular-nums; max-width: 44em; }
.prle-parts table { border-collapse: collapse; margin: 0 0 1em; width: 100%; color: inherit; background: none; }
.prle-parts caption { text-align: left; padding: 0.2em 0; font-weight: 600; color: inherit; }
.prle-parts th, .prle-parts td { text-align: right; padding: 0.15em 0.7em; color: inherit; background: none; }
.prle-parts th { font-weight: 400; opacity: 0.7; border-bottom: 1px solid currentColor; }
.prle-parts td.weight { min-width: 9em; }
.prle-parts td.weight svg { margin-right: 0.6em; }
.prle-parts tr.rest td { opacity: 0.7; }
.prle-parts tr.total td { border-top: 1px solid currentColor; font-weight: 600; }
.prle-parts p { opacity: 0.7; margin: 0; }
"""
"""Nothing has a colour of its own, so that it fits the light and the dark theme of whatever shows it."""

_BAR: Final = (
    '<svg width="72" height="8" aria-hidden="true"><rect width="100%" height="8" fill="currentColor" opacity="0.15"/>'
    '<rect width="{:.1%}" height="8" fill="currentColor" opacity="0.7"/></svg>'
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one prototype adds, in words; ``anchor`` and ``label`` are those of its training row."""

    prototype: str
    anchor: str
    label: str
    weight: float
    says: str
    contributes: str


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """One prediction and its largest parts.

    :param title: which row it is, and what is predicted.
    :param others: how many parts are not shown, 0 for none.
    :param rest: the weight of those, and what they add together.
    :param total: what all parts add up to, in the digits of the lines.
    :param space: what it is that adds up: label units, probabilities or logits.
    """

    title: str
    lines: tuple[Line, ...]
    others: int
    rest: tuple[float, str]
    total: str
    space: str

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, heads first and the total last."""
        shown = [
            (line.prototype, line.anchor, line.label, f"{line.weight:.3f}", line.says, line.contributes)
            for line in self.lines
        ]
        if self.others:
            shown.append((_counted(self.others, "other"), "", "", f"{self.rest[0]:.3f}", "", self.rest[1]))
        return [_HEADS, *shown, ("", "", "", "", self.space, self.total)]


def as_text(portraits: Sequence[Portrait], more: int) -> str:
    """Return tables for a terminal; ``more`` is how many rows are not shown."""
    blocks = []
    for portrait in portraits:
        cells = portrait.cells
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
        blocks.append("\n".join((portrait.title, *(f"  {line}" for line in lines))))
    if more:
        blocks.append(_further(more))
    return "\n\n".join(blocks)


def as_html(portraits: Sequence[Portrait], more: int) -> str:
    """Return tables for a notebook: everything escaped, nothing loaded; ``more`` is how many rows are not shown."""
    tables = "".join(_table(portrait) for portrait in portraits)
    ending = f"<p>{_further(more)}</p>" if more else ""
    return f'<div class="prle-parts"><style>{_STYLE}</style>{tables}{ending}</div>'


def _table(portrait: Portrait) -> str:
    heads, *body, total = portrait.cells
    lines = len(portrait.lines)
    rows = [_row(cells, "part", line.weight) for cells, line in zip(body[:lines], portrait.lines, strict=True)]
    rows += [_row(cells, "rest", portrait.rest[0]) for cells in body[lines:]]
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f"<table><caption>{escape(portrait.title)}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{''.join(rows)}{_row(total, 'total')}</tbody></table>"
    )


def _row(cells: Sequence[str], kind: str, weight: float | None = None) -> str:
    bar = "" if weight is None else _BAR.format(weight)
    written = [f"<td><bdi>{escape(cell)}</bdi></td>" for cell in cells]
    written[_HEADS.index("weight")] = f'<td class="weight">{bar}{escape(cells[_HEADS.index("weight")])}</td>'
    return f'<tr class="{kind}">{"".join(written)}</tr>'


def _further(count: int) -> str:
    return f"and {_counted(count, 'more row')}; index the explanation to see one"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
