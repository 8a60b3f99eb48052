"""Train a map so that near rows have like labels: in each batch every row is said by the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, final

import numpy as np
import torch
from torch.nn.functional import gelu

from prle.models.labels.pairing import compose
from prle.models.labels.retrieval import standardisation
from prle.models.labels.training.state import Average

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

BATCH: Final = 512
"""Rows that say each other: with fewer a row has no near one among them."""

RATE: Final = 1e-3
DECAY: Final = 0.1
MEMORY: Final = 0.98
PATIENCE: Final = 8

STEPS: Final = 6_000
"""At most so many: beyond some fifty thousand rows there are fewer epochs instead."""

EVERY: Final = 2
"""Epochs between two looks at the validation rows, each of which costs as much as an epoch."""

SAYING: Final = 4_096
"""Training rows that say validation rows then, and validation rows that they say, at most."""

DRAWN: Final = 1 << 22
"""Numbers in the draw that masks are windows of; a batch of the widest rows takes a part of it."""

AT_ONCE: Final = 1_024
"""Validation rows that training rows are weighed for at a time."""


class Recipe(Protocol):
    """What a map is trained by."""

    @property
    def dropout(self) -> float:
        """Share of hidden units silenced."""

    @property
    def input_dropout(self) -> float:
        """Share of input columns silenced."""

    @property
    def epochs(self) -> int:
        """At most so many."""


def train_map(
    recipe: Recipe,
    start: Mapping[str, NDArray[np.float32]],
    train: Rows,
    validation: Rows,
    target: Target,
    *,
    seed: int,
    device: str,
) -> dict[str, NDArray[np.float32]]:
    """Return the map of the epoch under which training rows say the validation rows best.

    Adam with decoupled weight decay (Loshchilov and Hutter, 2019); what is measured and kept is the moving average.

    :param start: ``first`` (F, hidden), ``bias`` (hidden,) and ``second`` (hidden, D).
    :param device: as torch calls it; what is drawn is drawn on the processor, so that every device draws the same.
    """
    inputs, checks = compose(train.sentences[:]), compose(validation.sentences[:])
    centre, scale = standardisation(inputs)
    rows, others = (torch.from_numpy((each - centre) * scale).to(device) for each in (inputs, checks))
    labels, goal = (torch.from_numpy(target.scaled(each.labels)).to(device) for each in (train, validation))
    generator = torch.Generator().manual_seed(seed)
    names = tuple(start)
    tensors = [torch.from_numpy(np.array(start[name])).to(device).requires_grad_() for name in names]
    optimizer = torch.optim.AdamW(tensors, RATE, weight_decay=DECAY, fused=True)
    average = Average(tensors, memory=MEMORY)
    best, kept, since = np.inf, average.arrays(), 0
    saying, said = (torch.randperm(len(each), generator=generator)[:SAYING] for each in (rows, others))
    silence = [_Silence(rate, generator, device) for rate in (recipe.input_dropout, recipe.dropout)]
    epochs = min(recipe.epochs, max(1, STEPS * BATCH // len(rows)))
    for epoch in range(1, epochs + 1):
        for batch in torch.split(torch.randperm(len(rows), generator=generator), BATCH):
            if len(batch) > 1:
                loss = _loss(_placed(rows[batch], tensors, silence), labels[batch], target)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                average.step()
        if epoch % EVERY and epoch < epochs:
            continue
        now = [torch.from_numpy(each).to(device) for each in average.arrays()]
        error = _error(now, rows[saying], labels[saying], others[said], goal[said], target)
        since = 0 if error < best else since + EVERY
        if error < best:
            best, kept = error, average.arrays()
        if since >= PATIENCE:
            break
    return dict(zip(names, kept, strict=True))


@final
class _Silence:
    """Dropout whose masks are windows of one long draw, which costs a tenth of drawing each.

    :param rate: share that is silenced; the rest is scaled, so that the mean stays.
    """

    def __init__(self, rate: float, generator: torch.Generator, device: str) -> None:
        self._generator = generator
        self._kept = ((torch.rand(DRAWN, generator=generator) >= rate) / (1.0 - rate)).to(device)

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        """*Shape:* (B, F) to (B, F)."""
        first = int(torch.randint(DRAWN - values.numel(), (1,), generator=self._generator))
        return values * self._kept[first : first + values.numel()].view_as(values)


def _placed(inputs: torch.Tensor, tensors: Sequence[torch.Tensor], silence: Sequence[_Silence] = ()) -> torch.Tensor:
    """Place inputs, some of what is read silenced where a map is trained. *Shape:* (B, F) to (B, D)."""
    first, bias, second = tensors
    quiet, still = silence or (_as_it_is, _as_it_is)
    return still(gelu(torch.addmm(bias, quiet(inputs), first), approximate="tanh")) @ second


def _as_it_is(values: torch.Tensor) -> torch.Tensor:
    return values


def _loss(placed: torch.Tensor, labels: torch.Tensor, target: Target) -> torch.Tensor:
    """Let every row of a batch be said by the others. *Shapes:* (B, D), (B, T) to a scalar."""
    far = _squares(placed, placed)
    far = far + torch.diag(torch.full((len(placed),), torch.inf, device=far.device))
    return torch.mean(target.errors(torch.softmax(-far, dim=1) @ labels, labels))


def _error(
    tensors: Sequence[torch.Tensor],
    rows: torch.Tensor,
    labels: torch.Tensor,
    others: torch.Tensor,
    goal: torch.Tensor,
    target: Target,
) -> float:
    """Measure how well training rows say validation rows."""
    with torch.no_grad():
        placed, total = _placed(rows, tensors), 0.0
        for first in range(0, len(others), AT_ONCE):
            block = slice(first, first + AT_ONCE)
            said = torch.softmax(-_squares(_placed(others[block], tensors), placed), dim=1) @ labels
            total += float(torch.sum(target.errors(said, goal[block])))
    return total / max(1, len(others))


def _squares(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Squared distances. *Shapes:* (B, D), (N, D) to (B, N)."""
    return (points * points).sum(1)[:, None] + (centres * centres).sum(1)[None, :] - 2.0 * points @ centres.T
