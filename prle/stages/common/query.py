"""From what was asked to frozen vectors: what is known already costs nothing, the rest asks an encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.data import read_rows, read_texts, row_blocks, stream_rows, stream_texts, text_blocks
from prle.data.inputs.tables import typed_row
from prle.data.label_words import as_words
from prle.data.row_text import row_cells
from prle.encoders.cache import VectorCache, cache_folder
from prle.encoders.record import BUILT_IN
from prle.errors import UsageError, WorkspaceError
from prle.observer import SILENT, Observer
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.data import BadLine
    from prle.encoders.interface import Encoder
    from prle.encoders.record import EncoderRecord
    from prle.workspace import Workspace


def read_inputs(workspace: Path, source: Path | Iterable[str], *, observer: Observer = SILENT) -> list[tuple[str, ...]]:
    """Return the rows of a file or of a stream of lines, read as what the workspace holds: texts, or a table.

    :raises DataError: for a row that cannot be read, named by its line.
    :raises UsageError: for a column that is not there.
    """
    with open_workspace(workspace) as opened:
        manifest = opened.manifest
    if manifest.columns:
        return [*read_rows(source, manifest.columns, manifest.label, observer=observer)]
    return read_texts(source, manifest.fields)


def input_blocks(
    workspace: Path, file: Path, *, size: int, observer: Observer = SILENT
) -> Iterator[Sequence[tuple[str, ...]]]:
    """Yield the rows of a file, ``size`` at a time; of a file without any an empty block. Errors as above."""
    with open_workspace(workspace) as opened:
        manifest = opened.manifest
    if manifest.columns:
        return row_blocks(file, manifest.columns, manifest.label, size=size, observer=observer)
    return text_blocks(file, manifest.fields, size)


def stream_inputs(
    workspace: Path, lines: Iterable[str], *, observer: Observer = SILENT
) -> Iterator[tuple[str, ...] | BadLine]:
    """Yield the row of each line as it comes, or what is wrong with it, read as what the workspace holds.

    :raises UsageError: where a header names not one column of the table.
    """
    with open_workspace(workspace) as opened:
        manifest = opened.manifest
    if manifest.columns:
        return stream_rows(lines, manifest.columns, manifest.label, observer=observer)
    return stream_texts(lines, manifest.fields)


def as_asked(workspace: Workspace, row: Sequence[str], *, observer: Observer = SILENT) -> tuple[str, ...]:
    """Return a row as the workspace would keep it: its texts, or of a table the one text that means its cells.

    :raises UsageError: where a row of a table has a column that there is not, or a cell that does not fit.
    """
    manifest = workspace.manifest
    return typed_row(row, manifest.columns, manifest.label, observer=observer) if manifest.columns else tuple(row)


def as_shown(workspace: Workspace, row: tuple[str, ...]) -> tuple[str, ...]:
    """Return a kept row as a reader sees it, in the order of ``manifest.names``: its texts, or cells of a table."""
    return row_cells(row[0], workspace.manifest.names) if workspace.manifest.columns else row


@final
class TextVectors:
    """The frozen vectors of texts, from wherever they cost least; a row of a table is one text.

    That is the workspace for a text that it holds, then the cache of texts asked before, then the converted encoder,
    and only then the original. Whatever was loaded for one call is there for the next.

    :param remember: whether new vectors are kept for the next time, and those of earlier times used.
    """

    def __init__(self, workspace: Workspace, *, remember: bool = True, observer: Observer = SILENT) -> None:
        self._workspace = workspace
        self._observer = observer
        self._cache = _cache(workspace.manifest.encoder) if remember else None
        self._encoder: Encoder | None = None

    def __call__(self, rows: Sequence[tuple[str, ...]]) -> NDArray[np.float32]:
        """Return the vectors of rows of texts. *Shape:* (B, S, H).

        :raises UsageError: where a row has another number of texts than the workspace, or an empty one.
        :raises WorkspaceError: where the encoder found is not the one that the workspace was made with.
        """
        fields = self._workspace.manifest.fields
        for row in rows:
            _check(row, fields)
        texts = list(dict.fromkeys(text for row in rows for text in row))
        vectors = self._workspace.known_vectors(texts)
        if new := [text for text in texts if text not in vectors]:
            vectors |= self._new(new)
        gathered = [vectors[text] for row in rows for text in row]
        width = self._workspace.manifest.encoder.width
        return np.reshape(np.asarray(gathered, np.float32), (len(rows), len(fields), width))

    def ask(self, rows: Sequence[Sequence[str]]) -> tuple[list[tuple[str, ...]], NDArray[np.float32]]:
        """Return rows that somebody typed as a reader sees them, and their vectors (B, S, H).

        :raises UsageError: where a row is not what the workspace holds.
        """
        asked = [as_asked(self._workspace, row, observer=self._observer) for row in rows]
        return [as_shown(self._workspace, row) for row in asked], self(asked)

    def prepare(self) -> None:
        """Load the encoder now, so that the first new text does not wait for it."""
        if self._encoder is None:
            self._encode([self._workspace.texts[0]])

    def _new(self, texts: list[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of texts that the workspace does not hold, and remember them."""
        vectors = self._cache.get(texts) if self._cache else {}
        unknown = [text for text in texts if text not in vectors]
        if unknown:
            encoded = dict(zip(unknown, self._encode(unknown), strict=True))
            if self._cache:
                self._cache.put(encoded)
            vectors |= encoded
        return vectors

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        # Here, because texts that were asked before need no encoder, and loading what any of them needs takes a while.
        from prle.encoders.converted.store import find_converted, keep_converted

        if self._encoder is None:
            recorded = self._workspace.manifest.encoder
            if recorded.precision != "fp32":
                self._observer.note(
                    f"new texts are encoded in fp32; the vectors of {self._workspace.path.name} are in "
                    f"{recorded.precision}."
                )
            self._encoder = find_converted(recorded, texts=len(texts), observer=self._observer)
        if self._encoder is not None:
            return self._encoder.encode(texts)
        self._encoder = original_encoder(self._workspace, self._observer)
        vectors = self._encoder.encode(texts)
        keep_converted(self._encoder, self._workspace.texts, observer=self._observer)
        return vectors


