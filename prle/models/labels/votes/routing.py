"""Train a router to share out the weight among prototypes whose examples have their say already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import torch

from prle.models.labels.routers.interface import Spaces
from prle.models.labels.training.noise import TorchNoise
from prle.models.labels.training.state import Average

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.routers.interface import Router
    from prle.models.labels.targets import Target

BATCH: Final = 256
RATE: Final = 5e-4
MEMORY: Final = 0.99
PATIENCE: Final = 6


class Said(NamedTuple):
    """Rows that a router is trained or judged on.

    :param points: their places. *Shape:* (N, D)
    :param outputs: what the examples of each prototype say of each, without the row itself, scaled. *Shape:* (N, P, T)
    :param labels: scaled. *Shape:* (N, T)
    """

    points: NDArray[np.floating]
    outputs: NDArray[np.floating]
    labels: NDArray[np.floating]


def train_router(
    router: Router,
    centres: NDArray[np.floating],
    train: Said,
    validation: Said,
    target: Target,
    *,
    epochs: int,
    seed: int,
) -> dict[str, NDArray[np.float32]]:
    """Return the router of the epoch whose weights serve the validation rows best; the start is an epoch too.

    :param centres: the places of the prototypes. *Shape:* (P, D)
    """
    points = Spaces(retrieval=train.points, value=train.points)
    around = Spaces(retrieval=centres, value=centres)
    start = router.start(points, around, np.random.default_rng(seed))
    names = [name for name in start if name not in router.fixed]
    tensors = {name: torch.from_numpy(np.array(array)).requires_grad_(name in names) for name, array in start.items()}
    learned = [tensors[name] for name in names]
    rows, checks, middles = (
        torch.from_numpy(np.asarray(each, np.float32)) for each in (train.points, validation.points, centres)
    )
    said, goal = (torch.from_numpy(np.asarray(each, np.float32)) for each in (train.outputs, train.labels))

    def error() -> float:
        now = {**tensors, **dict(zip(names, map(torch.from_numpy, average.arrays()), strict=True))}
        with torch.no_grad():
            weights = router(
                now, Spaces(retrieval=checks, value=checks), Spaces(retrieval=middles, value=middles), None
            )
            mixed = np.einsum("bp,bpt->bt", weights.numpy(), validation.outputs)
        return float(np.mean(target.errors(mixed, validation.labels)))

    average, generator = Average(learned, memory=MEMORY), torch.Generator().manual_seed(seed)
    best, kept, since = error(), average.arrays(), 0
    groups = [{"params": [tensors[name]], "lr": RATE * router.rates.get(name, router.rate)} for name in names]
    optimizer = torch.optim.Adam(groups) if groups else None
    for _ in range(epochs if optimizer is not None else 0):
        for batch in torch.split(torch.randperm(len(rows), generator=generator), BATCH):
            own = Spaces(retrieval=rows[batch], value=rows[batch])
            weights = router(tensors, own, Spaces(retrieval=middles, value=middles), TorchNoise(generator))
            mixed = torch.einsum("bp,bpt->bt", weights, said[batch])
            loss = torch.mean(target.errors(mixed, goal[batch]))
            if optimizer is not None:
                optimizer.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            average.step()
        now = error()
        since = 0 if now < best else since + 1
        if now < best:
            best, kept = now, average.arrays()
        if since >= PATIENCE:
            break
    return {**{name: np.asarray(start[name], np.float32) for name in start}, **dict(zip(names, kept, strict=True))}
