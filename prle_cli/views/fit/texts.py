"""What ``fit`` made where labels are texts: how well it finds them, beside the raw vector and all that was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle.metrics.rankings import RANKED
from prle_cli.terminal.console import ACCENT, BEST, MUTED, NEGATIVE, TITLE, WARNING, safe
from prle_cli.views.common.cells import facts, figure, table, words
from prle_cli.views.common.figures import count, duration, fixed, plural, signed, sparkline

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.fit.interface import TextFitReport, TextTrial

_DECIMALS: Final = 4
_TRIED: Final = 8
"""As many candidates as are listed, the best first."""

_CURVE: Final = 40


def view(report: TextFitReport) -> RenderableType:
    """Show the validation figures beside those of the raw vector, the make, and the best candidates."""
    headline = Text.assemble("Model ", (safe(report.model), TITLE), f" is fitted, in {duration(report.seconds)}.")
    parts: list[RenderableType] = [headline, Text(), _figures(report), Text(), facts(_make(report))]
    if len(report.trials) > 1:
        parts += [Text(), _tried(report)]
    return Group(*parts)


def _figures(report: TextFitReport) -> Table:
    figures = table(words("validation"), *map(figure, RANKED.values()))
    figures.add_row(Text("raw vector", style=MUTED), *(fixed(report.raw[name], _DECIMALS) for name in RANKED))
    saved = [Text(fixed(report.validation[name], _DECIMALS), style=TITLE) for name in RANKED]
    figures.add_row(Text("model, as saved", style=TITLE), *saved)
    figures.add_row(
        Text("gained", style=MUTED), *(_change(report.validation[name] - report.raw[name]) for name in RANKED)
    )
    return figures


def _change(change: float) -> Text:
    return Text(signed(change, _DECIMALS), style=BEST if change > 0 else NEGATIVE if change else "")


def _make(report: TextFitReport) -> list[tuple[str, RenderableType]]:
    routing = report.routing if report.prototypes == 1 else f"{report.routing}, {plural(report.prototypes, 'cluster')}"
    pairs: list[tuple[str, RenderableType]] = [
        ("maps", f"{report.matrices}, {plural(report.parameters, 'parameter')}"),
        ("routing", routing if report.advice == report.routing else f"{routing}; by its size, {report.advice}"),
        ("ranks", f"{count(report.pool)} texts"),
        ("scores", _scores(report)),
    ]
    if report.history:
        curve = sparkline([record.score for record in report.history], _CURVE)
        best = f"best {report.best_epoch} of {len(report.history) - 1}"
        pairs.insert(0, ("epochs", Text.assemble((curve, ACCENT), "  ", (best, MUTED))))
    if report.guarded:
        pairs.append(("guard", Text("nothing beat the raw vector on validation, so that is kept", style=WARNING)))
    return [*pairs, ("workspace", str(report.workspace))]


def _scores(report: TextFitReport) -> str:
    """Say what the score of a text is made of."""
    parts = ["cosine"]
    if report.shrinkage:
        parts = [f"cosine, {fixed(report.shrinkage, 3)} of the way back to the raw vector"]
    if report.lexical:
        parts.append(f"{fixed(report.lexical, 2)} times that of words (TF-IDF)")
    return " + ".join(parts)


def _tried(report: TextFitReport) -> Table:
    """List the best candidates by MRR, by vectors alone."""
    title = f"The best of {count(len(report.trials))} candidates, by vectors alone"
    tried = table(words("maps"), words("routing"), figure("R@1"), figure("MRR"), figure("cosine"), title=title)
    for trial in sorted(report.trials, key=lambda trial: -trial.mrr)[:_TRIED]:
        chosen = (trial.matrices, trial.routing) == (report.matrices, report.routing)
        tried.add_row(
            Text(_maps(trial), style=TITLE if chosen else ""),
            _routing(trial),
            fixed(trial.recall_at_1, _DECIMALS),
            fixed(trial.mrr, _DECIMALS),
            fixed(trial.cosine, _DECIMALS),
        )
    return tried


def _maps(trial: TextTrial) -> str:
    return trial.matrices if trial.penalty is None else f"{trial.matrices}, penalty {trial.penalty:g}"


def _routing(trial: TextTrial) -> str:
    return trial.routing if trial.temperature is None else f"{trial.routing}, temperature {trial.temperature:g}"
