"""Whether other seeds find the same regimes: a count that changes with the seed is not a discovery."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError
from prle.explanation.regimes import adjusted_rand, occupation
from prle.stages.info.interface import SeedOccupation

if TYPE_CHECKING:
    from prle.data.interface import SplitName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.observer import Observer
    from prle.workspace import Workspace


def check_seeds(seeds: int | None, example: str) -> None:
    """Refuse a comparison of fewer than two fits.

    :raises UsageError: for fewer than two seeds; ``example`` is a command that would do.
    """
    if seeds is not None and seeds < 2:
        message = f"--seeds {seeds}: expected at least 2; one fit agrees with itself."
        raise UsageError(message, hint=f"for example `{example}`")


def over_seeds(
    opened: Workspace, checkpoint: Checkpoint, split: SplitName, seeds: int | None, observer: Observer
) -> tuple[tuple[SeedOccupation, ...], tuple[float, ...]]:
    """Fit the settings of a model again with seeds from 0 on; nothing is stored.

    :returns: who holds the weight of a split in each fit, and the adjusted Rand index of who dominates which of its
        rows, a number for each pair of fits.
    """
    if seeds is None:
        return (), ()
    from prle.stages.fit.labels import fit_model

    held, dominant = [], []
    for seed in range(seeds):
        train = checkpoint.config.train.model_copy(update={"seed": seed})
        refit = fit_model(opened, checkpoint.config.model_copy(update={"train": train}))[0].predictor()
        weights = refit.weights(opened.embeddings(split))
        found = occupation(weights)
        held.append(SeedOccupation(seed=seed, effective=found.effective, active=found.active))
        dominant.append(weights.argmax(axis=1).astype(np.int64))
        observer.progress("seeds", seed + 1, seeds, "fits")
    return tuple(held), tuple(adjusted_rand(first, second) for first, second in combinations(dominant, 2))
