"""From texts to frozen vectors: what the workspace knows already costs nothing, the rest asks the encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.observer import SILENT, Observer
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.workspace import Workspace


def embed_rows(
    workspace: Workspace, rows: Sequence[tuple[str, ...]], *, observer: Observer = SILENT
) -> NDArray[np.float32]:
    """Return the frozen vectors of rows of texts. *Shape:* (B, S, H).

    Texts that the workspace holds are looked up; the encoder is loaded only where one is new.

    :raises UsageError: where a row has another number of texts than the workspace, or an empty one.
    :raises WorkspaceError: where the encoder found is not the one that the workspace was made with.
    """
    fields = workspace.manifest.fields
    for row in rows:
        _check(row, fields)
    distinct = list(dict.fromkeys(text for row in rows for text in row))
    wanted = set(distinct)
    known = {text: number for number, text in enumerate(workspace.texts) if text in wanted}
    new = [text for text in distinct if text not in known]
    vectors = {text: np.asarray(workspace.vectors[number], np.float32) for text, number in known.items()}
    if new:
        vectors.update(zip(new, _encode(workspace, new, observer), strict=True))
    width = workspace.manifest.encoder.width
    gathered = [vectors[text] for row in rows for text in row]
    return np.reshape(np.asarray(gathered, np.float32), (len(rows), len(fields), width))


def text_fields(workspace: Path) -> tuple[str, ...]:
    """Return the names of the text columns that a workspace was made from."""
    with open_workspace(workspace) as opened:
        return opened.manifest.fields


def _check(row: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Refuse a row that is not one text for each field."""
    if len(row) != len(fields):
        message = f"expected {len(fields)} text{'s' * (len(fields) > 1)} ({', '.join(fields)}), got {len(row)}."
        raise UsageError(message)
    for field, text in zip(fields, row, strict=True):
        if not text.strip():
            message = f"{field}: expected a text, got an empty one."
            raise UsageError(message)


def _encode(workspace: Workspace, texts: list[str], observer: Observer) -> NDArray[np.float32]:
    """Encode texts with the workspace's own encoder, verified by its fingerprint."""
    recorded = workspace.manifest.encoder
    encoder = load_encoder(recorded.name, kind=recorded.kind, observer=observer)
    if encoder.record.fingerprint != recorded.fingerprint:
        message = (
            f"encoder {recorded.name}: {workspace.path.name} was made with weights {recorded.fingerprint[:12]}, "
            f"found {encoder.record.fingerprint[:12]}."
        )
        raise WorkspaceError(message, hint="run `prle embed` again, or put the original weights back")
    vectors: NDArray[np.float32] = encoder.encode(texts)
    return vectors
