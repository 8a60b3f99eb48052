"""The regimes of a model of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from prle_cli.views.common.cells import figure
from prle_cli.views.common.figures import error, fixed, label_decimals
from prle_cli.views.info.regimes import TYPICAL, Columns, apart, line, picture

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.info.interface import Regime, RegimesReport


def view(report: RegimesReport) -> RenderableType:
    """Show mean predictions beside mean labels, and the RMSE."""
    means = (figure("predicted"), figure("true"), figure("RMSE"))
    return picture(report, Columns(means=means, stands="anchor, then typical rows", cells=_cells))


def _cells(report: RegimesReport, regime: Regime) -> list[RenderableType]:
    decimals = label_decimals(report.label_range)
    rows = [regime.anchor, *regime.typical[:TYPICAL]]
    known_by = Group(*(line(report, row) for row in rows), *apart(regime))
    return [fixed(regime.prediction, decimals), fixed(regime.label, decimals), error(regime.error), known_by]
