"""Embed: every distinct text, or row of a table, of a data set through the encoder once, into the workspace."""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.data.label_words import as_words
from prle.encoders.converted.store import check_against_exact, keep_converted
from prle.encoders.tabular.encoder import TabularEncoder
from prle.engines import LocalEngine
from prle.errors import PrleError, UsageError
from prle.observer import SILENT
from prle.stages.embed.interface import EmbedReport, EmbedRequest
from prle.workspace.clock import timestamp
from prle.workspace.contents import contents_of, identity_of
from prle.workspace.files.partial import Job, discard_partial, partial_vectors
from prle.workspace.files.tree import canonical
from prle.workspace.interface import Manifest
from prle.workspace.opened import open_workspace
from prle.workspace.store import TargetVectors, save_embeddings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.arrays.packed_texts import PackedTexts
    from prle.data.interface import Dataset
    from prle.encoders.interface import Encoder, EncoderState
    from prle.engines import Engine
    from prle.observer import Observer
    from prle.workspace.contents import Contents
    from prle.workspace.files.partial import PartialVectors
    from prle.workspace.opened import Workspace

_USUAL: Final = ("fp32", "torch", "numpy")
"""What vectors are computed in and by unless somebody says otherwise."""


def embed(
    request: EmbedRequest,
    dataset: Dataset,
    encoder: Encoder,
    *,
    target_encoder: Encoder | None = None,
    engine: Engine | None = None,
    observer: Observer = SILENT,
) -> EmbedReport:
    """Give the workspace the texts, rows and labels of ``dataset`` and a vector for each distinct text.

    Does nothing where the workspace holds exactly that, encodes nothing where it holds the vectors, and goes on where
    an interrupted run of the same job stopped. Models in the workspace stay; they are stale once something changed.
    An encoder that was used leaves a converted form of itself in the user's cache, which answers later.

    :param target_encoder: what target texts are encoded with, where labels are texts; else the encoder of the rows.
    :param engine: where texts are encoded; in this process when not given.
    :raises DataError: when the data set cannot be stored.
    :raises UsageError: when target texts are to be encoded by what encodes rows of a table.
    :raises LockedError: when another process is embedding into this workspace.
    :raises WorkspaceError: when what is there is no workspace, or it cannot be written.
    :raises PrleError: when the encoder gives vectors of another width, or numbers that are not finite.
    """
    started = time.monotonic()
    contents = contents_of(dataset)
    rows = _rows_part(dataset, contents, encoder, request.dtype)
    targets = _targets_part(dataset, contents, target_encoder or encoder, request.dtype)
    manifest = _manifest(dataset, encoder, None if targets is None else targets.encoder)
    outcome = _made(request, contents, manifest, rows, targets, engine or LocalEngine(), observer)
    if outcome.reused:
        observer.note(f"{request.workspace} already holds exactly this; nothing to do")
    return _report(request.workspace, contents, manifest, outcome, seconds=time.monotonic() - started)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Texts that one encoder turns into vectors.

    :param spoken: the texts as the encoder gets them.
    :param where: says where the text with that number comes from.
    """

    texts: PackedTexts
    encoder: Encoder
    job: Job
    unit: str
    where: Callable[[int], str]
    spoken: Callable[[Sequence[str]], Sequence[str]] = lambda texts: texts
    of_targets: bool = False


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """``reused``: nothing was written. ``resumed_at``: texts whose vectors were there already."""

    reused: bool
    resumed_at: int


def _rows_part(dataset: Dataset, contents: Contents, encoder: Encoder, dtype: str) -> _Part:
    job = _job(contents.texts, contents.texts_identity, encoder, dtype)
    unit = "rows" if dataset.columns else "texts"
    return _Part(texts=contents.texts, encoder=encoder, job=job, unit=unit, where=contents.locate)


def _targets_part(dataset: Dataset, contents: Contents, encoder: Encoder, dtype: str) -> _Part | None:
    """Return the target texts as something to be encoded; None where labels are no texts."""
    if contents.targets is None:
        return None
    if encoder.record.kind == "tabular":
        message = f"{dataset.label}: expected an encoder of texts for what is predicted, got {encoder.record.name}."
        raise UsageError(message, hint="name one with --encoder")
    return _Part(
        texts=contents.targets,
        encoder=encoder,
        job=_job(contents.targets, f"spoken {identity_of(contents.targets)}", encoder, dtype),
        unit="targets",
        where=lambda code: f"{dataset.label}, text {code}",
        spoken=lambda texts: [as_words(text) for text in texts],
        of_targets=True,
    )


def _state(encoder: Encoder) -> EncoderState | None:
    """Return what has to be kept of the encoder, where it was fitted and cannot be found again by its name."""
    return encoder.state if isinstance(encoder, TabularEncoder) else None


def _made(
    request: EmbedRequest,
    contents: Contents,
    manifest: Manifest,
    rows: _Part,
    targets: _Part | None,
    engine: Engine,
    observer: Observer,
) -> _Outcome:
    """Make the workspace hold everything, with as little work as what it holds already allows."""
    path, parts = request.workspace, [part for part in (rows, targets) if part is not None]
    # A file that is no workspace is refused here, before the encoder works for an hour.
    vectors, complete = _known(path, contents, manifest, parts)
    if complete:
        for part in parts:
            discard_partial(path, part.job, of_targets=part.of_targets)
        return _Outcome(reused=True, resumed_at=len(contents.texts))
    resumed_at = len(contents.texts) if rows.unit in vectors else 0
    missing = [part for part in parts if part.unit not in vectors]
    for part in missing:
        engine.prepare(part.encoder)
    with ExitStack() as stack:
        for part in missing:
            entered = partial_vectors(path, part.job, of_targets=part.of_targets, observer=observer)
            partial = stack.enter_context(entered)
            resumed_at = resumed_at if part.of_targets else partial.mark
            _encode(partial, part, engine, block=request.block, observer=observer)
            vectors[part.unit] = partial.whole()
        save_embeddings(
            path,
            contents=contents,
            manifest=manifest,
            vectors=vectors[rows.unit],
            made_from=rows.job.identity,
            encoder=_state(rows.encoder),
            targets=None
            if targets is None
            else TargetVectors(vectors=vectors[targets.unit], made_from=targets.job.identity),
        )
    for part in missing:
        check_against_exact(part.encoder, part.texts, observer=observer)
        keep_converted(part.encoder, part.texts, observer=observer)
    return _Outcome(reused=False, resumed_at=resumed_at)


def _known(
    path: Path, contents: Contents, manifest: Manifest, parts: Sequence[_Part]
) -> tuple[dict[str, NDArray[np.floating]], bool]:
    """Return the vectors that the workspace holds of these parts, and whether it holds everything as it would be."""
    if not os.path.lexists(path):
        return {}, False
    with open_workspace(path) as workspace:
        known: dict[str, NDArray[np.floating]] = {}
        for part in parts:
            made_from = workspace.targets_made_from if part.of_targets else workspace.vectors_made_from
            if made_from == part.job.identity:
                known[part.unit] = workspace.target_vectors if part.of_targets else workspace.vectors
        return known, len(known) == len(parts) and _holds(workspace, contents, manifest)


def _holds(workspace: Workspace, contents: Contents, manifest: Manifest) -> bool:
    """Tell whether writing would change anything but where the data and the encoder were found, and when."""
    old = workspace.manifest
    same_names = _named(old) == _named(manifest)
    return same_names and workspace.source == contents.source


def _named(manifest: Manifest) -> tuple[object, ...]:
    """Return what somebody called the data and their columns."""
    columns = (manifest.fields, manifest.columns, manifest.label, manifest.group, manifest.path)
    return (manifest.dataset, manifest.synthetic, *columns)


def _encode(partial: PartialVectors, part: _Part, engine: Engine, *, block: int, observer: Observer) -> None:
    """Compute what is missing; each part is written while the next one is computed."""
    total, done = len(part.texts), partial.mark
    observer.progress("encoding", done, total, part.unit)
    if done == total:
        return
    missing = part.spoken(part.texts.after(done))
    sizes: deque[int] = deque()

    def windows() -> Iterator[Sequence[str]]:
        for window in engine.windows(part.encoder, missing, most=block):
            sizes.append(len(window))
            yield window

    written: Future[None] | None = None
    with ThreadPoolExecutor(1) as writer:
        for vectors in engine.stream(part.encoder, windows()):
            _check_vectors(vectors, sizes.popleft(), part, first=done)
            if written is not None:
                written.result()
            written = writer.submit(partial.append, vectors)
            done += len(vectors)
            observer.progress("encoding", done, total, part.unit)
        if written is not None:
            written.result()


def _check_vectors(vectors: NDArray[np.floating], count: int, part: _Part, *, first: int) -> None:
    record = part.encoder.record
    if vectors.shape != (count, record.width):
        message = f"embeddings: expected {count} vectors of width {record.width} ({record.name}), got {vectors.shape}."
        raise PrleError(message, hint="choose another --encoder")
    wrong = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(wrong):
        where = part.where(first + int(wrong[0]))
        message = f"{where}: expected finite numbers from {record.name}, got NaN or infinity."
        raise PrleError(message, hint="choose another --encoder, or remove that row")


def _manifest(dataset: Dataset, encoder: Encoder, target_encoder: Encoder | None) -> Manifest:
    return Manifest(
        dataset=dataset.name,
        origin=dataset.origin,
        synthetic=dataset.synthetic,
        fields=dataset.fields,
        label=dataset.label,
        columns=dataset.columns,
        encoder=encoder.record,
        created=timestamp(),
        classes=dataset.classes,
        target_encoder=None if target_encoder is None else target_encoder.record,
        group=dataset.group,
        path=dataset.path,
    )


def _job(texts: PackedTexts, texts_identity: str, encoder: Encoder, dtype: str) -> Job:
    record = encoder.record
    made_from = [texts_identity, record.kind, record.fingerprint, record.width, dtype]
    made_from += [each for each in (record.precision, record.backend) if each not in _USUAL]
    identity = hashlib.sha256(canonical(made_from)).hexdigest()
    return Job(identity=identity, shape=(len(texts), record.width), dtype=dtype)


def _report(path: Path, contents: Contents, manifest: Manifest, outcome: _Outcome, *, seconds: float) -> EmbedReport:
    encoder = manifest.encoder
    return EmbedReport(
        workspace=path,
        dataset=manifest.dataset,
        origin=manifest.origin,
        synthetic=manifest.synthetic,
        encoder=encoder.name,
        encoder_source=encoder.source,
        width=encoder.width,
        precision=encoder.precision,
        backend=encoder.backend,
        rows={name: len(labels) for name, labels in contents.labels.items()},
        fields=manifest.names,
        label=manifest.label,
        table=bool(manifest.columns),
        classes=manifest.classes,
        targets=0 if contents.targets is None else len(contents.targets),
        target_encoder="" if manifest.target_encoder is None else manifest.target_encoder.name,
        groups=0 if contents.groups is None else len(contents.groups.names),
        paths=0 if contents.paths is None else len(contents.paths.names),
        texts=sum(rows.size for rows in contents.rows.values()),
        distinct_texts=len(contents.texts),
        resumed_at=outcome.resumed_at,
        seconds=seconds,
        size_bytes=path.stat().st_size,
        reused=outcome.reused,
    )
