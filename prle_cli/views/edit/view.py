"""Receipts of edits: what was done, which predictions moved, what became of error and intervals; and the log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle.metrics.numbers import FIGURES
from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, cell, prose, safe
from prle_cli.views.common.cells import WIDEST, facts, figure, table, words
from prle_cli.views.common.figures import count, duration, error, fixed, label_decimals, percent, plural, signed
from prle_cli.views.common.rows import short_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.edit.interface import Around, Edit, EditLogReport, EditReport

VALIDATION: Final = "validation_"
ARROW: Final = "\N{RIGHTWARDS ARROW}"


_PERCENT: Final = 1
"""Decimals of probabilities."""


class Kind(ABC):
    """How labels and predictions of one kind are written, and which figures are shown of them."""

    figures: tuple[str, ...]

    @abstractmethod
    def label(self, label: float | str) -> str:
        """Write a label."""

    @abstractmethod
    def said(self, value: float) -> str:
        """Write what was predicted."""

    @abstractmethod
    def moved(self, by: float) -> str:
        """Write by how much a prediction moved, with its sign."""

    @abstractmethod
    def noticeable(self, report: EditReport) -> str:
        """Write from how far on a prediction has moved, and how far it has on average."""


@final
class Numbers(Kind):
    """Label units, in as many decimals as labels have."""

    figures = ("validation_rmse", "validation_pearson")

    def __init__(self, label_range: tuple[float, float]) -> None:
        self._decimals = label_decimals(label_range)

    def label(self, label: float | str) -> str:
        """Write a number."""
        return fixed(float(label), self._decimals)

    def said(self, value: float) -> str:
        """Write a number with one digit more."""
        return fixed(value, self._decimals + 1)

    def moved(self, by: float) -> str:
        """Write a difference."""
        return signed(by, self._decimals + 1)

    def noticeable(self, report: EditReport) -> str:
        """Write label units."""
        return f"{fixed(report.noticeable, 3)} or more; on average {fixed(report.mean_move, 4)}"


@final
class Classes(Kind):
    """Names, and probabilities of the class that has gained most."""

    figures = ("validation_log_loss", "validation_accuracy")

    def label(self, label: float | str) -> str:
        """Write a name."""
        return safe(str(label))

    def said(self, value: float) -> str:
        """Write a probability."""
        return percent(value, _PERCENT)

    def moved(self, by: float) -> str:
        """Write a difference, in points of a hundred."""
        return signed(100.0 * by, _PERCENT)

    def noticeable(self, report: EditReport) -> str:
        """Write probabilities."""
        return f"{percent(report.noticeable)} or more; on average {percent(report.mean_move, 2)}"


def kind_of(report: EditReport | EditLogReport) -> Kind:
    """Return how to write what is in a report."""
    return Classes() if report.classes else Numbers(report.label_range)


def view(report: EditReport) -> RenderableType:
    """Show the receipt of one edit, or of taking it back."""
    kind = kind_of(report)
    headline = Text.assemble(("Taken back: " if report.undone else "", TITLE), _done(report.edit, kind))
    headline.append(f", for model {safe(report.model)}, in {duration(report.seconds)}.")
    own = short_row(report.fields, report.edit.texts, table=report.table)
    parts: list[RenderableType] = [headline, Text(), own, Text(), facts(_facts(report, kind))]
    if report.moves:
        parts += [Text(), _moves(report, kind)]
    return Constrain(Group(*parts), WIDEST)


def view_log(report: EditLogReport) -> RenderableType:
    """Show what was done to a model since it was fitted."""
    if not report.edits:
        return Text(f"Model {safe(report.model)} is as it was fitted: there are no edits.")
    kind = kind_of(report)
    title = FIGURES[kind.figures[0].removeprefix(VALIDATION)].title
    log = table(
        figure("#", MUTED),
        words("edit"),
        words("training row"),
        figure(title),
        figure("largest move"),
        words("at", MUTED),
    )
    for edit in report.edits:
        before, after = getattr(edit, kind.figures[0])
        log.add_row(
            str(edit.number),
            Text(_done(edit, kind).plain),
            short_row(report.fields, edit.texts, table=report.table),
            Text(f"{error(before)}\n{error(after)}"),
            kind.said(edit.largest_move),
            Text(safe(edit.at[:10])),
        )
    undo = prose(f"`prle edit undo` takes back the last one. On validation rows, {title} before and after.", MUTED)
    return Constrain(Group(log, Text(), undo), WIDEST)


def _done(edit: Edit, kind: Kind) -> Text:
    """Say what an edit did."""
    if edit.label is not None:
        before, after = map(kind.label, edit.label)
        return Text.assemble(("train:" + str(edit.row), TITLE), f" relabelled, {before} {ARROW} {after}")
    weight = "" if edit.weight is None else f", which had {percent(edit.weight, 1)} of the weight"
    return Text.assemble((f"prototype {edit.prototype}", TITLE), f" (train:{edit.row}) dropped{weight}")


def _facts(report: EditReport, kind: Kind) -> list[tuple[str, RenderableType]]:
    share = f"{count(report.moved)} of {count(report.rows)} validation predictions by {kind.noticeable(report)}"
    lines: list[tuple[str, RenderableType]] = [
        ("the row itself", _around(report.own, kind.said, kind.moved, report.own_class)),
        ("moved", share),
    ]
    if report.edit.refiled is not None and not report.undone:
        lines.insert(0, ("its examples", _refiled(report.edit.refiled)))
    for name in kind.figures:
        title = FIGURES[name.removeprefix(VALIDATION)].title
        lines.append((f"validation {title}" if name == kind.figures[0] else title, _figure(getattr(report, name))))
    lines += _intervals(report, kind)
    numbers = "; those after it have moved up by one" if report.edit.kind == "drop" and not report.undone else ""
    lines.append(("prototypes", f"{count(report.prototypes)}{numbers}"))
    left = f"{plural(report.edits, 'edit')}; `prle edit undo` takes back the last" if report.edits else "no edits"
    return [*lines, ("journal", prose(left))]


def _refiled(rows: int) -> str:
    """Say what became of the rows of a prototype."""
    if not rows:
        return "none: anchors alone vote, and this one does no more"
    return f"{count(rows)} vote on, filed under the next nearest prototypes"


def _intervals(report: EditReport, kind: Kind) -> list[tuple[str, RenderableType]]:
    """Return a line about intervals, which classes do not have."""
    if report.half_width is None:
        return [] if report.classes else [("intervals", f"none at {percent(report.level)}")]
    said = "as they were" if report.undone else "calibrated anew"
    width = _around(report.half_width, kind.said, kind.moved)
    return [("intervals", Text.assemble(f"{said}; half of a {percent(report.level)} one: ", width))]


def _figure(figures: Around) -> Text:
    return _around(figures, lambda value: fixed(value, 4), lambda by: signed(by, 4))


def _around(
    figures: Around, said: Callable[[float], str], moved: Callable[[float], str], of: str | None = None
) -> Text:
    after = (said(figures.after), MODEL)
    by = (f"  ({moved(figures.after - figures.before)})", MUTED)
    named = "" if of is None else f" {safe(of)}"
    return Text.assemble(said(figures.before), f" {ARROW} ", after, named, by)


def _moves(report: EditReport, kind: Kind) -> Table:
    named = [words("class")] if report.classes else []
    moves = table(
        figure("row", MUTED),
        words("text"),
        (words if report.classes else figure)("label"),
        *named,
        *map(figure, ("before", "after", "moved")),
        title="Validation predictions that moved farthest",
    )
    for each in report.moves:
        moves.add_row(
            str(each.row),
            short_row(report.fields, each.texts, table=report.table),
            Text(kind.label(each.label), ACCENT),
            *([] if each.class_name is None else [cell(each.class_name)]),
            kind.said(each.before),
            Text(kind.said(each.after), MODEL),
            kind.moved(each.after - each.before),
        )
    return moves
