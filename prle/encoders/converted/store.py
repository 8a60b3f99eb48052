"""Converted encoders in the user's cache: made when the original is loaded anyway, checked against it, and found again.

A folder is named after the fingerprint of the original. Its record is written last and names the CRC-32 of every other
file: what is not as it was written is not used. That is against damage alone, since whoever can write one file can
write the other; 90 MB are looked at before every first answer, and SHA-256 takes four times as long.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.data.replacing import replacing
from prle.encoders.cache.folder import cache_folder, encoders_folder, make_private
from prle.encoders.converted.encoder import OnnxEncoder
from prle.encoders.converted.graph import UnsupportedModelError, read_shape, write_graph
from prle.encoders.pretrained.encoder import FolderEncoder
from prle.encoders.pretrained.sentence_transformer import SentenceTransformerEncoder
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder, EncoderKind, EncoderRecord
    from prle.observer import Observer

FORMAT: Final = 2
SMALLEST_COSINE: Final = 0.99999
"""A converted encoder that is further from the original than this on any text is not used."""

LEAST_IN_LOWER_PRECISION: Final = 0.9998
"""Vectors of a lower precision that are further from fp32 than this on any text are warned of."""

CHECKED_TEXTS: Final = 48
MANY_TEXTS: Final = 256
"""From so many texts on, all cores are worth their threads."""

_KIND: Final[EncoderKind] = "sentence-transformer"
_RECORD: Final = "record.json"
_GRAPH: Final = "encoder.onnx"
_WEIGHTS: Final = "weights.bin"
_TOKENIZER: Final = "tokenizer.json"


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What is known of a converted encoder.

    :param name: of the original, as it was given.
    :param fingerprint: of the original.
    :param limit: tokens of a text that are read.
    :param minimum_cosine: between its vector and the original's, the worst of the ``texts`` that were compared.
    :param files: CRC-32 by name.
    """

    format: int
    name: str
    fingerprint: str
    limit: int
    minimum_cosine: float
    texts: int
    files: dict[str, int]


def find_converted(record: EncoderRecord, *, texts: int, observer: Observer = SILENT) -> Encoder | None:
    """Return the converted form of an encoder, loaded, or None where there is none that can be trusted.

    :param texts: how many will be encoded, which decides the number of threads.
    """
    # Another kind reads the same files in another way, and so has the same fingerprint and other vectors.
    folder = _folder(record.fingerprint) if record.kind == _KIND else None
    conversion = read_conversion(folder) if folder else None
    if folder is None or conversion is None or conversion.fingerprint != record.fingerprint:
        return None
    try:
        if any(_checksum(folder / name) != written for name, written in conversion.files.items()):
            return None
        return _load(folder, record, conversion.limit, threads=_threads(texts), observer=observer)
    except Exception:  # whatever the libraries below say of a file or of a platform: the original still works
        return None


def keep_converted(encoder: Encoder, texts: Sequence[str], *, observer: Observer = SILENT) -> None:
    """Convert an encoder that has just been used, unless that was done before; never fails.

    :param texts: real ones, some of which it is compared on.
    :param observer: told what became of it.
    """
    record = encoder.record
    folder = _folder(record.fingerprint)
    if not isinstance(encoder, SentenceTransformerEncoder) or folder is None:
        return
    if find_converted(record, texts=1) is not None:
        return
    try:
        conversion = _convert(encoder, texts, folder)
    except UnsupportedModelError as error:
        reason = error.message
    except Exception as error:  # of four libraries and the disk; the original has answered already
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    else:
        observer.note(
            f"encoder {record.name}: from now on new texts are answered without torch "
            f"(cosine to the original at least {conversion.minimum_cosine:.8f} on {conversion.texts} texts)."
        )
        return
    observer.note(f"encoder {record.name}: new texts are answered through sentence-transformers ({reason}).")


def check_against_exact(encoder: Encoder, texts: Sequence[str], *, observer: Observer = SILENT) -> None:
    """Tell how far vectors are from those of torch in fp32, where they are others, measured on some of ``texts``."""
    record = encoder.record
    if not isinstance(encoder, FolderEncoder) or (record.precision, record.backend) == ("fp32", FolderEncoder.backend):
        return
    sample = _spread(texts)
    smallest = _cosine(encoder.exact(sample), encoder.encode(sample))
    computed = (
        record.precision if record.backend == FolderEncoder.backend else f"{record.precision} by {record.backend}"
    )
    told = f"vectors in {computed}: cosine to fp32 at least {smallest:.6f} on {len(sample)} texts."
    if smallest < LEAST_IN_LOWER_PRECISION:
        observer.warn(f"{told} That is less than {LEAST_IN_LOWER_PRECISION}; --precision fp32 keeps what they say.")
    else:
        observer.note(told)


