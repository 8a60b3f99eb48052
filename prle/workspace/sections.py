"""Records to nodes and back: how each section of a workspace is laid out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from prle.arrays.packed_texts import PackedTexts
from prle.data.interface import SPLITS, Column, ColumnKind
from prle.encoders.record import PRECISIONS, EncoderRecord, EncoderState
from prle.errors import UsageError, WorkspaceError
from prle.workspace import layout
from prle.workspace.files.tree import (
    Branch,
    Leaf,
    branch,
    canonical,
    content,
    damaged,
    leaf,
    member_branch,
    member_leaf,
)
from prle.workspace.interface import Manifest, StoredModel, StoredSearch
from prle.workspace.vectors import vectors_branch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.workspace.contents import Contents
    from prle.workspace.files.tree import Array, Node

_STORED_KINDS = "biuf"


def json_leaf(value: object, *, made_from: str) -> Leaf:
    """Store JSON as UTF-8 bytes. NaN and the infinities are written as Python's ``json`` does."""
    return leaf(layout.JSON, np.frombuffer(canonical(value), np.uint8), made_from=made_from)


def read_json(parent: Branch, name: str) -> Any:
    """Return the JSON value in the member ``name``."""
    node = member_leaf(parent, name, layout.JSON)
    try:
        return json.loads(content(node).tobytes())
    except (ValueError, RecursionError) as error:
        raise damaged(node.where, f"expected JSON ({error})") from error


def read_object(parent: Branch, name: str) -> dict[str, Any]:
    """Return the JSON object in the member ``name``."""
    value = read_json(parent, name)
    if not isinstance(value, dict):
        raise damaged(parent.members[name].where, f"expected a JSON object, got {type(value).__name__}")
    return value


def manifest_leaf(manifest: Manifest, *, made_from: str) -> Leaf:
    """Store what the workspace says about itself."""
    value = {**vars(manifest), "fields": list(manifest.fields), "encoder": vars(manifest.encoder)}
    value["columns"] = [vars(column) for column in manifest.columns]
    value["classes"] = list(manifest.classes)
    if not manifest.classes:
        del value["classes"]
    if manifest.target_encoder is None:
        del value["target_encoder"], value["group"], value["path"]
    else:
        value["target_encoder"] = vars(manifest.target_encoder)
    return json_leaf(value, made_from=made_from)


def read_manifest(root: Branch) -> Manifest:
    """Return what the workspace says about itself.

    :raises WorkspaceError: when a field is missing or of another type.
    """
    value = read_object(root, layout.MANIFEST)
    try:
        encoder = _encoder(value["encoder"])
        fields, classes = _strings(value["fields"]), _strings(value.get("classes", []))
        if not fields or len(classes) == 1:
            raise TypeError(layout.MANIFEST)
        spoken = value.get("target_encoder")
        targets = None if spoken is None else _encoder(spoken)
        # A file need not say anything of columns, nor one without target texts of groups.
        known = _typed(
            {"columns": [], "group": "", "path": "", **value, "classes": classes, "target_encoder": None}, Manifest
        )
        columns = tuple(map(_column, known["columns"]))
        records = {"encoder": encoder, "columns": columns, "target_encoder": targets}
        return Manifest(**{**known, "fields": fields, **records})
    except (KeyError, TypeError) as error:
        raise damaged(
            root.members[layout.MANIFEST].where, f"a field is missing or of another type ({error})"
        ) from error


def _strings(value: Any) -> tuple[str, ...]:
    """Return a list of strings as a tuple."""
    if not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        raise TypeError(layout.MANIFEST)
    return tuple(value)


def _encoder(value: Any) -> EncoderRecord:
    """Return the record of an encoder; one that does not say what it computed in computed in fp32."""
    record = EncoderRecord(**_typed({"precision": "fp32", "backend": "", **value}, EncoderRecord))
    if record.precision not in PRECISIONS:
        raise TypeError(record.precision)
    return record


