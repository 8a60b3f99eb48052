"""What ``fit`` made: how good it is, how it got there, what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.console import ACCENT, BEST, MUTED, NEGATIVE, TITLE, safe
from prle_cli.views.cells import facts, figure, table, words
from prle_cli.views.figures import count, duration, error, fixed, plural, signed, sparkline
from prle_cli.views.trials import best_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.interface import FitReport

_CURVE: Final = 40
_DECIMALS: Final = 4


def view(report: FitReport) -> RenderableType:
    """Show the validation figures beside the prior's, the curve of the epochs, the make, and the trials of a search."""
    headline = Text.assemble("Model ", (safe(report.model), TITLE), f" is fitted, in {duration(report.seconds)}.")
    trials: list[RenderableType] = [Text(), best_table(report.trials)] if report.trials else []
    return Group(headline, Text(), _figures(report), Text(), facts(_make(report)), *trials)


def _figures(report: FitReport) -> Table:
    """Set the model beside what it started from; only the Pearson correlation of the prior is known."""
    gain = report.validation_pearson - report.prior_validation_pearson
    figures = table(words("validation"), figure("Pearson"), figure("Spearman"), figure("RMSE"))
    figures.add_row(
        Text("prior, before training", style=MUTED), fixed(report.prior_validation_pearson, _DECIMALS), "", ""
    )
    figures.add_row(
        Text("model, as saved", style=TITLE),
        Text(fixed(report.validation_pearson, _DECIMALS), style=TITLE),
        fixed(report.validation_spearman, _DECIMALS),
        error(report.validation_rmse),
    )
    change = Text(signed(gain, _DECIMALS), style=BEST if gain > 0 else NEGATIVE)
    figures.add_row(Text("gained by training", style=MUTED), change, "", "")
    return figures


def _make(report: FitReport) -> list[tuple[str, RenderableType]]:
    in_use = f"{count(report.prototypes_in_use)} of {count(report.prototypes)} in use"
    schedule = "EM, geometry and experts in turn" if report.em else "everything at once"
    committee = f"; {count(report.members)} members, averaged" if report.members > 1 else ""
    return [
        ("epochs", _curve(report)),
        ("prototypes", f"{in_use}, chosen by {report.init}; {report.effective_experts:.1f} speak at a time"),
        ("router", report.router),
        ("projection", report.projection),
        ("experts", f"{report.experts}, own parts solved in closed form" if report.solved else report.experts),
        ("trained", f"{schedule}; seed {report.seed}{committee}"),
        ("size", plural(report.parameters, "parameter")),
        ("workspace", str(report.workspace)),
    ]


def _curve(report: FitReport) -> Text:
    values = [record.validation_pearson for record in report.history]
    ended = "stopped early" if report.stopped_early else "ran to the end"
    whose = ", first member" if report.members > 1 else ""
    summary = f"best {report.best_epoch} of {len(values)}, {ended}{whose}"
    return Text.assemble((sparkline(values, _CURVE), ACCENT), "  " if values else "", (summary, MUTED))
