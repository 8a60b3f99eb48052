"""Several processes that fit one model: each computes its rows of every batch, and all take the same step."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

COUNT: Final = "WORLD_SIZE"
RANK: Final = "RANK"
"""What torchrun tells the processes that it starts."""


@final
@dataclass(frozen=True, kw_only=True)
class Ranks:
    """Which of how many processes this one is; alone, everything here gives back what it gets.

    :param rank: counted from 0, which is the one that stores and speaks.
    """

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this process stores what was fitted, and speaks."""
        return self.rank == 0

    def own(self, rows: int) -> slice:
        """Return which rows of a batch of so many are this process's: a contiguous part, as long as the others'."""
        bounds = [rows * rank // self.count for rank in range(self.count + 1)]
        return slice(bounds[self.rank], bounds[self.rank + 1])

    def gathered(self, parts: Sequence[torch.Tensor], rows: int) -> list[torch.Tensor]:
        """Return tensors of all rows of a batch, of which each process has its own; the gradient reaches those alone.

        :param parts: tensors whose first axis is this process's rows. *Shapes:* (own, ...)
        :returns: *Shapes:* (rows, ...)
        """
        if self.count == 1:
            return list(parts)
        import torch

        own, whole = self.own(rows), []
        for part in parts:
            filled = torch.zeros((rows, *part.shape[1:]), dtype=part.dtype, device=part.device)
            filled[own] = part.detach()
            whole.append(filled)
        # Zeros where others have their rows, so the sum is what all have, in the same bits everywhere.
        self._sum(whole)
        return [
            torch.cat([filled[: own.start], part, filled[own.stop :]])
            for filled, part in zip(whole, parts, strict=True)
        ]

    def common(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return what all processes have computed alike, with each its share of the gradient. Any shape."""
        if self.count == 1:
            return tensor
        fixed = tensor.detach()
        return fixed + (tensor - fixed) / self.count

    def add_up(self, gradients: Sequence[torch.Tensor]) -> None:
        """Replace gradients by their sums over all processes."""
        if self.count > 1:
            self._sum(gradients)

    def agree(self, tensors: Sequence[torch.Tensor]) -> None:
        """Replace tensors by those of the first process, where processors have rounded differently."""
        if self.count == 1:
            return
        import torch
        from torch.distributed import broadcast

        for kind in sorted({tensor.dtype for tensor in tensors}, key=str):
            alike = [tensor for tensor in tensors if tensor.dtype == kind]
            bucket = torch.cat([tensor.detach().reshape(-1) for tensor in alike]).cpu()
            with _together():
                broadcast(bucket, src=0)
            _fill(alike, bucket)

    def _sum(self, tensors: Sequence[torch.Tensor]) -> None:
        """Add tensors up over all processes, in place and in one message."""
        import torch
        from torch.distributed import all_reduce

        bucket = torch.cat([tensor.reshape(-1) for tensor in tensors]).cpu()
        with _together():
            all_reduce(bucket)
        _fill(tensors, bucket)


ALONE: Final = Ranks()


def told_ranks() -> Ranks:
    """Return which of how many processes torchrun called this one when it started it, without joining the others."""
    count = int(os.environ.get(COUNT, "1"))
    return Ranks(rank=int(os.environ.get(RANK, "0")), count=count) if count > 1 else ALONE


@contextmanager
def joined_ranks() -> Iterator[Ranks]:
    """Join the processes that torchrun started together with this one; alone where it was not torchrun.

    Messages go through gloo, which is there on every machine, whatever the device.

    :raises PrleError: where the others cannot be reached.
    """
    if told_ranks().count == 1:
        yield ALONE
        return
    from torch.distributed import destroy_process_group, get_rank, get_world_size, init_process_group

    with _together():
        init_process_group("gloo")
    try:
        yield Ranks(rank=get_rank(), count=get_world_size())
    finally:
        destroy_process_group()


def _fill(tensors: Sequence[torch.Tensor], bucket: torch.Tensor) -> None:
    """Put a message back into the tensors that it was made of."""
    import torch

    with torch.no_grad():
        parts = torch.split(bucket, [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.reshape(tensor.shape))


@contextmanager
def _together() -> Iterator[None]:
    """Say in a line that another process is gone, which every message would wait for.

    :raises PrleError: then.
    """
    try:
        yield
    except (RuntimeError, ValueError) as error:
        message = "another process of this fit has ended or cannot be reached; nothing was stored."
        raise PrleError(message, hint="its own lines say why; then run the command again") from error