def _column(value: Any) -> Column:
    column = Column(**_typed(value, Column))
    if column.kind not in get_args(ColumnKind):
        raise TypeError(column.kind)
    return column


def _typed(value: Any, record: type) -> dict[str, Any]:
    """Return the fields of ``record`` in ``value``, those of simple type checked."""
    simple = {"str": str, "int": int, "bool": bool}
    found = {}
    for name, kind in record.__annotations__.items():
        found[name] = value[name]
        if kind in simple and type(value[name]) is not simple[kind]:
            raise TypeError(name)
    return found


def encoder_branch(state: EncoderState, *, made_from: str) -> Branch:
    """Store what an encoder has learnt."""
    members: dict[str, Node] = {
        layout.SETTINGS: json_leaf(dict(state.settings), made_from=made_from),
        layout.ENCODER_ARRAYS: _arrays_branch(_nested("encoder", state.arrays), made_from),
    }
    return branch(layout.FITTED_ENCODER, members, made_from=made_from)


def read_encoder(root: Branch) -> EncoderState | None:
    """Return what the encoder has learnt; None where it was not fitted on these data."""
    if layout.ENCODER_GROUP not in root.members:
        return None
    section = member_branch(root, layout.ENCODER_GROUP, layout.FITTED_ENCODER)
    arrays = member_branch(section, layout.ENCODER_ARRAYS, layout.ARRAYS)
    return EncoderState(settings=read_object(section, layout.SETTINGS), arrays=dict(_flattened(arrays)))


def targets_branch(texts: PackedTexts, vectors: NDArray[np.floating], *, source: str, made_from: str) -> Branch:
    """Store target texts and their vectors (A, T).

    :param source: what the texts came from.
    :param made_from: what the vectors were computed from.
    """
    members: dict[str, Node] = {
        layout.TEXTS: texts_branch(texts, made_from=source),
        layout.EMBEDDINGS_GROUP: vectors_branch(vectors, made_from=made_from),
    }
    return branch(layout.TARGET_TEXTS, members, made_from=made_from)


def texts_branch(texts: PackedTexts, *, made_from: str) -> Branch:
    """Store texts as bytes and offsets."""
    members = {
        layout.TEXT_BYTES: leaf(layout.ARRAY, texts.data, made_from=made_from),
        layout.TEXT_OFFSETS: leaf(layout.ARRAY, texts.offsets, made_from=made_from),
    }
    return branch(layout.PACKED_TEXTS, members, made_from=made_from)


def read_texts(root: Branch, name: str = layout.TEXTS) -> PackedTexts:
    """Return the distinct texts of the member ``name``, all of them found to be UTF-8."""
    section = member_branch(root, name, layout.PACKED_TEXTS)
    data = _array(section, layout.TEXT_BYTES, np.uint8, 1)
    offsets = _array(section, layout.TEXT_OFFSETS, np.int64, 1)
    try:
        texts = PackedTexts(data, offsets)
        texts.require_utf8()
        return texts
    except UnicodeDecodeError as error:
        raise damaged(section.where, f"a text is not UTF-8 ({error})") from error
    except ValueError as error:
        raise damaged(section.where, str(error)) from error


def splits_branch(contents: Contents) -> Branch:
    """Store the rows and labels of every split."""
    made_from = contents.source
    members: dict[str, Node] = {}
    for name, rows in contents.rows.items():
        arrays = {
            layout.ROWS: leaf(layout.ARRAY, rows, made_from=made_from),
            layout.LABELS: leaf(layout.ARRAY, contents.labels[name], made_from=made_from),
        }
        for member, marks in ((layout.GROUPS, contents.groups), (layout.PATHS, contents.paths)):
            if marks is not None:
                arrays[member] = leaf(layout.ARRAY, marks.codes[name], made_from=made_from)
        members[name] = branch(layout.SPLIT, arrays, made_from=made_from)
    return branch(layout.SPLITS, members, made_from=made_from)


