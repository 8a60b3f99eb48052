"""Many explanations at a glance: one line each, with who decided and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import MUTED, WARNING, prose
from prle_cli.views import views_of
from prle_cli.views.common.cells import WIDEST
from prle_cli.views.common.figures import count

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.explain.interface import ExplainRequest, ExplainRowsReport

SHOWN: Final = 20
"""As many rows as the table shows; the machine formats always have all."""


def view(report: ExplainRowsReport, request: ExplainRequest | None = None) -> RenderableType:  # noqa: ARG001
    """Show the first explanations, and say how many there are."""
    if not report.explanations:
        return Text("There are no rows to explain.", MUTED)
    shown = report.explanations[:SHOWN]
    parts: list[RenderableType] = [views_of("explain", shown[0]).many(shown)]
    if any((doubt := getattr(each, "doubt", None)) is not None and doubt.unfamiliar for each in shown):
        parts += [Text(), Text("! farther from all training rows than 99 % of them from each other", WARNING)]
    hidden = len(report.explanations) - SHOWN
    if hidden > 0:
        line = f"{count(hidden)} more rows; `--format jsonl`, json or csv has all of them, and all of each."
        parts += [Text(), prose(line, MUTED)]
    return Constrain(Group(*parts), WIDEST)