def read_conversion(folder: Path) -> Conversion | None:
    """Return what the record of a converted encoder says, or None where there is none of this format."""
    try:
        said = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        conversion = Conversion(**said)
        whole = set(conversion.files) == {_GRAPH, _WEIGHTS, _TOKENIZER}
        good = conversion.format == FORMAT and conversion.minimum_cosine >= SMALLEST_COSINE
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return conversion if whole and good else None


def conversions() -> list[tuple[Conversion, int]]:
    """Return the converted encoders in the user's cache, and the bytes that each takes."""
    found = []
    for folder in _folders():
        if (conversion := read_conversion(folder)) is not None:
            found.append((conversion, sum(file.stat().st_size for file in folder.iterdir())))
    return found


def remove_conversions() -> None:
    """Remove every converted encoder, and what was left of one.

    :raises OSError: when one cannot be removed.
    """
    for folder in _folders():
        shutil.rmtree(folder)


def _convert(encoder: SentenceTransformerEncoder, texts: Sequence[str], folder: Path) -> Conversion:
    """Write the files, compare, and only then the record that makes them count."""
    shape = read_shape(encoder.folder.path)
    limit = encoder.token_limit
    make_private(folder)
    (folder / _RECORD).unlink(missing_ok=True)
    with (
        replacing(folder / _WEIGHTS) as weights,
        replacing(folder / _GRAPH) as graph,
        replacing(folder / _TOKENIZER) as tokenizer,
    ):
        tokenizer.write_text(encoder.tokenizer_json(), encoding="utf-8")
        write_graph(encoder.folder.path, shape, graph=graph, weights=weights, location=_WEIGHTS)
    converted = _load(folder, encoder.record, limit, threads=1)
    sample, beyond = _sample(texts, limit)
    conversion = Conversion(
        format=FORMAT,
        name=encoder.record.name,
        fingerprint=encoder.record.fingerprint,
        limit=limit,
        # The long one alone: with it, every other text would be padded to its length.
        minimum_cosine=min(_smallest_cosine(encoder, converted, part) for part in (sample, [beyond])),
        texts=len(sample) + 1,
        files={name: _checksum(folder / name) for name in (_GRAPH, _WEIGHTS, _TOKENIZER)},
    )
    if conversion.minimum_cosine < SMALLEST_COSINE:
        shutil.rmtree(folder, ignore_errors=True)
        message = f"converted, its smallest cosine to the original is {conversion.minimum_cosine:.8f}"
        raise UnsupportedModelError(message)
    with replacing(folder / _RECORD) as temporary:
        temporary.write_text(json.dumps(asdict(conversion), indent=2), encoding="utf-8")
    return conversion


def _load(folder: Path, record: EncoderRecord, limit: int, *, threads: int, observer: Observer = SILENT) -> OnnxEncoder:
    return OnnxEncoder(
        record=record,
        graph=folder / _GRAPH,
        tokenizer=folder / _TOKENIZER,
        limit=limit,
        threads=threads,
        observer=observer,
    )


def _smallest_cosine(original: FolderEncoder, converted: Encoder, texts: Sequence[str]) -> float:
    return _cosine(original.exact(texts), converted.encode(texts))


def _cosine(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Return the smallest cosine between unit vectors of the same texts. *Shape:* (N, H) both."""
    return float((theirs.astype(np.float64) * ours.astype(np.float64)).sum(axis=1).min())


def _sample(texts: Sequence[str], limit: int) -> tuple[list[str], str]:
    """Return texts of every length, the longest among them, and one that is longer than the model reads."""
    sample = _spread(texts)
    longest = sample[-1]
    return sample, " ".join([longest] * (limit // max(1, len(longest.split())) + 1))


def _spread(texts: Sequence[str]) -> list[str]:
    """Return texts of every length, the longest last."""
    by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    places = np.unique(np.linspace(0, len(by_length) - 1, CHECKED_TEXTS - 1).round().astype(int))
    return [texts[by_length[place]] for place in places]


def _threads(texts: int) -> int:
    """One for a few texts; for many what ``OMP_NUM_THREADS`` allows, as every other library here, or all cores."""
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    if texts < MANY_TEXTS:
        return 1
    return int(allowed) if allowed.isdecimal() else 0


def _folders() -> list[Path]:
    root = cache_folder()
    return sorted(encoders_folder(root).glob("*/")) if root else []


def _folder(fingerprint: str) -> Path | None:
    folder = cache_folder()
    return encoders_folder(folder) / fingerprint if folder else None


def _checksum(file: Path) -> int:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return zlib.crc32(content)
