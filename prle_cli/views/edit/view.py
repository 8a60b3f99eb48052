"""Receipts of edits: what was done, which predictions moved, what became of error and intervals; and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, prose, safe
from prle_cli.views.common.cells import WIDEST, facts, figure, table, words
from prle_cli.views.common.figures import count, duration, error, fixed, label_decimals, percent, plural, signed
from prle_cli.views.common.rows import short_row

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.edit.interface import Around, Edit, EditLogReport, EditReport

ARROW = "\N{RIGHTWARDS ARROW}"


def view(report: EditReport) -> RenderableType:
    """Show the receipt of one edit, or of taking it back."""
    decimals = label_decimals(report.label_range)
    headline = Text.assemble(("Taken back: " if report.undone else "", TITLE), _done(report.edit, decimals))
    headline.append(f", for model {safe(report.model)}, in {duration(report.seconds)}.")
    own = short_row(report.fields, report.edit.texts, table=report.table)
    parts: list[RenderableType] = [headline, Text(), own, Text(), facts(_facts(report, decimals))]
    if report.moves:
        parts += [Text(), _moves(report, decimals)]
    return Constrain(Group(*parts), WIDEST)


def view_log(report: EditLogReport) -> RenderableType:
    """Show what was done to a model since it was fitted."""
    if not report.edits:
        return Text(f"Model {safe(report.model)} is as it was fitted: there are no edits.")
    decimals = label_decimals(report.label_range)
    log = table(
        figure("#", MUTED),
        words("edit"),
        words("training row"),
        figure("RMSE"),
        figure("largest move"),
        words("at", MUTED),
    )
    for edit in report.edits:
        before, after = edit.validation_rmse
        log.add_row(
            str(edit.number),
            Text(_done(edit, decimals).plain),
            short_row(report.fields, edit.texts, table=report.table),
            Text(f"{error(before)}\n{error(after)}"),
            fixed(edit.largest_move, decimals),
            Text(safe(edit.at[:10])),
        )
    undo = prose("`prle edit undo` takes back the last one. RMSE on validation rows, before and after.", MUTED)
    return Constrain(Group(log, Text(), undo), WIDEST)


def _done(edit: Edit, decimals: int) -> Text:
    """Say what an edit did."""
    if edit.label is not None:
        before, after = (fixed(label, decimals) for label in edit.label)
        return Text.assemble(("train:" + str(edit.row), TITLE), f" relabelled, {before} {ARROW} {after}")
    weight = "" if edit.weight is None else f", which had {percent(edit.weight, 1)} of the weight"
    return Text.assemble((f"prototype {edit.prototype}", TITLE), f" (train:{edit.row}) dropped{weight}")


def _facts(report: EditReport, decimals: int) -> list[tuple[str, RenderableType]]:
    share = (
        f"{count(report.moved)} of {count(report.rows)} validation predictions by {fixed(report.noticeable, 3)} or more"
    )
    lines: list[tuple[str, RenderableType]] = [
        ("the row itself", _around(report.own, decimals + 1)),
        ("moved", f"{share}; on average {fixed(report.mean_move, 4)}"),
        ("validation RMSE", _around(report.validation_rmse, 4)),
        ("Pearson", _around(report.validation_pearson, 4)),
    ]
    if report.half_width is None:
        lines.append(("intervals", f"none at {percent(report.level)}"))
    else:
        said = "as they were" if report.undone else "calibrated anew"
        width = _around(report.half_width, decimals + 1)
        lines.append(("intervals", Text.assemble(f"{said}; half of a {percent(report.level)} one: ", width)))
    numbers = "; those after it have moved up by one" if report.edit.kind == "drop" and not report.undone else ""
    lines.append(("prototypes", f"{count(report.prototypes)}{numbers}"))
    left = f"{plural(report.edits, 'edit')}; `prle edit undo` takes back the last" if report.edits else "no edits"
    return [*lines, ("journal", prose(left))]


def _around(figures: Around, decimals: int) -> Text:
    moved = signed(figures.after - figures.before, decimals)
    after = (fixed(figures.after, decimals), MODEL)
    return Text.assemble(fixed(figures.before, decimals), f" {ARROW} ", after, (f"  ({moved})", MUTED))


def _moves(report: EditReport, decimals: int) -> Table:
    moves = table(
        figure("row", MUTED),
        words("text"),
        *map(figure, ("label", "before", "after", "moved")),
        title="Validation predictions that moved farthest",
    )
    for each in report.moves:
        moves.add_row(
            str(each.row),
            short_row(report.fields, each.texts, table=report.table),
            Text(fixed(each.label, decimals), ACCENT),
            fixed(each.before, decimals + 1),
            Text(fixed(each.after, decimals + 1), MODEL),
            signed(each.after - each.before, decimals + 1),
        )
    return moves
