"""The labels that a model does not believe, each with what contradicts it and what it does harm to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.common.cells import WIDEST, figure, table, words
from prle_cli.views.common.figures import count, duration, fixed, label_decimals
from prle_cli.views.common.rows import row_line, short_row

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.audit.interface import LabelsReport, Suspect

_LEGENDS: Final = {
    True: (
        "says: the vote of the other rows around the place that was found for this one out of fold. off: how far the "
        "label is from it, in robust standard deviations ({spread}). against: the voter that contradicts it most. "
        "harms: the validation row that would gain most if it did not vote, with what is predicted now and what would "
        "be. A label that is hard to predict need not be wrong: read it. `prle edit relabel ROW VALUE` changes it."
    ),
    False: (
        "says: the class that the other rows vote for around the place that was found for this one out of fold. off: "
        "one minus the probability of its label. against: the heaviest voter of another class. harms: the validation "
        "row that would gain most if it did not vote, with the probability of its class now and what would be. A label "
        "that is hard to predict need not be wrong: read it. `prle edit relabel ROW CLASS` changes it."
    ),
}
"""How to read the list, of numbers and of classes."""


def view(report: LabelsReport) -> RenderableType:
    """Show the most suspected training rows; the strongest contradiction and the worst damage of each."""
    decimals = label_decimals(report.label_range)
    headline = Text.assemble((safe(report.dataset), TITLE), " · ", (safe(report.model), MODEL))
    headline.append(f": {len(report.suspects)} of {count(report.rows)} training rows, in {duration(report.seconds)}.")
    # Names of classes may be long, and share what room is left with the texts.
    said = figure if report.target == "number" else words
    rows = table(
        figure("", MUTED),
        figure("row", MUTED),
        words("text"),
        said("label"),
        said("says"),
        figure("off"),
        title="The labels that the model believes least",
    )
    for place, suspect in enumerate(report.suspects):
        if place:
            rows.add_row()
        _add(rows, suspect, report, decimals)
    legend = _LEGENDS[report.target == "number"].format(spread=fixed(report.spread, decimals))
    return Constrain(Group(headline, Text(), rows, Text(), prose(legend, MUTED)), WIDEST)


def _add(rows: Table, suspect: Suspect, report: LabelsReport, decimals: int) -> None:
    row, off = partial(row_line, report.fields, table=report.table), 1 if report.target == "number" else 3
    edited = "*" if suspect.source_label is not None else ""
    rows.add_row(
        "",
        str(suspect.row),
        short_row(report.fields, suspect.texts, table=report.table),
        Text.assemble((edited, WARNING), (_label(suspect.label, decimals), ACCENT)),
        Text(_label(suspect.prediction, decimals), MODEL),
        Text(fixed(suspect.suspicion, off), TITLE),
    )
    for other in suspect.contradicted_by[:1]:
        rows.add_row("against", str(other.row), row(other.texts), _label(other.label, decimals), "", "")
    for harmed in suspect.damages[:1]:
        moves = f"{fixed(harmed.prediction, decimals)}\n{fixed(harmed.without, decimals)}"
        rows.add_row("harms", str(harmed.row), row(harmed.texts), _label(harmed.label, decimals), Text(moves), "")


def _label(label: float | str, decimals: int) -> str:
    """Return a number, or the name of a class."""
    return safe(label) if isinstance(label, str) else fixed(label, decimals)
