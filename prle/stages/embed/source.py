"""Embed a source by its name: what is read, what encodes it, and where both go, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data import SourceRequest, load
from prle.encoders import TabularSettings, fit_tabular, load_encoder
from prle.observer import SILENT
from prle.stages.embed.interface import EmbedRequest, EncoderRequest
from prle.stages.embed.stage import embed

if TYPE_CHECKING:
    from pathlib import Path

    from prle.data import Dataset
    from prle.encoders import Encoder
    from prle.engines import Engine
    from prle.observer import Observer
    from prle.stages.embed.interface import EmbedReport


def embed_source(
    workspace: Path,
    source: SourceRequest | str,
    encoder: EncoderRequest | str | None = None,
    *,
    engine: Engine | None = None,
    observer: Observer = SILENT,
) -> EmbedReport:
    """Read a data set and encode every distinct text of it, or row of a table, once; the workspace keeps both.

    Does nothing where the workspace holds exactly that, and goes on where an interrupted run stopped. Models in the
    workspace stay; they are stale once something changed.

    :param source: what is read; a word stands for a built-in name (``stsb``), ``hf:OWNER/NAME`` or the path of a file.
    :param encoder: what encodes it; a word stands for its name. all-MiniLM-L6-v2 when not given.
    :param engine: where texts are encoded; in this process when not given.
    :raises UsageError: a name, column or combination of options that cannot be.
    :raises DataError: a source or an encoder that cannot be read, or data that cannot be stored.
    :raises OfflineError: what is not on this machine and cannot be downloaded.
    :raises LockedError: when another process is embedding into this workspace.
    :raises WorkspaceError: when what is there is no workspace, or it cannot be written.
    """
    dataset = load(SourceRequest(source=source) if isinstance(source, str) else source, observer=observer)
    if encoder is None or isinstance(encoder, str):
        encoder = EncoderRequest() if encoder is None else EncoderRequest(name=encoder)
    rows, targets = _encoders(dataset, encoder, observer)
    request = EmbedRequest(workspace=workspace, dtype=encoder.dtype)
    return embed(request, dataset, rows, target_encoder=targets, engine=engine, observer=observer)


def _encoders(dataset: Dataset, request: EncoderRequest, observer: Observer) -> tuple[Encoder, Encoder | None]:
    """Return what encodes rows, and what encodes the texts to find, which rows of a table have no encoder for."""

    def of_texts() -> Encoder:
        return load_encoder(
            request.name,
            batch_size=request.batch_size,
            device=request.device,
            precision=request.precision,
            backend=request.backend,
            observer=observer,
        )

    if not dataset.columns:
        return of_texts(), None
    tabular = fit_tabular(dataset, TabularSettings(numeric=request.numeric, bins=request.bins))
    return tabular, of_texts() if dataset.targets else None
