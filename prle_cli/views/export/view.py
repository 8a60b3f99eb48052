"""Where an exported model was written, what goes in and comes out, and how closely it was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import BEST, MODEL, TITLE, WARNING, safe
from prle_cli.views.common.cells import facts, figure, synthetic_notice, table, words
from prle_cli.views.common.figures import count, fixed, size

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.export.interface import ExportReport

_NAMES = {"r2": "R²", "recall_at_1": "R@1", "recall_at_10": "R@10", "mrr": "MRR", "rmse": "RMSE", "auc": "AUC"}


def view(report: ExportReport) -> RenderableType:
    """Show the files first, then what the graph reads and says, then the figures of its card."""
    headline = Text.assemble("Model ", (safe(report.model), TITLE), f" of {safe(report.dataset)} is written to ")
    headline.append(safe(str(report.folder)), TITLE)
    headline.append(".")
    pairs: list[tuple[str, RenderableType]] = [(name, size(length)) for name, length in report.files.items()]
    if report.largest_difference is not None:
        compared = f"{count(report.checked_rows)} {report.checked_split} rows, largest difference "
        pairs.append(("compared", Text.assemble(compared, (f"{report.largest_difference:.1e}", BEST))))
    pairs.append(("training texts", _carried(report)))
    if report.voters:
        pairs.append(("training rows", Text(f"labels and vectors of {count(report.voters)}, which vote", WARNING)))
    parts: list[RenderableType] = [headline, Text(), facts(pairs)]
    if report.outputs:
        parts += [Text(), _ports(report)]
    return Group(*parts, Text(), _figures(report), *synthetic_notice(synthetic=report.synthetic))


def _carried(report: ExportReport) -> RenderableType:
    """Say which texts of others go with it."""
    if not report.texts:
        return "left out" if report.anchors else "none"
    kinds = [(report.anchors, "anchors"), (report.answers, "texts to find")]
    named = " and ".join(f"{count(number)} {kind}" for number, kind in kinds if number)
    return Text(f"of {named}, word by word in model.json", WARNING)


def _ports(report: ExportReport) -> Table:
    """List what the graph reads and says."""
    ports = table(words(""), words("name", MODEL), words("meaning"))
    for side, named in (("reads", report.inputs), ("says", report.outputs)):
        for name, meaning in named.items():
            ports.add_row(side, safe(name), safe(meaning))
            side = ""
    return ports


def _figures(report: ExportReport) -> Table:
    names = list(next(iter(report.figures.values()), {}))
    figures = table(words(""), *(figure(_NAMES.get(name, name.replace("_", " "))) for name in names))
    for split, measured in report.figures.items():
        figures.add_row(split, *(fixed(measured[name], 4) for name in names))
    return figures
