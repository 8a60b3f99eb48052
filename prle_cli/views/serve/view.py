"""Where a model is being served, and what can be asked there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.panel import Panel
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, cell, prose, safe
from prle_cli.views.common.cells import WIDEST, facts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.serve.interface import ModelFacts, ServeReport

_NAMED: Final = 6
"""As many columns as are listed."""


def view(report: ServeReport) -> RenderableType:
    """Show the address, and how to ask."""
    model = report.model
    lines = facts(
        [
            ("playground", cell(report.address, MODEL)),
            ("programs", prose("POST /predict and /explain, GET /health")),
            ("a row", prose(_row(model))),
            ("predicts", prose(_label(model))),
        ]
    )
    title = Text(safe(f"{model.dataset} · {model.model}"))
    panel = Panel(lines, title=title, title_align="left", border_style=MUTED, padding=(0, 1))
    return Constrain(Group(panel, prose("Ctrl-C ends it.", MUTED)), WIDEST)


def _row(model: ModelFacts) -> str:
    hidden = len(model.fields) - _NAMED
    return ", ".join(model.fields[:_NAMED]) + (f" and {hidden} more" if hidden > 0 else "")


def _label(model: ModelFacts) -> str:
    if model.pool:
        return f"{model.label}, the best of {model.pool} texts"
    return f"{model.label}, one of {len(model.classes)} classes" if model.classes else f"{model.label}, a number"
