"""How many prototypes: the recommendation with its reason, the grid behind it, and what the vectors look like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.style import Style
from rich.table import Table
from rich.text import Text

from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, safe
from prle_cli.views.common.cells import ByWidth, facts, figure, synthetic_notice, table
from prle_cli.views.common.figures import count, duration, error, fixed, percent, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.models.labels.prototypes.count import CountTrial
    from prle.stages.suggest.interface import SuggestReport

_SIDE_BY_SIDE: Final = 150
"""From this width on, the counts and their coverage stand beside each other."""

_PLAIN: Final = Style()
_LEGEND: Final = (
    "● recommended   * best of the readable counts\n"
    "RMSE: of a closed-form probe, in label units. Above best: in standard errors\n"
    "of the paired difference, up to 1 is none. For 80 %: how many prototypes carry\n"
    "that much of an input's weight, the strongest first."
)


def view(report: SuggestReport) -> RenderableType:
    """Show the recommendation first, then everything it was weighed with."""
    headline = Text.assemble((safe(report.dataset), TITLE), f" on {safe(report.encoder)}, in ")
    headline.append(f"{duration(report.seconds)}.")
    return Group(
        headline,
        Text(),
        Text(safe(report.reason), TITLE),
        Text(),
        ByWidth(partial(_tables, report)),
        Text(),
        Text(_LEGEND, MUTED),
        Text(),
        facts(_dimensions(report)),
        *synthetic_notice(synthetic=report.synthetic),
    )


def _tables(report: SuggestReport, width: int) -> RenderableType:
    if width < _SIDE_BY_SIDE:
        return Group(_counts(report), Text(), _coverage(report))
    beside = Table.grid(padding=(0, 6))
    beside.add_row(_counts(report), _coverage(report))
    return beside


def _counts(report: SuggestReport) -> Table:
    """Lay out what the rule weighs, one row a count."""
    heads = ("prototypes", "RMSE ", "above best", "for 80 %", "silhouette")
    counts = table(figure("", MODEL), *map(figure, heads), title="Counts on validation rows")
    readable = [trial for trial in report.trials if trial.readable]
    best = min(readable, key=lambda trial: trial.validation_rmse, default=None)
    for trial in report.trials:
        rmse = error(trial.validation_rmse)
        counts.add_row(
            *_name(trial, report),
            Text(f"{rmse}*", BEST) if trial is best else Text(f"{rmse} "),
            fixed(0.0, 1) if trial is best else signed(trial.standard_errors, 1),
            next(fixed(record.needed, 1) for record in trial.coverage if record.temperature == report.temperature),
            fixed(trial.silhouette, 2),
            style=_PLAIN if trial.readable else MUTED,
        )
    return counts


def _coverage(report: SuggestReport) -> Table:
    """Lay out how concentrated routing is, one column a temperature."""
    temperatures = [record.temperature for record in report.trials[0].coverage]
    heads = [f"{'● ' if each == report.temperature else ''}tau {each:g}" for each in temperatures]
    title = "For 80 % of the weight, and the share of the strongest"
    coverage = table(figure("", MODEL), figure("prototypes"), *map(figure, heads), title=title)
    for trial in report.trials:
        cells = (f"{fixed(record.needed, 1)} {percent(record.top_weight):>6}" for record in trial.coverage)
        coverage.add_row(*_name(trial, report), *cells, style=_PLAIN if trial.readable else MUTED)
    return coverage


def _name(trial: CountTrial, report: SuggestReport) -> tuple[Text, Text]:
    """Return the mark and the number of a count; bold where it is the recommended one."""
    chosen = trial.count == report.recommended
    return Text("●" if chosen else "", MODEL), Text(count(trial.count), MODEL if chosen else "")


def _dimensions(report: SuggestReport) -> list[tuple[str, RenderableType]]:
    """Describe the vectors themselves, with the formula of what is less known."""
    seen = report.dimensions
    power = f"one cell a half-axis: 2^{seen.dimensions} = {count(seen.power_of_two)}"
    if seen.power_is_capped:
        power = f"2^{seen.dimensions} is beyond any data set, capped at {count(seen.power_of_two)}"
    looked = "" if report.sampled_rows == report.rows else f", {count(report.sampled_rows)} of them looked at"
    rank = f"{fixed(seen.effective_rank_raw, 1)} raw, {fixed(seen.effective_rank_centred, 1)} centred"
    return [
        ("vectors", f"{count(report.rows)} training rows of {count(report.width)} retrieval features{looked}"),
        ("effective rank", f"{rank}: (sum s)² / sum s², singular values s"),
        ("80 % of variance", f"{count(seen.dimensions)} dimensions; {power}"),
        ("sqrt N", count(seen.sqrt_rows)),
        ("", Text("These know nothing of the labels and decide nothing.", MUTED)),
    ]
