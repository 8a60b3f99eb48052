"""Vectors of texts that were asked before: a hit needs neither a tokenizer nor an encoder.

One SQLite file in write-ahead mode, which several processes may use at once and any of them may be killed in. Its key
is a hash of encoder and text; no text is stored. It can be lost at any time: whatever is wrong with the file makes it
an empty one, and every vector carries a checksum, so that what comes back is what was put in or nothing.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.encoders.cache.folder import make_private, vectors_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MAX_ENTRIES: Final = 20_000
MAX_BYTES: Final = 64_000_000
"""Whichever is reached first; then those unused for longest leave."""

_LEAVE: Final = 0.1
"""The share that leaves at once, so that not every new text has to make room."""

_FORMAT: Final = 1
_DTYPE: Final = "<f4"
_PATIENCE: Final = 2.0
"""Seconds to wait for another process before doing without."""
_FRESH: Final = 3600.0
"""Seconds within which a vector that is used again keeps its old time, so that most hits write nothing."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, dtype TEXT NOT NULL, width INTEGER NOT NULL, vector BLOB NOT NULL, checksum BLOB NOT NULL,
    used REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS vectors_used ON vectors (used);
"""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How many vectors are kept, and in how many bytes of disk."""

    entries: int
    size_bytes: int


@final
class VectorCache:
    """The vectors that one encoder gave, by text. Nothing it does ever raises: at worst it forgets.

    :param folder: prle's cache folder.
    :param encoder: identifies the encoder; another one has other vectors.
    :param width: H, of a vector.
    :param clock: the time in seconds, which decides who was used last.
    """

    def __init__(self, folder: Path, *, encoder: str, width: int, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._encoder = encoder
        self._width = width
        self._clock = clock

    def get(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors that are known, by text. *Shape:* (H,) each."""
        found: dict[str, NDArray[np.float32]] = {}
        if not vectors_file(self._folder).exists():
            return found
        with _forgiving(self._folder), _opened(self._folder) as database:
            stale = []
            for text in texts:
                key = self._key(text)
                row = database.execute(
                    "SELECT dtype, width, vector, checksum, used FROM vectors WHERE key = ?", (key,)
                ).fetchone()
                if row is None or tuple(row[:2]) != (_DTYPE, self._width) or row[3] != self._checksum(key, row[2]):
                    continue
                found[text] = np.frombuffer(row[2], _DTYPE).astype(np.float32)
                if abs(self._clock() - row[4]) > _FRESH:
                    stale.append((self._clock(), key))
            if stale:
                database.executemany("UPDATE vectors SET used = ? WHERE key = ?", stale)
        return found

    def put(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors by text, making room where there is none. *Shape:* (H,) each."""
        rows = []
        for text, vector in vectors.items():
            key, content = self._key(text), vector.astype(_DTYPE).tobytes()
            rows.append((key, _DTYPE, self._width, content, self._checksum(key, content), self._clock()))
        with _forgiving(self._folder), _opened(self._folder) as database:
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?, ?)", rows)
            _make_room(database)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._encoder}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _checksum(self, key: bytes, content: bytes) -> bytes:
        return hashlib.sha256(key + f"{_DTYPE}\0{self._width}\0".encode() + content).digest()


def usage(folder: Path) -> Usage:
    """Return what the vectors in prle's cache ``folder`` come to."""
    files = [file for file in _files(folder) if file.exists()]
    entries = 0
    if files:
        with _forgiving(folder), _opened(folder) as database:
            entries = _count(database)
    return Usage(entries=entries, size_bytes=sum(file.stat().st_size for file in files if file.exists()))


def forget(folder: Path) -> None:
    """Remove every vector, and the files that held them.

    :raises OSError: when they cannot be removed.
    """
    for file in _files(folder):
        file.unlink(missing_ok=True)


@contextmanager
def _forgiving(folder: Path) -> Iterator[None]:
    """End the block quietly where the file cannot be used, and remove it where it is broken."""
    import sqlite3

    try:
        yield
    except sqlite3.OperationalError as error:
        # Locked, read-only, full, or on a file system that cannot: done without. A table that is missing is no excuse.
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            _drop(folder)
    except (sqlite3.DatabaseError, ValueError, TypeError):
        _drop(folder)
    except OSError:
        return


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are kept together, or not at all."""
    with closing(_connect(folder)) as database, database:
        yield database


def _connect(folder: Path) -> sqlite3.Connection:
    import sqlite3

    file = vectors_file(folder)
    if not file.exists():
        make_private(folder)
        # SQLite gives the files beside it the mode of this one.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    database = sqlite3.connect(file, timeout=_PATIENCE)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT:
            if version:
                message = f"format {version}"
                raise sqlite3.DatabaseError(message)
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(f"{_SCHEMA} PRAGMA user_version = {_FORMAT};")
        # A power cut may damage the file. It is a cache: that is found out, and costs the vectors.
        database.execute("PRAGMA synchronous = OFF")
    except BaseException:
        database.close()
        raise
    return database


def _make_room(database: sqlite3.Connection) -> None:
    entries, (pages,), (unused,), (page,) = (
        _count(database),
        *(database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")),
    )
    if entries > MAX_ENTRIES or (pages - unused) * page > MAX_BYTES:
        database.execute(
            "DELETE FROM vectors WHERE key IN (SELECT key FROM vectors ORDER BY used LIMIT ?)",
            (max(1, entries - MAX_ENTRIES, int(entries * _LEAVE)),),
        )


def _count(database: sqlite3.Connection) -> int:
    (entries,) = database.execute("SELECT count(*) FROM vectors").fetchone()
    return int(entries)


def _drop(folder: Path) -> None:
    with suppress(OSError):
        forget(folder)


def _files(folder: Path) -> tuple[Path, ...]:
    file = vectors_file(folder)
    return file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")
