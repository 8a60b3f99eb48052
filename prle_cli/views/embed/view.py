"""What ``embed`` made: the data set, the encoder and where both now are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from prle.stages.common.writing import class_names, count, fields_and_label, size, splits
from prle_cli.terminal.console import TITLE, safe
from prle_cli.views.common.cells import facts, synthetic_notice
from prle_cli.views.common.figures import duration

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.embed.interface import EmbedReport


def view(report: EmbedReport) -> RenderableType:
    """Show what was read, what it became and how long it took."""
    unit = "row" if report.table else "text"
    encoder = f"{report.encoder}, {report.width} numbers a {unit}, from the {report.encoder_source}"
    if report.precision != "fp32":
        encoder += f", computed in {report.precision}"
    distinct = f"{count(report.texts)}, of which {count(report.distinct_texts)} distinct"
    if report.table:
        distinct = f"{count(report.distinct_texts)} rows"
    pairs: list[tuple[str, RenderableType]] = [
        ("workspace", f"{report.workspace}, {size(report.size_bytes)}"),
        ("read from", report.origin),
        ("rows", splits(report.rows)),
        ("columns", fields_and_label(report.fields, report.label)),
        ("distinct" if report.table else "texts", distinct),
        ("encoder", encoder),
    ]
    if report.classes:
        pairs.insert(4, ("predicts", class_names(report.classes)))
    if report.targets:
        pairs.insert(4, ("predicts", _targets(report)))
    if report.resumed_at:
        pairs.append(("resumed", f"at {unit} {count(report.resumed_at)}, where an earlier run had stopped"))
    return Group(_headline(report), Text(), facts(pairs), *synthetic_notice(synthetic=report.synthetic))


def _targets(report: EmbedReport) -> str:
    """Return how many texts there are to find, what encoded them, and how the rows are grouped."""
    parts = [f"{count(report.targets)} distinct texts, encoded by {report.target_encoder}"]
    parts += [f"{count(report.groups)} groups"] if report.groups else []
    parts += [f"{count(report.paths)} paths"] if report.paths else []
    return "; ".join(parts)


def _headline(report: EmbedReport) -> Text:
    name = (safe(report.dataset), TITLE)
    if report.reused:
        return Text.assemble(name, " was already embedded exactly so; nothing had to be done.")
    return Text.assemble(name, f" is embedded, in {duration(report.seconds)}.")
