"""A fitted model with its centres somewhere else and nothing fitted again, to see whether centres matter.

An ablation that refits lets everything else make up for what was taken. Here experts stay what they are and only the
places change that inputs are routed to. A router that goes by its centres sends inputs to the wrong experts then; one
that has learnt the way by itself would not notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.models.labels.checkpoint import Checkpoint

DisturbanceName = Literal["permuted centres", "random centres"]


def permuted_centres(
    centres: NDArray[np.floating],
    train: Sentences,  # noqa: ARG001
    rng: np.random.Generator,
) -> NDArray[np.floating]:
    """Give every expert the centre of another one. *Shape:* (P, S, H) each, train (N, S, H)."""
    order = rng.permutation(len(centres))
    moved = np.empty_like(centres)
    moved[order] = centres[np.roll(order, 1)]
    return moved


def random_centres(centres: NDArray[np.floating], train: Sentences, rng: np.random.Generator) -> NDArray[np.floating]:
    """Put random training rows where the centres were. *Shapes* as above."""
    rows = rng.choice(len(train), len(centres), replace=False)
    taken: NDArray[np.floating] = train[rows]
    return taken.astype(centres.dtype)


Disturbance = Callable[["NDArray[np.floating]", "Sentences", np.random.Generator], "NDArray[np.floating]"]

DISTURBANCES: Final[Mapping[DisturbanceName, Disturbance]] = {
    "permuted centres": permuted_centres,
    "random centres": random_centres,
}


def disturbed(checkpoint: Checkpoint, name: DisturbanceName, train: Sentences, seed: int) -> Checkpoint:
    """Return a model whose experts speak with other centres, the same for all members, which share them.

    :param train: frozen vectors of the training rows. *Shape:* (N, S, H)
    """
    members = checkpoint.members
    centres = DISTURBANCES[name](members[0]["prototypes"]["vectors"], train, np.random.default_rng(seed))
    moved: list[Any] = [{**member, "prototypes": {**member["prototypes"], "vectors": centres}} for member in members]
    return replace(checkpoint, members=tuple(moved))
