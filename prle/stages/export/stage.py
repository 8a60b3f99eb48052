"""Write a fitted model as a file that runs without prle, with a card that says what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, get_args

from prle.errors import PrleError, unknown_name
from prle.models.exporting.card import ModelCard, as_json, as_markdown
from prle.models.exporting.files import largest_difference, run_graph, safetensors_bytes, write_files
from prle.models.exporting.operators import new_graph
from prle.observer import SILENT
from prle.package import VERSION
from prle.stages import can
from prle.stages.export.interface import ExportFormat, ExportReport
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.observer import Observer
    from prle.stages.export.exportable import Exportable
    from prle.workspace import Workspace

TOLERANCE: Final = 1e-3
"""A graph that is further off than this, in units of what it says, is wrong, not rounded."""

_LIMITS: Final = (
    "It knows what its training rows were like; far from them its figures do not hold.",
    "It reads vectors of the named encoder; with those of another one, or another version, its answers mean nothing.",
    "Contributions say what the model did. They are no causes.",
)


def export(
    workspace: Path,
    folder: Path,
    *,
    name: str = "default",
    format: str = "onnx",  # noqa: A002
    texts: bool = True,
    observer: Observer = SILENT,
) -> ExportReport:
    """Write ``model.onnx`` or ``model.safetensors``, ``model.json`` and ``MODEL_CARD.md`` into a folder.

    A graph is run on the test rows (else on those of validation) before it is written.

    :param texts: whether anchors, and texts to find, come with it word by word.
    :raises UsageError: for a format that there is not, or a model that has no form as a graph.
    :raises WorkspaceError: where the model is missing, stale or broken.
    :raises PrleError: where the graph says something else than the model, or the folder cannot be written.
    """
    if format not in get_args(ExportFormat):
        what = "--format"
        raise unknown_name(what, format, get_args(ExportFormat))
    kind: ExportFormat = "onnx" if format == "onnx" else "safetensors"
    with open_workspace(workspace) as opened:
        model: Exportable = can.module("export", can.subject(opened, name)).exportable(opened, name, observer=observer)
        card = _card(opened, name, kind, model, texts=texts)
        gap = None
        if kind == "onnx":
            data, gap = _graph(model, card)
        else:
            about = {"prle": VERSION, "config": _json(model.config), "summary": _json(model.summary)}
            data = safetensors_bytes(model.arrays, about)
    files = {f"model.{kind}": data, "model.json": as_json(card), "MODEL_CARD.md": as_markdown(card)}
    sizes = write_files(folder, files)
    if card.holds_texts:
        observer.warn("model.json carries training texts word by word; --no-texts leaves them out.")
    return ExportReport(
        workspace=workspace,
        model=name,
        dataset=card.dataset,
        synthetic=card.synthetic,
        format=kind,
        folder=folder,
        files=sizes,
        inputs=dict(card.inputs),
        outputs=dict(card.outputs),
        texts=card.holds_texts,
        anchors=len(card.anchors),
        answers=len(card.texts),
        figures={split: dict(figures) for split, figures in card.figures.items()},
        checked_rows=0 if gap is None else model.checked_rows,
        checked_split="" if gap is None else model.checked_split,
        largest_difference=gap,
        limits=card.limits,
        voters=card.voters,
    )


def _graph(model: Exportable, card: ModelCard) -> tuple[bytes, float]:
    """Return the graph of a model, and how far it is off on the rows that it was tried on.

    :raises PrleError: where that is more than rounding.
    """
    graph = new_graph()
    model.trace(graph)
    data = graph.bytes(about=f"prle model {card.model} of {card.dataset}", properties={"prle": VERSION})
    gap = largest_difference(model.expected, run_graph(data, model.fed))
    if not gap <= TOLERANCE * model.unit:
        message = f"export: expected a graph that says what the model says, got a difference of {gap:g}."
        raise PrleError(message, hint="please report it; --format safetensors has the arrays themselves")
    return data, gap


def _card(opened: Workspace, name: str, kind: ExportFormat, model: Exportable, *, texts: bool) -> ModelCard:
    manifest = opened.manifest
    graph = kind == "onnx"
    return ModelCard(
        model=name,
        format=kind,
        dataset=manifest.dataset,
        synthetic=manifest.synthetic,
        label=manifest.label,
        fields=manifest.names,
        rows={str(split): rows for split, rows in opened.splits.items()},
        target=model.target,
        classes=manifest.classes,
        encoder={**vars(manifest.encoder)},
        made_of=model.made_of,
        created=opened.created(name),
        figures={str(split): figures for split, figures in model.figures.items()},
        inputs=model.inputs if graph else {},
        outputs=model.outputs if graph else {},
        anchors=tuple(_anchor(opened, row, texts=texts) for row in model.anchors),
        holds_texts=texts and bool(model.anchors or model.texts),
        limits=(*_LIMITS, *model.limits, *(model.of_graph if graph else ())),
        prle=VERSION,
        level=model.level,
        half_widths=model.half_widths,
        covered=model.covered,
        texts=tuple(model.texts) if texts else (),
        places=model.places,
        voters=model.voters,
    )


def _anchor(opened: Workspace, row: int, *, texts: bool) -> dict[str, Any]:
    """Return the training row that a prototype stands on."""
    if not texts:
        return {"row": row}
    return {"row": row, "texts": list(opened.row_cells("train", row)), "label": opened.row_label("train", row)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
