"""Bytes to text: UTF-8 or a clear refusal."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Final

from prle.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_BOM: Final = b"\xef\xbb\xbf"
_ENCODING_HINT: Final = "save it as UTF-8, e.g. `iconv -f windows-1252 -t utf-8 FILE`"


def read_text(path: Path) -> str:
    """Return a whole text file, unpacked where its name ends in ``.gz``, without a byte order mark.

    :raises DataError: the file is missing, unreadable, damaged, not UTF-8, or holds NUL bytes.
    """
    require_file(path)
    return decode(_read_bytes(path), path.name)


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
    start = len(_BOM) if raw.startswith(_BOM) else 0
    try:
        text = raw[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        offset = start + error.start
        message = f"{origin}: expected UTF-8 text; line {_line_of(raw, offset)} has byte 0x{raw[offset]:02x} "
        message += f"at offset {offset} ({error.reason})."
        raise DataError(message, hint=_ENCODING_HINT) from error
    nul = raw.find(b"\0")
    if nul >= 0:
        message = f"{origin}: expected text; line {_line_of(raw, nul)} has a NUL byte at offset {nul}."
        raise DataError(message, hint="is it a binary or a UTF-16 file? " + _ENCODING_HINT)
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"{path.name}: damaged gzip file ({error})."
        raise DataError(message, hint="download or compress it again") from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or error})."
        raise DataError(message) from error


def _line_of(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1
