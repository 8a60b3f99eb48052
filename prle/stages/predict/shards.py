"""Predict Parquet shards into Parquet shards, in this process or by the workers of a cluster."""

from __future__ import annotations

import glob
import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, final

from prle.data.inputs.shards import Added, Shard, extend, finished_rows, shards_in
from prle.data.row_text import row_text
from prle.data.table import is_number
from prle.engines import LocalEngine
from prle.errors import DataError, PrleError, UsageError
from prle.observer import SILENT
from prle.stages import can
from prle.stages.predict.interface import ShardsReport, ShardsRequest
from prle.stages.predict.stage import predicting
from prle.workspace import open_workspace
from prle.workspace.files.lock import held
from prle.workspace.files.tree import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from prle.engines import Engine
    from prle.observer import Observer
    from prle.workspace import Workspace
    from prle.workspace.interface import Manifest

_LOCKED: Final = ".prle"
"""What is locked in the folder, so that two runs do not write into it at once; readers of Parquet pass over it."""


def predict_shards(
    request: ShardsRequest, *, engine: Engine | None = None, observer: Observer = SILENT
) -> ShardsReport:
    """Predict every shard that is not there yet; a run that was interrupted goes on with the next one.

    Every worker reads and writes files by itself, so the workspace and both folders have to be where all of them can
    reach them under the same name. What they hold of a shard is a block of its rows.

    :raises DataError: for a shard that cannot be read, or a row that is none, named by its file and number.
    :raises UsageError: where a shard has not the columns, or would be written over itself.
    :raises LockedError: when another process is writing into the folder.
    """
    started = time.monotonic()
    engine = engine or LocalEngine(observer=observer)
    work = Predicting(request=_anywhere(request))
    with open_workspace(request.workspace) as opened:
        can.check("predict", can.subject(opened, request.asked.name), request.asked)
        shards, label = _shards(opened, request), opened.manifest.label
        columns: tuple[str, ...] = can.module("predict", can.subject(opened)).columns(request.asked)
    with held(_made(request.folder), patience=0):
        _clear(shards)
        there = {shard: rows for shard in shards if (rows := finished_rows(shard)) is not None}
        missing = [shard for shard in shards if shard not in there]
        done, computed_rows = len(there), 0
        observer.progress("predicting", done, len(shards), "shards")
        for rows in engine.mapped(work, missing):
            done, computed_rows = done + 1, computed_rows + rows
            observer.progress("predicting", done, len(shards), "shards")
    return ShardsReport(
        workspace=request.workspace,
        model=request.asked.name,
        source=request.source,
        folder=request.folder,
        engine=engine.name,
        shards=len(shards),
        rows=sum(there.values()) + computed_rows,
        computed=len(missing),
        computed_rows=computed_rows,
        columns=columns,
        label=label,
        seconds=time.monotonic() - started,
    )


@final
@dataclass(frozen=True, kw_only=True)
class Predicting:
    """Predicts shards, as work that can be sent elsewhere: the workspace is opened where it arrives."""

    request: ShardsRequest

    @contextmanager
    def __call__(self, observer: Observer) -> Iterator[Callable[[Shard], int]]:
        """Load the model, and give the function that predicts a shard and returns how many rows it has."""
        request = self.request
        with open_workspace(request.workspace) as opened:
            manifest, kind = opened.manifest, can.module("predict", can.subject(opened))
        # Millions of texts would push everything else out of the cache, and are not asked twice.
        asked = replace(request.asked, remember=False)
        with predicting(request.workspace, asked, observer=observer) as predict:
            told: set[str] = set()

            def predicted(shard: Shard) -> int:
                def answer(first: int, cells: Mapping[str, list[str]]) -> dict[str, Added]:
                    for name in manifest.names:
                        if name not in cells and name not in told:
                            told.add(name)
                            observer.note(f"taken as unknown, since {shard.source.name} has no such column: {name}.")
                    columns: dict[str, Added] = kind.added(predict(_rows(manifest, cells, shard.source.name, first)))
                    return columns

                return extend(shard, manifest.names, answer, whole=not manifest.columns)

            yield predicted


def _shards(opened: Workspace, request: ShardsRequest) -> tuple[Shard, ...]:
    """Return what is to be read and written, each with the hash of what decides about its predictions."""
    asked = request.asked
    ranking = (asked.first, asked.pool, asked.group, asked.path)
    told = [asked.level, *map(str, ranking), _state(asked.pool) if asked.pool else None]
    model = [opened.identity, opened.seal(asked.name), *told]
    shards = []
    for source in shards_in(request.source):
        target = request.folder.absolute() / source.name
        if target.resolve() == source.resolve():
            message = f"--out {request.folder}: expected another folder than that of {source.name}."
            raise UsageError(message, hint="name a new folder")
        made_from = hashlib.sha256(canonical([*model, source.name, _state(source)])).hexdigest()
        shards.append(Shard(source=source.absolute(), target=target, made_from=made_from))
    return tuple(shards)


def _anywhere(request: ShardsRequest) -> ShardsRequest:
    """Return what names the same files from whatever folder a worker is in."""
    pool = request.asked.pool
    asked = request.asked if pool is None else replace(request.asked, pool=pool.absolute())
    return replace(request, workspace=request.workspace.absolute(), asked=asked)


def _state(file: Path) -> list[int]:
    """Return what changes when a file does, without reading it."""
    try:
        stat = file.stat()
    except OSError as error:
        message = f"{file}: cannot be read ({error.strerror or error})."
        raise DataError(message) from error
    return [stat.st_size, stat.st_mtime_ns]


def _made(folder: Path) -> Path:
    """Make the folder of the results, and return what is locked in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"--out {folder}: cannot be made ({error.strerror or error})."
        raise PrleError(message) from error
    return folder / _LOCKED


def _clear(shards: Sequence[Shard]) -> None:
    """Remove what killed writers left; nobody else can be writing while the folder is locked."""
    for shard in shards:
        for left in shard.target.parent.glob(f".{glob.escape(shard.target.name)}.*"):
            left.unlink(missing_ok=True)


def _rows(manifest: Manifest, cells: Mapping[str, list[str]], origin: str, first: int) -> list[tuple[str, ...]]:
    """Return rows as the workspace holds them: texts, or the one text that means the cells of a table.

    :param first: the number of the first row.
    :raises DataError: for an empty text, or a cell that is no number where one is expected.
    """
    for name, column in cells.items():
        known = next((each for each in manifest.columns if each.name == name), None)
        for number, cell in enumerate(column, start=first):
            if known is None and not cell.strip():
                message = f"{origin}: row {number}: expected a text in {name!r}, got an empty one."
                raise DataError(message)
            if known is not None and known.kind == "number" and not is_number(cell):
                message = f"{origin}: row {number}: expected a number in {name!r}, got {cell!r}."
                raise DataError(message, hint="leave the cell empty where the number is not known")
    rows = zip(*cells.values(), strict=True)
    if not manifest.columns:
        return list(rows)
    return [(row_text(dict(zip(cells, row, strict=True)), manifest.names),) for row in rows]
