"""What a student is beside its teacher: how closely it agrees, how good it is at the task, how small and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import ACCENT, BEST, MUTED, TITLE, safe
from prle_cli.views.common.cells import ByWidth, facts, figure, table, words
from prle_cli.views.common.figures import MEASURES, UNKNOWN, count, duration, fixed, percent, plural, sparkline

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.distill.interface import DistillReport, Measured, StudentTrial

_TASK: Final = {
    "text": {"recall_at_1": "R@1", "mrr": "MRR"},
    "number": {"pearson": "Pearson", "rmse": "RMSE"},
    "class": {"accuracy": "accuracy", "log_loss": "log loss"},
}
_AGREES: Final = {
    "text": {"cosine": "cosine", "same_answer": "same answer"},
    "number": {"pearson": "agrees"},
    "class": {"same_class": "same class"},
}
_ALIKE: Final = 1.05
"""Two numbers of parameters whose ratio is below this are about the same."""
_WIDE: Final = 92
_CURVE: Final = 40


def view(report: DistillReport) -> RenderableType:
    """Show the students beside their teacher, then what the kept one is."""
    headline = Text.assemble("Student ", (safe(report.model), TITLE), " of ", (safe(report.teacher), TITLE))
    headline.append(f" is taught, in {duration(report.seconds)}.")
    return Group(headline, Text(), ByWidth(lambda width: _table(report, width)), Text(), facts(_facts(report)))


def _table(report: DistillReport, width: int) -> RenderableType:
    """Lay out all columns side by side, or what they cost below what they are worth where there is no room."""
    if width >= _WIDE:
        return _figures(report, worth=True, cost=True)
    return Group(_figures(report, worth=True, cost=False), Text(), _figures(report, worth=False, cost=True))


def _figures(report: DistillReport, *, worth: bool, cost: bool) -> Table:
    agrees, task = _AGREES[report.target], _TASK[report.target]
    heads = [*agrees.values(), "rel. error", *task.values()] if worth else []
    heads += ["parameters", "one row", "256 rows"] if cost else []
    figures = table(words("validation"), *map(figure, heads))
    figures.add_row(Text("teacher", style=MUTED), *_cells(report, report.taught, None, worth=worth, cost=cost))
    for trial in report.trials:
        chosen = trial.size == report.size
        name = Text(f"size {count(trial.size)}", style=TITLE if chosen else "")
        figures.add_row(name, *_cells(report, trial, trial, worth=worth, cost=cost), style=BEST if chosen else "")
    return figures


def _cells(
    report: DistillReport, measured: Measured, trial: StudentTrial | None, *, worth: bool, cost: bool
) -> list[str]:
    agreement = {} if trial is None else trial.agreement
    cells = []
    if worth:
        cells = [fixed(agreement[name], 4) if trial else "" for name in _AGREES[report.target]]
        cells.append(percent(agreement["relative_error"], 1) if trial else "")
        cells += [fixed(measured.task[name], 4) for name in _TASK[report.target]]
    if cost:
        cells += [count(measured.parameters), _time(measured.single_seconds), _time(measured.batch_seconds)]
    return cells


def _time(seconds: float) -> str:
    return f"{1e3 * seconds:.3f} ms" if seconds < 1 else duration(seconds)


def _facts(report: DistillReport) -> list[tuple[str, RenderableType]]:
    chosen, taught = report.chosen, report.taught
    made = [report.student, report.strategy]
    if report.student == "transformer":
        made += [plural(report.heads, "head"), plural(report.layers, "layer")]
    pairs: list[tuple[str, RenderableType]] = [
        ("student", " · ".join(made)),
        ("size", f"{report.size}, {report.reason}"),
    ]
    learned = f"{count(report.rows)} training rows"
    if report.mixtures:
        learned += f" and {count(report.mixtures)} mixtures"
    if report.importance != "uniform":
        learned += f", weighed by {report.importance}"
    pairs.append(("learned from", learned))
    if report.uncertainty:
        pairs.append(("uncertainty", f"of the encoder, by {MEASURES[report.uncertainty]}"))
    if report.group_embedding:
        pairs.append(("told the group", f"by its {report.group_embedding}"))
    for part, errors in report.errors.items():
        curve = sparkline([-error for error in errors], _CURVE)
        pairs.append((part, Text.assemble((curve, ACCENT), "  ", (f"{len(errors) - 1} epochs", MUTED))))
    smaller = _smaller(taught.parameters, chosen.parameters)
    if report.dense_parameters:
        smaller += f", {_ratio(report.dense_parameters, chosen.parameters)} fewer than a matrix for each cluster"
    pairs.append(("smaller", smaller))
    pairs.append(("faster", _faster(taught, chosen)))
    return [*pairs, ("workspace", str(report.workspace))]


def _smaller(taught: int, chosen: int) -> str:
    """Compare parameters in words; a difference of some percent is none."""
    what = "parameters than what its teacher answers with"
    if chosen > _ALIKE * taught:
        return f"{_ratio(chosen, taught)} more {what}"
    if taught > _ALIKE * chosen:
        return f"{_ratio(taught, chosen)} fewer {what}"
    return "not by more than 5 %: its teacher answers with about as many parameters"


def _faster(taught: Measured, chosen: Measured) -> str:
    ratios = [taught.single_seconds / chosen.single_seconds, taught.batch_seconds / chosen.batch_seconds]
    said = f"{ratios[0]:.1f} times for one row, {ratios[1]:.1f} times for 256 at once"
    return said if max(ratios) > 1.0 else f"{said}: the teacher's routing was already cheaper"


def _ratio(more: int, less: int) -> str:
    return f"{more / less:.1f} times" if less else UNKNOWN
