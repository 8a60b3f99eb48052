"""Bytes to text: UTF-8 or a clear refusal."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from prle.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BOM: Final = b"\xef\xbb\xbf"
_AT_ONCE: Final = 1 << 20
"""Bytes that are decoded together, and the rest of their last line."""
_ENCODING_HINT: Final = "save it as UTF-8, e.g. `iconv -f windows-1252 -t utf-8 FILE`"


def read_text(path: Path) -> str:
    """Return a whole text file, unpacked where its name ends in ``.gz``, without a byte order mark.

    :raises DataError: the file is missing, unreadable, damaged, not UTF-8, or holds NUL bytes.
    """
    return "".join(text_parts(path))


def text_parts(path: Path) -> Iterator[str]:
    """Yield a text file, unpacked as by :func:`read_text`, in parts that end where a line does.

    :raises DataError: as :func:`read_text`, once it gets there.
    """
    require_file(path)
    lines = offset = 0
    with _opened(path) as file:
        while part := file.read(_AT_ONCE):
            part += file.readline()
            yield _decoded(part, path.name, lines=lines, offset=offset)
            lines += part.count(b"\n")
            offset += len(part)


def require_file(path: Path) -> None:
    """Refuse a path that is not a file's.

    :raises DataError: nothing is there, or a folder.
    """
    if path.is_dir():
        message = f"{path}: expected a file, got a folder."
        raise DataError(message, hint="name its files: --train F --validation F --test F")
    if not path.exists():
        message = f"{path}: no such file."
        raise DataError(message, hint="check the path; relative paths start at the current folder")


def decode(raw: bytes, origin: str) -> str:
    """Return UTF-8 bytes as text, without a byte order mark.

    :raises DataError: naming the line and the byte offset of the first byte that is not text.
    """
    return _decoded(raw, origin, lines=0, offset=0)


def _decoded(raw: bytes, origin: str, *, lines: int, offset: int) -> str:
    """Return bytes that begin after so many lines and bytes of a file as text."""
    start = len(_BOM) if offset == 0 and raw.startswith(_BOM) else 0
    try:
        text = raw[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = start + error.start
        message = f"{origin}: expected UTF-8 text; line {lines + _line_of(raw, wrong)} has byte 0x{raw[wrong]:02x} "
        message += f"at offset {offset + wrong} ({error.reason})."
        raise DataError(message, hint=_ENCODING_HINT) from error
    nul = raw.find(b"\0")
    if nul >= 0:
        message = f"{origin}: expected text; line {lines + _line_of(raw, nul)} has a NUL byte at offset {offset + nul}."
        raise DataError(message, hint="is it a binary or a UTF-16 file? " + _ENCODING_HINT)
    return text


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read its bytes, unpacked where its name says so."""
    try:
        packed = path.suffix.lower() == ".gz"
        with cast("BinaryIO", gzip.open(path)) if packed else path.open("rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"{path.name}: damaged gzip file ({error})."
        raise DataError(message, hint="download or compress it again") from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or error})."
        raise DataError(message) from error


def _line_of(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1
