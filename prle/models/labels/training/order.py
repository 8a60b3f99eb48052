"""In which order an epoch goes through its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

SHUFFLED_WHOLE: Final = 1 << 17
"""Up to so many rows are shuffled as one."""

BLOCK: Final = 1024
"""Rows that lie together in the file, and are read together where there are more."""

TOGETHER: Final = 128
"""Blocks, drawn at random, whose rows are shuffled together."""


def shuffled(places: torch.Tensor, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """Yield every row once, a part of the epoch at a time, in a new random order.

    Few rows are one part. Of many, a part is :data:`TOGETHER` random blocks of rows that lie together, shuffled: an
    epoch reads each page of the file once, and a batch still holds rows from everywhere. The order depends on the rows
    alone, not on where they are kept.

    :param places: row numbers in the order in which they lie. *Shape:* (N,)
    """
    count = len(places)
    if count <= SHUFFLED_WHOLE:
        yield torch.randperm(count, generator=generator)
        return
    blocks = torch.randperm(-(-count // BLOCK), generator=generator)
    for drawn in torch.split(blocks, TOGETHER):
        rows = torch.cat([places[block * BLOCK : (block + 1) * BLOCK] for block in drawn.tolist()])
        yield rows[torch.randperm(len(rows), generator=generator)]
