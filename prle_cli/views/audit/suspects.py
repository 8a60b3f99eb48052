"""The labels that a model does not believe, each with what contradicts it and what it does harm to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, prose, safe
from prle_cli.views.common.cells import WIDEST, figure, table, told, words
from prle_cli.views.common.figures import count, duration, fixed, label_decimals
from prle_cli.views.common.rows import row_line, short_row

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.audit.interface import LabelsReport, Suspect


def view(report: LabelsReport) -> RenderableType:
    """Show the most suspected training rows; the strongest contradiction and the worst damage of each."""
    decimals = label_decimals(report.label_range)
    headline = Text.assemble((safe(report.dataset), TITLE), " · ", (safe(report.model), MODEL))
    headline.append(f": {len(report.suspects)} of {count(report.rows)} training rows, in {duration(report.seconds)}.")
    rows = table(
        words("", MUTED),
        figure("row", MUTED),
        words("text"),
        figure("label"),
        figure("says"),
        figure("off"),
        title="The labels that the model believes least",
    )
    for place, suspect in enumerate(report.suspects):
        if place:
            rows.add_row()
        _add(rows, suspect, report, decimals)
    legend = (
        "says: what experts predict that have not seen the row. off: how far the label is from it, in robust standard "
        f"deviations ({fixed(report.spread, decimals)}). against: the training row that contradicts it most. harms: "
        "the validation row that would gain most without it, with what is predicted now and what would be. "
        "A label that is hard to predict need not be wrong: read it. `prle edit relabel ROW VALUE` changes it."
    )
    return Constrain(Group(headline, Text(), rows, Text(), prose(legend, MUTED)), WIDEST)


def _add(rows: Table, suspect: Suspect, report: LabelsReport, decimals: int) -> None:
    row = partial(row_line, report.fields, table=report.table)
    rows.add_row(
        "",
        str(suspect.row),
        short_row(report.fields, suspect.texts, table=report.table),
        told(suspect.label, decimals, ACCENT, edited=suspect.source_label is not None),
        Text(fixed(suspect.prediction, decimals), MODEL),
        Text(fixed(suspect.suspicion, 1), TITLE),
    )
    for other in suspect.contradicted_by[:1]:
        rows.add_row("against", str(other.row), row(other.texts), fixed(other.label, decimals), "", "")
    for harmed in suspect.damages[:1]:
        moves = f"{fixed(harmed.prediction, decimals)}\n{fixed(harmed.without, decimals)}"
        rows.add_row("harms", str(harmed.row), row(harmed.texts), fixed(harmed.label, decimals), Text(moves), "")
