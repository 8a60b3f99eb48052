"""Frozen encoders: which ones there are, and finding one by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.encoders.hashing import DEFAULT_WIDTH, LARGEST_WIDTH, PREFIX, SMALLEST_WIDTH, HashingEncoder
from prle.encoders.interface import Encoder, EncoderKind, EncoderRecord, EncoderState, Precision
from prle.encoders.location import locate
from prle.encoders.pretrained.device import check_names
from prle.encoders.pretrained.mean_pool import MeanPoolEncoder
from prle.encoders.pretrained.openvino import OpenVinoEncoder
from prle.encoders.pretrained.sentence_transformer import SentenceTransformerEncoder
from prle.encoders.tabular.encoder import TabularEncoder
from prle.encoders.tabular.fitting import TabularSettings, fit_tabular
from prle.errors import UsageError, unknown_name
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.encoders.pretrained.encoder import FolderEncoder
    from prle.observer import Observer

__all__ = [
    "BACKENDS",
    "ENCODERS",
    "Encoder",
    "EncoderKind",
    "EncoderRecord",
    "EncoderState",
    "Precision",
    "TabularEncoder",
    "TabularSettings",
    "fit_tabular",
    "load_encoder",
]

_FROM_FOLDERS: Final[Mapping[EncoderKind, type[FolderEncoder]]] = {
    "sentence-transformer": SentenceTransformerEncoder,
    "mean-pool": MeanPoolEncoder,
}

BACKENDS: Final[Mapping[str, Mapping[EncoderKind, type[FolderEncoder]]]] = {
    "torch": _FROM_FOLDERS,
    "openvino": {"sentence-transformer": OpenVinoEncoder},
}
"""Libraries that compute models, and which they can; of processors OpenVINO is the faster one."""

ENCODERS: Final[Mapping[EncoderKind, type[Encoder]]] = {
    **_FROM_FOLDERS,
    "hashing": HashingEncoder,
    "tabular": TabularEncoder,
}


def load_encoder(
    name: str,
    *,
    kind: str | None = None,
    observer: Observer = SILENT,
    batch_size: int | None = None,
    device: str = "auto",
    precision: Precision = "fp32",
    backend: str = "torch",
) -> Encoder:
    """Find an encoder; its model is only loaded when it first encodes.

    :param name: a folder, ``owner/name``, a sentence-transformers name, ``hashing`` or ``hashing:WIDTH``.
    :param kind: a name of :data:`ENCODERS`; what the folder's files say when not given.
    :param batch_size: texts encoded at once, at most; as many as the device digests best when not given.
    :param device: ``auto``, the best there is; ``cpu``; ``cuda``, all that there are; ``cuda:N``; ``mps``.
    :param precision: what models compute their matrix products in; the built-in encoder has none.
    :param backend: a name of :data:`BACKENDS`: by which library.
    :raises UsageError: a kind that there is not, a folder that is no model, or an option out of range.
    :raises DataError: the hub has no such model.
    :raises OfflineError: the model is not on this machine and cannot be downloaded.
    """
    if kind is not None and kind not in ENCODERS:
        what = "encoder kind"
        raise unknown_name(what, kind, ENCODERS)
    if kind == "tabular":
        message = f"encoder {name}: expected one that can be found by its name; a tabular one is fitted on its rows."
        raise UsageError(message, hint="`prle embed --table` fits it")
    if batch_size is not None and batch_size < 1:
        message = f"batch size: expected at least 1, got {batch_size}."
        raise UsageError(message)
    check_names(device, precision)
    if backend not in BACKENDS:
        what = "backend"
        raise unknown_name(what, backend, BACKENDS)
    base, _, width = name.partition(":")
    if kind == "hashing" or (kind is None and base == PREFIX):
        return HashingEncoder(name=name, width=_hashing_width(name, width))
    folder = locate(name, observer)
    encoder = _from_folder(kind or folder.kind(), backend)
    return encoder(
        name=name, folder=folder, batch_size=batch_size, device=device, precision=precision, observer=observer
    )


def _from_folder(kind: str, backend: str) -> type[FolderEncoder]:
    """Return what computes models of a kind.

    :raises UsageError: where a library does not.
    """
    known = BACKENDS[backend]
    for name, encoder in known.items():
        if name == kind:
            return encoder
    message = f"backend {backend}: expected an encoder of kind {', '.join(known)}, got {kind}."
    raise UsageError(message, hint="leave out --backend")


def _hashing_width(name: str, width: str) -> int:
    if not width:
        return DEFAULT_WIDTH
    if not width.isdecimal() or not SMALLEST_WIDTH <= int(width) <= LARGEST_WIDTH:
        message = f"encoder: expected hashing:WIDTH with a width of {SMALLEST_WIDTH} to {LARGEST_WIDTH}, got {name!r}."
        raise UsageError(message)
    return int(width)
