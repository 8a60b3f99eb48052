"""What ``prle info`` says of a workspace, in words: whoever shows it decides only how they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.metrics.promise import CARRIES, PROMISED
from prle.stages.common.writing import (
    choice_name,
    choice_shown,
    class_names,
    count,
    fields_and_label,
    fixed,
    label_decimals,
    score_name,
    size,
    splits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prle.stages.info.interface import InfoReport, ModelSummary, SearchSummary

UNFINISHED: Final = "unfinished"
"""The name of the one fact that is a warning."""

NO_MODEL: Final = "No model yet. `prle fit` makes one."

_CARRIERS: Final = {"examples": "labels of examples", "prototypes": "labels of anchors", "none": "labels of anchors"}
_OTHERWISE: Final = {
    "examples": "labels, and what differs",
    "prototypes": "labels, and what differs",
    "none": "what experts share",
}
"""Who makes predictions where labels carry them, and where they do not; by who votes."""

_KEPT: Final = {
    "examples": "a place, a label and a frozen vector of each training row; no text",
    "prototypes": "a place, a label and a frozen vector of each of its {} anchors; no text",
    "none": "a vector of each of its {} prototypes; no label and no text",
}

_MINUTES: Final = len("2026-01-31T12:00")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of a table.

    :param said: about what has this ``name``: what it is, when it was made, and what makes it stale; each a line.
    """

    name: str
    said: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table; its first two ``heads`` stand above words, the others above figures."""

    title: str
    heads: tuple[str, ...]
    entries: tuple[Entry, ...]


def headline(report: InfoReport) -> tuple[str, str]:
    """Return the file, and what is said of it as a whole."""
    return str(report.workspace), f", {size(report.size_bytes)}, format {report.format_version}"


def contents(report: InfoReport) -> Iterator[tuple[str, str]]:
    """Yield what the file holds, each fact with its name."""
    yield "data set", f"{report.dataset}, from {report.origin}"
    yield "rows", splits(report.rows)
    yield "columns", f"{fields_and_label(report.fields, report.label)} ({_labels(report)})"
    yield ("distinct", f"{count(report.texts)} rows") if report.table else ("texts", f"{count(report.texts)} distinct")
    yield "encoder", f"{report.encoder}, fingerprint {report.encoder_fingerprint[:12]}"
    computed = f", computed in {report.precision} by {report.backend}" if report.backend else ""
    yield "vectors", f"{report.width} numbers each, {report.vector_dtype}{computed}"
    yield "sections", ", ".join(f"{name} {size(length)}" for name, length in report.sections.items())
    if report.partial is not None:
        yield UNFINISHED, f"{report.partial}: an embed was interrupted; the same command goes on where it stopped"


def models(report: InfoReport) -> Listing:
    """Return the models with their validation figures."""
    score, chosen = ("accuracy", "log loss") if report.classes else ("Pearson", "RMSE")
    if report.targets:
        score, chosen = "R@1", "MRR"
    return Listing(
        title="Models, with their validation figures",
        heads=("model", "made of", "prototypes", score, chosen, "size"),
        entries=tuple(map(_model, report.models)),
    )


def beyond(report: InfoReport) -> Iterator[Listing]:
    """Yield the tables below that of the models: who carries them, what travels with them, and searches."""
    of_labels = [] if report.targets else [model for model in report.models if model.teacher is None]
    # An edit leaves out what it would have to measure anew.
    promised = [model for model in of_labels if model.promise.keys() >= set(PROMISED)]
    if promised:
        yield Listing(
            title="Who carries their predictions, on validation rows",
            heads=("model", "made by", "carried", "told", "content", "chance", "by score"),
            entries=tuple(map(_promise, promised)),
        )
    if of_labels:
        yield Listing(
            title="What of the training data travels with them",
            heads=("model", "keeps"),
            entries=tuple(Entry(name=model.name, said=_kept(model), figures=()) for model in of_labels),
        )
    if report.searches:
        yield searches(report)


def searches(report: InfoReport) -> Listing:
    """Return how far each search is, and the best that it has found."""
    first = next((search.best for search in report.searches if search.best), None)
    score, chosen = (score_name(first), choice_name(first)) if first else ("Pearson", "RMSE")
    return Listing(
        title="Searches, with their best trial",
        heads=("search", "state", "trials", "fits", score, chosen),
        entries=tuple(map(_search, report.searches)),
    )


def _labels(report: InfoReport) -> str:
    """Return what labels there are: ``0.00 to 5.00``, or the classes by name."""
    if report.classes:
        return class_names(report.classes)
    if report.targets:
        return f"{count(report.targets)} distinct texts, encoded by {report.target_encoder}"
    decimals = label_decimals(report.label_range)
    low, high = (fixed(end, decimals) for end in report.label_range)
    return f"{low} to {high}"


def _model(model: ModelSummary) -> Entry:
    # To the minute, as short as a column of a narrow terminal.
    made_at = f"{model.created[:_MINUTES].replace('T', ' ')} UTC"
    stale = () if model.stale is None else (f"stale: {model.stale}",)
    return Entry(
        name=model.name,
        said=(" · ".join(_parts(model)), made_at, *stale),
        figures=(count(model.prototypes), fixed(model.score, 4), choice_shown(model), size(model.size_bytes)),
    )


def _parts(model: ModelSummary) -> list[str]:
    """Return what a model is made of."""
    if model.teacher is not None:
        return [f"{model.projection} student of {model.teacher}", str(model.strategy)]
    if model.base is not None:
        who = {
            "examples": f"{count(model.neighbours or 0)} examples",
            "prototypes": f"{count(model.prototypes)} anchors",
        }
        routed = [] if model.router == "softmax" else [model.router]
        return [model.base, *routed, f"{who[model.voters]} vote"]
    parts = [model.router, model.projection, f"{model.experts} experts", *(["EM"] if model.em else [])]
    if model.members > 1:
        parts.append(f"{count(model.members)} members")
    return parts


def _promise(model: ModelSummary) -> Entry:
    told = model.promise
    carried = told["carried"] >= CARRIES
    return Entry(
        name=model.name,
        said=(_CARRIERS[model.voters] if carried else _OTHERWISE[model.voters],),
        figures=(
            *(f"{told[name]:z.0%}".replace("%", " %") for name in ("carried", "told")),
            *(fixed(told[name], 2) for name in ("content", "content_chance", "content_score_only")),
        ),
    )


def _kept(model: ModelSummary) -> tuple[str, ...]:
    """Say what of the training data a model keeps, wherever it goes."""
    said = (_KEPT[model.voters].format(count(model.prototypes)),)
    solved_on_rows = model.voters == "prototypes" and "kernel" in str(model.base).split("+")
    return (*said, "its kernel: frozen vectors of training rows, without their labels") if solved_on_rows else said


def _search(search: SearchSummary) -> Entry:
    best = search.best
    figures = (fixed(best.score, 4), choice_shown(best)) if best else ("", "")
    state = "its model is kept" if search.finished else "unfinished; the same command goes on"
    return Entry(
        name=search.name,
        said=("stale: measured on other embeddings" if search.stale else state,),
        figures=(count(search.trials), count(len(search.runs)), *figures),
    )