def split_names(root: Branch) -> tuple[SplitName, ...]:
    """Return the splits that are there, in their usual order."""
    section = member_branch(root, layout.SPLITS_GROUP, layout.SPLITS)
    found = tuple(name for name in SPLITS if name in section.members)
    if not found:
        raise damaged(section.where, f"expected one of {', '.join(SPLITS)}, found none")
    return found


def read_split(
    root: Branch, name: SplitName, *, texts: int, fields: int, classes: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows and labels of a split whose rows are ``fields`` ids below ``texts``. *Shapes:* (N, S), (N,).

    :param classes: how many classes labels are codes of; 0 where they are numbers.
    """
    section = member_branch(member_branch(root, layout.SPLITS_GROUP, layout.SPLITS), name, layout.SPLIT)
    rows = _array(section, layout.ROWS, np.int64, 2)
    labels = _array(section, layout.LABELS, np.float64, 1)
    if rows.shape != (len(labels), fields):
        raise damaged(section.where, f"expected rows of shape {(len(labels), fields)}, got {rows.shape}")
    if rows.size and not (rows.min() >= 0 and rows.max() < texts):
        raise damaged(section.where, f"expected text ids from 0 to {texts - 1}, got {rows.min()} to {rows.max()}")
    if not np.isfinite(labels).all():
        raise damaged(section.where, "a label is not finite")
    if classes and not np.isin(labels, np.arange(classes)).all():
        raise damaged(section.where, f"a label is not the code of one of {classes} classes")
    return rows, labels


def read_marks(root: Branch, name: str, split: SplitName, *, rows: int, names: int) -> NDArray[np.int64]:
    """Return the codes of the groups or paths of a split's rows. *Shape:* (N,).

    :param name: ``groups`` or ``paths``.
    :param names: how many of them there are.
    """
    section = member_branch(member_branch(root, layout.SPLITS_GROUP, layout.SPLITS), split, layout.SPLIT)
    codes: NDArray[np.int64] = _array(section, name, np.int64, 1)
    if codes.shape != (rows,) or not np.isin(codes, np.arange(names)).all():
        raise damaged(section.where, f"expected {rows} {name} from 0 to {names - 1}")
    return codes


def model_branch(model: StoredModel, *, basis: Mapping[str, str]) -> Branch:
    """Store a model.

    :param basis: what of the workspace it was fitted on, by name, so that a stale model can say what has changed.
    :raises WorkspaceError: when an array cannot be stored.
    """
    made_from = model.made_from
    record = {"created": model.created, "basis": dict(basis)}
    members: dict[str, Node] = {
        layout.RECORD: json_leaf(record, made_from=made_from),
        layout.CONFIG: json_leaf(dict(model.config), made_from=made_from),
        layout.SUMMARY: json_leaf(dict(model.summary), made_from=made_from),
        layout.HISTORY: json_leaf([dict(epoch) for epoch in model.history], made_from=made_from),
        layout.MODEL_ARRAYS: _arrays_branch(_nested(f"model {model.name}", model.arrays), made_from),
    }
    return branch(layout.MODEL, members, made_from=made_from)


def read_model(name: str, section: Branch) -> StoredModel:
    """Return the model that ``section`` holds; older files have more in it, which is not read."""
    record = read_object(section, layout.RECORD)
    arrays = member_branch(section, layout.MODEL_ARRAYS, layout.ARRAYS)
    return StoredModel(
        name=name,
        config=read_object(section, layout.CONFIG),
        summary=read_object(section, layout.SUMMARY),
        arrays=dict(_flattened(arrays)),
        history=read_history(section),
        made_from=section.made_from,
        created=str(record.get("created", "")),
    )


def read_history(section: Branch) -> tuple[Mapping[str, Any], ...]:
    """Return one object an epoch of the model that ``section`` holds."""
    history = read_json(section, layout.HISTORY)
    if not (isinstance(history, list) and all(isinstance(epoch, dict) for epoch in history)):
        raise damaged(section.where, "expected a list of objects as its history")
    return tuple(history)


def search_leaf(search: StoredSearch) -> Leaf:
    """Store what a search has measured."""
    value = {"finished": search.finished, "runs": list(search.runs), "seed": search.seed, "trials": search.trials}
    return json_leaf(value, made_from=search.made_from)


def read_search(searches: Branch, name: str) -> StoredSearch:
    """Return what the search for the model ``name`` has measured.

    :raises WorkspaceError: when a field is missing or of another type.
    """
    value = read_object(searches, name)
    node = searches.members[name]
    kinds = {"trials": int, "seed": int, "finished": bool, "runs": list}
    for field, kind in kinds.items():
        if type(value.get(field)) is not kind:
            raise damaged(node.where, f"expected {field} as {kind.__name__}, got {value.get(field)!r}")
    fields = {field: value[field] for field in kinds}
    return StoredSearch(**{**fields, "runs": tuple(value["runs"])}, name=name, made_from=node.made_from)


def check_model_name(name: str) -> None:
    """Refuse a name that could not be a member of the file.

    :raises UsageError: when it is not one to 64 letters, digits, ``.``, ``_`` or ``-``, the first a letter or digit.
    """
    if not layout.SAFE_NAME.fullmatch(name):
        rule = "1 to 64 letters, digits, '.', '_' or '-', not beginning with '.' or '-'"
        message = f"model name: expected {rule}; got {name!r}."
        raise UsageError(message, hint="choose another name")


def _nested(owner: str, arrays: Mapping[str, Array]) -> dict[str, Any]:
    """Return arrays as dictionaries within dictionaries, one level for each part of their paths.

    :param owner: whose they are, for messages.
    """
    nested: dict[str, Any] = {}
    for path, array in arrays.items():
        *groups, last = path.split("/")
        level = nested
        for group in groups:
            level = level.setdefault(group, {})
            if not isinstance(level, dict):
                raise _unstorable(owner, path, "it lies below another array")
        if not all(layout.SAFE_NAME.fullmatch(part) for part in (*groups, last)):
            raise _unstorable(owner, path, "its path has a part that is no plain name")
        if np.asarray(array).dtype.kind not in _STORED_KINDS or last in level:
            raise _unstorable(owner, path, f"expected numbers at a path of their own, got {np.asarray(array).dtype}")
        level[last] = np.asarray(array)
    return nested


def _unstorable(owner: str, path: str, message: str) -> WorkspaceError:
    return WorkspaceError(f"{owner}, array {path!r}: {message}.")


def _arrays_branch(nested: Mapping[str, Any], made_from: str) -> Branch:
    members: dict[str, Node] = {}
    for name, value in nested.items():
        if isinstance(value, dict):
            members[name] = _arrays_branch(value, made_from)
        else:
            members[name] = leaf(layout.ARRAY, value, made_from=made_from)
    return branch(layout.ARRAYS, members, made_from=made_from)


def _flattened(section: Branch, prefix: str = "") -> Iterator[tuple[str, Array]]:
    for name, node in section.members.items():
        if isinstance(node, Branch):
            yield from _flattened(member_branch(section, name, layout.ARRAYS), f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", content(member_leaf(section, name, layout.ARRAY))


def _array(section: Branch, name: str, dtype: type[np.generic], rank: int) -> Any:
    node = member_leaf(section, name, layout.ARRAY)
    if node.array.dtype != dtype or node.array.ndim != rank:
        found = f"{node.array.dtype} with {node.array.ndim}"
        raise damaged(node.where, f"expected {np.dtype(dtype)} with {rank} dimensions, got {found}")
    return cast("Any", content(node))
