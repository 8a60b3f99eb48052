"""How many processors a fit may keep busy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch and NumPy's BLAS use one thread, and give them back what they had.

    Batches are small: a second thread gains nothing alone, and where other work runs it waits at every barrier
    (measured on two busy processors: 12 s with one thread, 68 s with two).
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)
