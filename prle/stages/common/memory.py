"""How much memory a job may take, and which vectors stay in the file because of it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from prle.errors import UsageError

if TYPE_CHECKING:
    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.workspace import Workspace

SHARE: Final = 8
"""Vectors of one split are read whole where they take at most an eighth of the memory, and paged in such parts."""

LEAST: Final = 512 * 2**20
"""Less than this not even the libraries would fit in."""

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
_POWERS: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def parse_memory(text: str) -> int:
    """Return the bytes that ``2GiB``, ``500MB`` or ``1.5g`` means; only units with an i count by 1,024.

    :raises UsageError: where that is no size, or one that nothing fits in.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        message = f"memory: expected a size such as 2GiB or 500MB, got {text!r}."
        raise UsageError(message)
    number, unit, binary = found.groups()
    size = int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.upper()])
    if size < LEAST:
        message = f"memory: expected at least {LEAST // 2**20}MiB, which the libraries alone need, got {text}."
        raise UsageError(message)
    return size


def machine_memory() -> int:
    """Return the bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 8 * 2**30


def vectors_in(workspace: Workspace, split: SplitName, memory: int | None) -> Sentences:
    """Return the vectors of a split, read where they are few, else as they stay in the file. *Shape:* (N, S, H)."""
    part = (machine_memory() if memory is None else memory) // SHARE
    rows, texts = workspace.splits[split], len(workspace.manifest.fields)
    if rows * texts * workspace.manifest.encoder.width * 4 <= part:
        return workspace.embeddings(split)
    return workspace.mapped(split, resident=part)
