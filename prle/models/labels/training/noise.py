"""The randomness of fitting, drawn by torch from one seed."""

from __future__ import annotations

from typing import Final, final

import torch

_ALL: Final = slice(None)


@final
class TorchNoise:
    """Implements :class:`prle.arrays.shapes.Noise` with a generator of its own.

    It draws on the processor, and for all rows of a batch, wherever the values are and however few of the rows: so
    noise is the same on every device, and in every process that has a part of the batch.

    :param rows: of the batch; those of the values when not given.
    :param own: which of them the values are.
    """

    def __init__(self, generator: torch.Generator, *, rows: int | None = None, own: slice = _ALL) -> None:
        self._generator, self._rows, self._own = generator, rows, own

    def dropout(self, values: torch.Tensor, rate: float) -> torch.Tensor:
        """Zero each value with probability ``rate`` and scale the rest by ``1 / (1 - rate)``."""
        if rate == 0.0:
            return values
        return values * (self._uniform(values) >= rate) / (1.0 - rate)

    def gumbel(self, like: torch.Tensor) -> torch.Tensor:
        """Draw standard Gumbel noise, ``-log(-log(uniform))``."""
        uniform = self._uniform(like)
        tiny = torch.finfo(uniform.dtype).tiny
        return -torch.log((-torch.log(uniform.clamp_min(tiny))).clamp_min(tiny))

    def _uniform(self, like: torch.Tensor) -> torch.Tensor:
        """Draw from 0 to 1, in the shape of ``like`` and where it is."""
        rows = len(like) if self._rows is None else self._rows
        return torch.rand((rows, *like.shape[1:]), generator=self._generator)[self._own].to(like.device)
