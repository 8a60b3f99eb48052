"""Embed: every distinct text, or row of a table, of a data set through the encoder once, into the workspace."""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from prle.encoders.converted import check_against_exact, keep_converted
from prle.encoders.tabular import TabularEncoder
from prle.errors import PrleError, UsageError, unknown_name
from prle.observer import SILENT
from prle.stages.interface import EmbedReport
from prle.workspace.clock import timestamp
from prle.workspace.contents import contents_of
from prle.workspace.interface import Manifest
from prle.workspace.partial import Job, discard_partial, partial_vectors
from prle.workspace.store import open_workspace, save_embeddings
from prle.workspace.tree import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.data.interface import Dataset
    from prle.encoders.interface import Encoder, EncoderState
    from prle.observer import Observer
    from prle.workspace.contents import Contents
    from prle.workspace.partial import PartialVectors
    from prle.workspace.store import Workspace

VectorDtype = Literal["float32", "float16"]
VECTOR_DTYPES: Final[tuple[str, ...]] = get_args(VectorDtype)


@dataclass(frozen=True, kw_only=True)
class EmbedRequest:
    """Where the vectors go and how.

    :param dtype: how they are stored; ``float16`` halves the file and keeps about three digits.
    :param block: texts between two marks to resume at, at most.
    """

    workspace: Path
    dtype: VectorDtype = "float32"
    block: int = 1 << 14

    def __post_init__(self) -> None:
        if self.dtype not in VECTOR_DTYPES:
            error = unknown_name("dtype", self.dtype, VECTOR_DTYPES)
            raise error
        if self.block < 1:
            message = f"block: expected 1 or more, got {self.block}."
            raise UsageError(message)


def embed(request: EmbedRequest, dataset: Dataset, encoder: Encoder, *, observer: Observer = SILENT) -> EmbedReport:
    """Give the workspace the texts, rows and labels of ``dataset`` and a vector for each distinct text.

    Does nothing where the workspace holds exactly that, encodes nothing where it holds the vectors, and goes on where
    an interrupted run of the same job stopped. Models in the workspace stay; they are stale once something changed.
    An encoder that was used leaves a converted form of itself in the user's cache, which answers later.

    :raises DataError: when the data set cannot be stored.
    :raises LockedError: when another process is embedding into this workspace.
    :raises WorkspaceError: when what is there is no workspace, or it cannot be written.
    :raises PrleError: when the encoder gives vectors of another width, or numbers that are not finite.
    """
    started = time.monotonic()
    contents = contents_of(dataset)
    manifest = _manifest(dataset, encoder)
    job = _job(contents, encoder, request.dtype)
    outcome = _from_existing(request.workspace, contents, manifest, job, _state(encoder))
    if outcome is None:
        with partial_vectors(request.workspace, job, observer=observer) as partial:
            resumed_at = partial.mark
            unit = "rows" if dataset.columns else "texts"
            _encode(partial, contents, encoder, block=request.block, unit=unit, observer=observer)
            save_embeddings(
                request.workspace,
                contents=contents,
                manifest=manifest,
                vectors=partial.whole(),
                made_from=job.identity,
                encoder=_state(encoder),
            )
        check_against_exact(encoder, contents.texts, observer=observer)
        keep_converted(encoder, contents.texts, observer=observer)
        outcome = _Outcome(reused=False, resumed_at=resumed_at)
    elif outcome.reused:
        observer.note(f"{request.workspace} already holds exactly this; nothing to do")
    return _report(request.workspace, contents, manifest, outcome, seconds=time.monotonic() - started)


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """``reused``: nothing was written. ``resumed_at``: texts whose vectors were there already."""

    reused: bool
    resumed_at: int


def _state(encoder: Encoder) -> EncoderState | None:
    """Return what has to be kept of the encoder, where it was fitted and cannot be found again by its name."""
    return encoder.state if isinstance(encoder, TabularEncoder) else None


def _from_existing(
    path: Path, contents: Contents, manifest: Manifest, job: Job, state: EncoderState | None
) -> _Outcome | None:
    """Make do with the vectors that the workspace holds, if they are the ones of this job."""
    if not os.path.lexists(path):
        return None
    # A file that is no workspace is refused here, before the encoder works for an hour.
    with open_workspace(path) as workspace:
        if workspace.vectors_made_from != job.identity:
            return None
        everything = len(contents.texts)
        vectors = workspace.vectors
        if _holds(workspace, contents, manifest):
            discard_partial(path, job)
            return _Outcome(reused=True, resumed_at=everything)
        save_embeddings(
            path, contents=contents, manifest=manifest, vectors=vectors, made_from=job.identity, encoder=state
        )
        return _Outcome(reused=False, resumed_at=everything)


def _holds(workspace: Workspace, contents: Contents, manifest: Manifest) -> bool:
    """Tell whether writing would change anything but where the data and the encoder were found, and when."""
    old = workspace.manifest
    same_names = (old.dataset, old.fields, old.columns, old.label, old.synthetic) == (
        manifest.dataset,
        manifest.fields,
        manifest.columns,
        manifest.label,
        manifest.synthetic,
    )
    return same_names and workspace.source == contents.source


def _encode(
    partial: PartialVectors, contents: Contents, encoder: Encoder, *, block: int, unit: str, observer: Observer
) -> None:
    """Compute what is missing; each part is written while the next one is computed."""
    total, done = len(contents.texts), partial.mark
    observer.progress("encoding", done, total, unit)
    if done == total:
        return
    missing = contents.texts.after(done)
    sizes: deque[int] = deque()

    def windows() -> Iterator[Sequence[str]]:
        for window in encoder.windows(missing, most=block):
            sizes.append(len(window))
            yield window

    written: Future[None] | None = None
    with ThreadPoolExecutor(1) as writer:
        for vectors in encoder.stream(windows()):
            _check_vectors(vectors, sizes.popleft(), encoder, contents, first=done)
            if written is not None:
                written.result()
            written = writer.submit(partial.append, vectors)
            done += len(vectors)
            observer.progress("encoding", done, total, unit)
        if written is not None:
            written.result()


def _check_vectors(
    vectors: NDArray[np.floating], count: int, encoder: Encoder, contents: Contents, *, first: int
) -> None:
    record = encoder.record
    if vectors.shape != (count, record.width):
        message = f"embeddings: expected {count} vectors of width {record.width} ({record.name}), got {vectors.shape}."
        raise PrleError(message, hint="choose another --encoder")
    wrong = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(wrong):
        where = contents.locate(first + int(wrong[0]))
        message = f"{where}: expected finite numbers from {record.name}, got NaN or infinity."
        raise PrleError(message, hint="choose another --encoder, or remove that row")


def _manifest(dataset: Dataset, encoder: Encoder) -> Manifest:
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
    )


def _job(contents: Contents, encoder: Encoder, dtype: str) -> Job:
    record = encoder.record
    made_from = [contents.texts_identity, record.kind, record.fingerprint, record.width, dtype]
    if record.precision != "fp32":
        made_from.append(record.precision)
    identity = hashlib.sha256(canonical(made_from)).hexdigest()
    return Job(identity=identity, shape=(len(contents.texts), record.width), dtype=dtype)


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
        texts=sum(rows.size for rows in contents.rows.values()),
        distinct_texts=len(contents.texts),
        resumed_at=outcome.resumed_at,
        seconds=seconds,
        size_bytes=path.stat().st_size,
        reused=outcome.reused,
    )
