"""The randomness of fitting, drawn by torch from one seed."""

from __future__ import annotations

from typing import final

import torch


@final
class TorchNoise:
    """Implements :class:`prle.shapes.Noise` with a generator of its own."""

    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator

    def dropout(self, values: torch.Tensor, rate: float) -> torch.Tensor:
        """Zero each value with probability ``rate`` and scale the rest by ``1 / (1 - rate)``."""
        if rate == 0.0:
            return values
        keep = torch.rand(values.shape, generator=self._generator, device=values.device) >= rate
        return values * keep / (1.0 - rate)

    def gumbel(self, like: torch.Tensor) -> torch.Tensor:
        """Draw standard Gumbel noise, ``-log(-log(uniform))``."""
        uniform = torch.rand(like.shape, generator=self._generator, device=like.device)
        tiny = torch.finfo(uniform.dtype).tiny
        return -torch.log((-torch.log(uniform.clamp_min(tiny))).clamp_min(tiny))
