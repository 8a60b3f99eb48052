"""What ``fit`` made: how good it is, how it got there, what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import ACCENT, BEST, MUTED, NEGATIVE, TITLE, safe
from prle_cli.views.common.cells import facts, figure, table, words
from prle_cli.views.common.figures import UNKNOWN, count, duration, error, fixed, percent, plural, signed, sparkline
from prle_cli.views.fit.trials import best_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.fit.interface import FitReport

_CURVE: Final = 40
_DECIMALS: Final = 4
_CLASS_HEADS: Final = {
    "accuracy": "accuracy",
    "log_loss": "log loss",
    "auc": "AUC",
    "macro_f1": "macro F1",
    "brier": "Brier",
    "calibration_error": "ECE",
}


def view(report: FitReport) -> RenderableType:
    """Show the validation figures beside the prior's, the curve of the epochs, the make, and the trials of a search."""
    headline = Text.assemble("Model ", (safe(report.model), TITLE), f" is fitted, in {duration(report.seconds)}.")
    trials: list[RenderableType] = [Text(), best_table(report.trials)] if report.trials else []
    return Group(headline, Text(), _figures(report), Text(), facts(_make(report)), *trials)


def _figures(report: FitReport) -> Table:
    """Set the model beside what it started from; of the prior only what training watches is known."""
    return _class_figures(report) if report.of_classes else _number_figures(report)


def _class_figures(report: FitReport) -> Table:
    heads = {name: figure for name, figure in _CLASS_HEADS.items() if name in report.validation}
    prior = {"accuracy": report.prior_validation_accuracy, "log_loss": report.prior_validation_log_loss}
    figures = table(words("validation"), *map(figure, heads.values()))
    if report.majority_rate is not None:
        majority = fixed(report.majority_rate, _DECIMALS)
        cells = [majority if name == "accuracy" else "" for name in heads]
        figures.add_row(Text("the most frequent class", style=MUTED), *cells)
    prior = {name: report.alone.get(name) for name in heads} if report.alone else prior
    before = [fixed(prior[name], _DECIMALS) if name in prior else "" for name in heads]
    figures.add_row(Text(_before(report), style=MUTED), *before)
    after = [Text(fixed(report.validation[name], _DECIMALS), style=TITLE if name in prior else "") for name in heads]
    figures.add_row(Text("model, as saved", style=TITLE), *after)
    changes = [_change(report.validation[name], prior[name], name) if name in prior else "" for name in heads]
    figures.add_row(Text(_gained(report), style=MUTED), *changes)
    return figures


def _before(report: FitReport) -> str:
    """Say what a model is set beside: what it began with, or what it expects before anybody votes."""
    return f"the score alone, {report.base}" if report.base else "prior, before training"


def _gained(report: FitReport) -> str:
    return "gained by the vote" if report.base else "gained by training"


def _change(after: float, before: float | None, name: str) -> Text:
    """Return how far a figure has come, in the colour of whether that is good."""
    if before is None:
        return Text(UNKNOWN)
    change = after - before
    better = change < 0 if name == "log_loss" else change > 0
    return Text(signed(change, _DECIMALS), style=BEST if better else NEGATIVE if change else "")


def _number_figures(report: FitReport) -> Table:
    alone = report.alone
    prior = alone["pearson"] if alone else report.prior_validation_pearson
    rest = [fixed(alone["spearman"], _DECIMALS), error(alone["rmse"])] if alone else ["", ""]
    figures = table(words("validation"), figure("Pearson"), figure("Spearman"), figure("RMSE"))
    figures.add_row(Text(_before(report), style=MUTED), fixed(prior, _DECIMALS), *rest)
    figures.add_row(
        Text("model, as saved", style=TITLE),
        Text(fixed(report.validation_pearson, _DECIMALS), style=TITLE),
        fixed(report.validation_spearman, _DECIMALS),
        error(report.error),
    )
    change = _change(report.score, prior, "pearson")
    figures.add_row(Text(_gained(report), style=MUTED), change, "", "")
    return figures


def _make(report: FitReport) -> list[tuple[str, RenderableType]]:
    return _of_voters(report) if report.base else _of_experts(report)


def _of_voters(report: FitReport) -> list[tuple[str, RenderableType]]:
    """Say who votes, where near is, what carries, and what it cost."""
    told, place = report.promise, report.place
    beside = f"{fixed(told['content_chance'], 2)} by chance, {fixed(told['content_score_only'], 2)} by the score alone"
    who = f"the {count(report.neighbours)} nearest examples" if report.voters == "examples" else "the anchors"
    weights = ", ".join(f"{name} {place[name]:g}" for name in ("score", "value", "content") if place[name])
    found = f"; {count(report.index_cells)} cells are looked into" if report.index_cells < report.prototypes else ""
    kept = f", which finds {percent(report.index_recall or 0.0, 1)} of them" if found else ""
    return [
        ("carried", f"{percent(told['carried'])} by labels of examples; {percent(told['told'])} told by 5 prototypes"),
        ("content", f"cosine {fixed(told['content'], 2)} to the heaviest examples; {beside}"),
        (
            "weight",
            f"80 % lies on {plural(round(told['voters_80']), 'example')}, {fixed(told['prototypes_80'], 1)} prototypes",
        ),
        ("voters", f"{who}{found}{kept}"),
        ("near", f"{report.base}: {weights}; temperature {place['temperature']:g}"),
        ("prototypes", f"{count(report.prototypes)}, chosen by {report.init}; router {report.router}"),
        *([("epochs", _curve(report))] if report.history else []),
        ("cost", f"{duration(report.cpu_seconds or 0.0)} of one processor; seed {report.seed}"),
        ("size", plural(report.parameters, "parameter")),
        ("workspace", str(report.workspace)),
    ]


def _of_experts(report: FitReport) -> list[tuple[str, RenderableType]]:
    in_use = f"{count(report.prototypes_in_use)} of {count(report.prototypes)} in use"
    schedule = "EM, geometry and experts in turn" if report.em else "everything at once"
    committee = f"; {count(report.members)} members, averaged" if report.members > 1 else ""
    return [
        ("epochs", _curve(report)),
        ("prototypes", f"{in_use}, chosen by {report.init}; {report.effective_experts:.1f} speak at a time"),
        *_pruned(report),
        ("router", report.router),
        ("projection", report.projection),
        ("experts", f"{report.experts}, own parts solved in closed form" if report.solved else report.experts),
        ("trained", f"{schedule}; seed {report.seed}{committee}"),
        ("size", plural(report.parameters, "parameter")),
        ("workspace", str(report.workspace)),
    ]


def _pruned(report: FitReport) -> list[tuple[str, RenderableType]]:
    """Say what pruning has removed, where it was asked for."""
    if report.prune_change is None:
        return []
    tolerance = "" if report.prune_tolerance is None else f", at a tolerance of {report.prune_tolerance:g}"
    moved = f"; no validation prediction moved by more than {report.prune_change:.2g}" if report.pruned else ""
    return [("pruned", f"{plural(report.pruned, 'prototype')}{tolerance}{moved}")]


def _curve(report: FitReport) -> Text:
    values = [record.score for record in report.history]
    ended = "stopped early" if report.stopped_early else "ran to the end"
    whose = ", first member" if report.members > 1 else ""
    summary = f"best {report.best_epoch} of {len(values)}, {ended}{whose}"
    return Text.assemble((sparkline(values, _CURVE), ACCENT), "  " if values else "", (summary, MUTED))
