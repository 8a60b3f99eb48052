"""What a comparison is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class BenchRequest:
    """What is compared, on which rows, how often.

    :param split: the rows that are predicted; other than ``test``, something was fitted or tuned on them.
    :param only: row names to keep, as the report spells them (``prle:default``, ``knn``); a model brings its ablations.
    :param seeds: K: models (with their stored settings) and whatever else is random are fitted with seeds 0 to K - 1
        and reported as mean and standard deviation. None measures the stored models themselves.
    :param ablations: fit every model again without each of its parts, not only without its local experts.
    :param soft_targets: where labels are texts, also fit with each kind of soft targets.
    :param memory: bytes that the process should make do with; what the machine has when not given. Where training
        vectors would take more than an eighth of that, they stay in the file, and baselines get a sample of the rows.
    :param cuts: where labels are texts, further workspaces that hold the same data cut in another way.
    """

    split: str = "test"
    only: Sequence[str] | None = None
    seeds: int | None = None
    ablations: bool = False
    soft_targets: bool = False
    memory: int | None = None
    cuts: Sequence[Path] = ()

    def __post_init__(self) -> None:
        if self.seeds is not None and self.seeds < 1:
            message = f"seeds: expected 1 or more, got {self.seeds}."
            raise UsageError(message)
