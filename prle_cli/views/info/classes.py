"""The regimes of a model of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle_cli.views.common.cells import facts, figure
from prle_cli.views.common.figures import UNKNOWN, percent
from prle_cli.views.info.regimes import TYPICAL, Columns, apart, line, picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from prle.stages.info.interface import Regime, RegimesReport

_CLASSES: Final = 2
"""Classes that a regime is shown by."""


def view(report: RegimesReport) -> RenderableType:
    """Show the classes as they are and as they are predicted, and how often that is wrong."""
    return picture(report, Columns(means=(figure("wrong"),), stands="what it stands for", cells=_cells))


def _cells(report: RegimesReport, regime: Regime) -> list[RenderableType]:
    pairs: list[tuple[str, RenderableType]] = [
        ("true", _classes(regime.label_classes)),
        ("predicted", _classes(regime.predicted_classes)),
        ("anchor", line(report, regime.anchor)),
    ]
    pairs += [("typical", line(report, row)) for row in regime.typical[:TYPICAL]]
    pairs += [("set apart", each) for each in apart(regime)]
    return [UNKNOWN if regime.error is None else percent(regime.error), facts(pairs)]


def _classes(shares: Mapping[str, float]) -> str:
    """Return the likeliest classes of some rows: ``yes 81 %, no 19 %``."""
    ranked = sorted(shares.items(), key=lambda item: -item[1])[:_CLASSES]
    return ", ".join(f"{name} {percent(share)}" for name, share in ranked if share > 0) or UNKNOWN