def target_vectors(workspace: Workspace, texts: Sequence[str], *, observer: Observer = SILENT) -> NDArray[np.float32]:
    """Return the vectors of texts to find that a workspace does not hold. *Shape:* (A, T).

    :raises WorkspaceError: where labels are no texts, or the encoder found is not the one that encoded them.
    """
    recorded = workspace.manifest.target_encoder
    if recorded is None:
        message = f"{workspace.path}: expected labels that are texts."
        raise WorkspaceError(message, hint="run `prle embed SOURCE --target COLUMN` with the column of the texts")
    spoken = [as_words(text) for text in texts]
    if not spoken:
        return np.zeros((0, recorded.width), np.float32)
    from prle.encoders import load_encoder
    from prle.encoders.converted.store import find_converted

    encoder: Encoder | None = find_converted(recorded, texts=len(spoken), observer=observer)
    if encoder is None:
        original = load_encoder(recorded.name, kind=recorded.kind, observer=observer)
        encoder = _verified(original, recorded, workspace)
    return encoder.encode(spoken)


def _cache(encoder: EncoderRecord) -> VectorCache | None:
    """Return the cache of an encoder that is worth one: built-in and tabular ones are quicker than any look-up."""
    folder = cache_folder()
    if folder is None or encoder.source == BUILT_IN or encoder.kind == "tabular":
        return None
    return VectorCache(folder, encoder=f"{encoder.kind} {encoder.fingerprint}", width=encoder.width)


def _check(row: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Refuse a row that is not one text for each field."""
    if len(row) != len(fields):
        message = f"expected {len(fields)} text{'s' * (len(fields) > 1)} ({', '.join(fields)}), got {len(row)}."
        raise UsageError(message)
    for field, text in zip(fields, row, strict=True):
        if not text.strip():
            message = f"{field}: expected a text, got an empty one."
            raise UsageError(message)


def original_encoder(workspace: Workspace, observer: Observer) -> Encoder:
    """Return the workspace's own encoder, verified by its fingerprint."""
    from prle.encoders import TabularEncoder, load_encoder

    recorded = workspace.manifest.encoder
    state = workspace.encoder_state
    encoder: Encoder = (
        load_encoder(recorded.name, kind=recorded.kind, observer=observer) if state is None else TabularEncoder(state)
    )
    return _verified(encoder, recorded, workspace)


def _verified(encoder: Encoder, recorded: EncoderRecord, workspace: Workspace) -> Encoder:
    """Return an encoder that is the one a workspace was made with."""
    if encoder.record.fingerprint != recorded.fingerprint:
        message = (
            f"encoder {recorded.name}: {workspace.path.name} was made with weights {recorded.fingerprint[:12]}, "
            f"found {encoder.record.fingerprint[:12]}."
        )
        raise WorkspaceError(message, hint="run `prle embed` again, or put the original weights back")
    return encoder
