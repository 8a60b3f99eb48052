"""An estimator in a workspace: its rows as a table, its model beside them, and what scikit-learn has to know."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.data.columns import parse_number
from prle.encoders.tabular.encoder import TabularEncoder
from prle.errors import WorkspaceError
from prle.estimators.interface import InputError
from prle.estimators.material import PLACES, Material
from prle.models.labels.checkpoint import load
from prle.observer import EpochRecord
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.labels import stored_beside
from prle.workspace import open_workspace, save_model
from prle.workspace.sections import check_model_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.workspace import StoredModel, Workspace

RECORD: Final = "estimator"
"""The member of a model's summary that says what it is for scikit-learn."""

EARLIER: Final = {"voters": "none", "base": "auto"}
"""What parameters were that older files do not name."""

LARGEST_LABEL: Final = 16
"""Bytes of a number; words have no size of their own."""

ROWS: Final = "rows"
"""The arrays of a model that say which rows of ``X`` those of each split were."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """A fitted estimator as data.

    :param kind: the name of its class.
    :param parameters: for its constructor, JSON values only.
    :param labels: the classes in the words of ``y``; None for numbers. *Shape:* (T,)
    :param named: whether columns came with their names.
    """

    kind: str
    parameters: Mapping[str, Any]
    labels: NDArray[Any] | None
    named: bool
    material: Material
    checkpoint: Checkpoint


def write(path: Path, kept: Kept, *, name: str) -> None:
    """Keep an estimator as a model with its rows.

    :raises InputError: for parameters or labels that JSON has no form for.
    :raises UsageError: for a name that cannot be used.
    :raises WorkspaceError: when the file cannot be written, or is something else than a workspace.
    """
    check_model_name(name)
    record = _record(kept)
    material = kept.material
    embed(EmbedRequest(workspace=path), material.dataset(path.stem), material.encoder)
    with open_workspace(path) as opened:
        stored = stored_beside(opened, kept.checkpoint, name=name)
    rows = {f"{ROWS}/{split}": material.places[split] for split in PLACES}
    save_model(
        path,
        replace(stored, summary={**stored.summary, RECORD: record}, arrays={**stored.arrays, **rows}),
    )


def read(path: Path, *, kind: str, parameters: Sequence[str], name: str) -> Kept:
    """Return an estimator that was kept.

    :param kind: the class that it has to be of.
    :param parameters: the names of what that class takes.
    :raises WorkspaceError: where there is no such model, or it was fitted and kept by something else.
    """
    with open_workspace(path) as opened:
        stored = opened.model(name)
        record: Any = stored.summary.get(RECORD)
        found = record.get("kind") if isinstance(record, dict) else "a command"
        if found != kind:
            message = f"{path}: model {name}: expected one that {kind} saved, got one of {found}."
            raise WorkspaceError(message, hint="`prle predict` answers with any model")
        try:
            return Kept(
                kind=kind,
                parameters={parameter: {**EARLIER, **record["parameters"]}[parameter] for parameter in parameters},
                labels=_labels(record["labels"], len(opened.manifest.classes)),
                named=bool(record["named"]),
                material=_material(opened, stored, table=record["parameters"]["numeric"] is not None),
                checkpoint=replace(load(opened, name), history=tuple(EpochRecord(**each) for each in stored.history)),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            message = f"{path}: model {name}: what it was saved with does not fit together ({error})."
            raise WorkspaceError(message, hint="fit and save it again") from error


def _record(kept: Kept) -> dict[str, Any]:
    labels = kept.labels
    record = {
        "kind": kept.kind,
        "parameters": {name: _jsonable(value) for name, value in kept.parameters.items()},
        "named": kept.named,
        "labels": None if labels is None else {"values": labels.tolist(), "dtype": _dtype(labels)},
    }
    try:
        return dict(json.loads(json.dumps(record)))
    except (TypeError, ValueError) as error:
        message = f"{kept.kind}: its parameters and classes have to be plain numbers and words to be saved ({error})."
        raise InputError(message) from error


def _dtype(labels: NDArray[Any]) -> str:
    """Return the type of classes; words are as long as they are."""
    return "U" if labels.dtype.kind == "U" else labels.dtype.str


def _labels(record: dict[str, Any] | None, count: int) -> NDArray[Any] | None:
    """Return ``count`` classes in the words of ``y``, nothing where labels are numbers.

    :raises ValueError: for a type that no label has, or another number of them.
    """
    if record is None and not count:
        return None
    given = record or {"values": [], "dtype": "O"}
    dtype = np.dtype(given["dtype"])
    if dtype.itemsize > LARGEST_LABEL or np.shape(given["values"]) != (count,):
        message = f"expected {count} classes, got {len(given['values'])} of type {dtype}"
        raise ValueError(message)
    return np.array(given["values"], dtype)


def _jsonable(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return {name: _jsonable(one) for name, one in value.items()} if isinstance(value, dict) else value


def _material(opened: Workspace, stored: StoredModel, *, table: bool) -> Material:
    """Put the rows of both splits back where they were in ``X``.

    :raises ValueError: where rows, or the encoder, are not those of an estimator.
    """
    names, state = opened.manifest.names, opened.encoder_state
    places = {split: np.asarray(stored.arrays[f"{ROWS}/{split}"], np.int64) for split in PLACES}
    together = np.concatenate([places[split] for split in PLACES])
    if state is None or not np.array_equal(np.sort(together), np.arange(len(together))):
        message = "its rows are not those of an array"
        raise ValueError(message)
    values, labels = np.empty((len(together), len(names))), np.empty(len(together))
    for split, chosen in places.items():
        cells = [opened.row_cells(split, row) for row in range(len(chosen))]
        values[chosen] = [[_number(cell) for cell in row] for row in cells]
        labels[chosen] = opened.labels(split)
    return Material(
        names=names,
        values=values,
        labels=labels,
        classes=opened.manifest.classes,
        places=places,
        encoder=TabularEncoder(state),
        table=table,
    )


def _number(cell: str) -> float:
    number = parse_number(cell)
    if number is None:
        message = f"{cell!r} is no number"
        raise ValueError(message)
    return number
