"""Cache: what prle keeps between runs outside any workspace, and forgetting it."""

from __future__ import annotations

from prle.encoders.cache.folder import cache_folder
from prle.encoders.cache.history import forget_history, history_size
from prle.encoders.cache.vectors import MAX_BYTES, MAX_ENTRIES, Usage, forget, usage
from prle.encoders.converted.store import conversions, remove_conversions
from prle.errors import PrleError
from prle.stages.cache.interface import CacheReport, ClearReport, ConvertedEncoder


def show_cache() -> CacheReport:
    """Return what is in the cache: vectors of texts asked before, lines of a shell, and converted encoders."""
    folder = cache_folder()
    used = usage(folder) if folder else Usage(entries=0, size_bytes=0)
    return CacheReport(
        folder=folder,
        vectors=used.entries,
        vectors_size_bytes=used.size_bytes,
        most_vectors=MAX_ENTRIES,
        most_size_bytes=MAX_BYTES,
        encoders=tuple(
            ConvertedEncoder(
                name=each.name,
                fingerprint=each.fingerprint,
                size_bytes=size,
                minimum_cosine=each.minimum_cosine,
                texts=each.texts,
            )
            for each, size in conversions()
        ),
        history_size_bytes=history_size(folder) if folder else 0,
    )


def clear_cache(*, encoders: bool = False) -> ClearReport:
    """Forget every text that was asked, and with ``encoders`` the converted encoders too; both come back when needed.

    :raises PrleError: when something cannot be removed.
    """
    before = show_cache()
    gone = before.encoders if encoders else ()
    try:
        if before.folder:
            forget(before.folder)
            forget_history(before.folder)
        if encoders:
            remove_conversions()
    except OSError as error:
        message = f"{error.filename}: cannot be removed ({error.strerror})."
        raise PrleError(message, hint="check who owns it, or remove the folder by hand") from error
    return ClearReport(
        folder=before.folder,
        vectors=before.vectors,
        encoders=len(gone),
        size_bytes=before.vectors_size_bytes + before.history_size_bytes + sum(each.size_bytes for each in gone),
        history=before.history_size_bytes > 0,
    )
