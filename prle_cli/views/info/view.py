"""A workspace at a glance: the data, the encoder, and the models with what has gone stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.common.cells import (
    class_names,
    facts,
    fields_and_label,
    figure,
    splits,
    synthetic_notice,
    table,
    words,
)
from prle_cli.views.common.figures import choice_shown, count, fixed, label_decimals, size
from prle_cli.views.fit.trials import searches_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.info.interface import InfoReport, ModelSummary

_MINUTES: Final = len("2026-01-31T12:00")


def view(report: InfoReport) -> RenderableType:
    """Show what the file holds and what can be done with it."""
    headline = Text.assemble((safe(str(report.workspace)), TITLE), f", {size(report.size_bytes)}, format ")
    headline.append(safe(report.format_version))
    searches: list[RenderableType] = [Text(), searches_table(report.searches)] if report.searches else []
    return Group(
        headline,
        Text(),
        facts(_contents(report)),
        *synthetic_notice(synthetic=report.synthetic),
        Text(),
        _models(report) if report.models else prose("No model yet. `prle fit` makes one."),
        *searches,
    )


def _contents(report: InfoReport) -> list[tuple[str, RenderableType]]:
    pairs: list[tuple[str, RenderableType]] = [
        ("data set", f"{report.dataset}, from {report.origin}"),
        ("rows", splits(report.rows)),
        ("columns", f"{fields_and_label(report.fields, report.label)} ({_labels(report)})"),
        ("distinct", f"{count(report.texts)} rows") if report.table else ("texts", f"{count(report.texts)} distinct"),
        ("encoder", f"{report.encoder}, fingerprint {report.encoder_fingerprint[:12]}"),
        ("vectors", f"{report.width} numbers each, {report.vector_dtype}{_computed(report)}"),
        ("sections", ", ".join(f"{name} {size(length)}" for name, length in report.sections.items())),
    ]
    if report.partial is not None:
        unfinished = f"{report.partial}: an embed was interrupted; the same command goes on where it stopped"
        pairs.append(("unfinished", Text(safe(unfinished), style=WARNING)))
    return pairs


def _computed(report: InfoReport) -> str:
    return f", computed in {report.precision} by {report.backend}" if report.backend else ""


def _labels(report: InfoReport) -> str:
    """Return what labels there are: ``0.00 to 5.00``, or the classes by name."""
    if report.classes:
        return class_names(report.classes)
    if report.targets:
        return f"{count(report.targets)} distinct texts, encoded by {report.target_encoder}"
    decimals = label_decimals(report.label_range)
    low, high = (fixed(end, decimals) for end in report.label_range)
    return f"{low} to {high}"


def _models(report: InfoReport) -> Table:
    score, chosen = ("accuracy", "log loss") if report.classes else ("Pearson", "RMSE")
    if report.targets:
        score, chosen = "R@1", "MRR"
    columns = (figure("prototypes"), figure(score), figure(chosen), figure("size"))
    models = table(words("model"), words("made of"), *columns, title="Models, with their validation figures")
    for model in report.models:
        models.add_row(
            Text(safe(model.name), style=MODEL),
            _make(model),
            count(model.prototypes),
            fixed(model.score, 4),
            choice_shown(model),
            size(model.size_bytes),
        )
    return models


def _make(model: ModelSummary) -> Text:
    if model.teacher is not None:
        parts = [f"{model.projection} student of {model.teacher}", str(model.strategy)]
    else:
        parts = _parts(model)
    make = Text.assemble(safe(" · ".join(parts)), "\n", (safe(_moment(model.created)), MUTED))
    if model.stale is not None:
        make.append(f"\nstale: {safe(model.stale)}", style=WARNING)
    return make


def _parts(model: ModelSummary) -> list[str]:
    """Return what a fitted model is made of."""
    parts = [model.router, model.projection, f"{model.experts} experts", *(["EM"] if model.em else [])]
    if model.members > 1:
        parts.append(f"{count(model.members)} members")
    return parts


def _moment(created: str) -> str:
    """Return a time of ISO 8601 in UTC to the minute, as short as a column of a narrow terminal."""
    return f"{created[:_MINUTES].replace('T', ' ')} UTC"
