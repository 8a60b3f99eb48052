"""Pages of mapped files: read when they are touched, and handed back when they are many."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AROUND: Final = 1 << 20
"""Bytes that may be mapped for a row that is read alone: Linux maps what it has of the file around it as well."""


def release(array: NDArray[np.generic]) -> None:
    """Tell the system that the pages of a mapped array will not be read again soon; nothing is lost."""
    base: object = array
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    mapped = base.obj if isinstance(base, memoryview) else base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
