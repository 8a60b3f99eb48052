"""How the library tells whoever is watching what it is doing, without knowing who that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class EpochRecord:
    """One epoch of training, as shown live and kept in the model's history.

    ``losses`` are weighted means over the epoch's batches; ``validation_rmse`` is in label units.
    """

    epoch: int
    epochs: int
    phase: str
    losses: dict[str, float]
    validation_pearson: float
    validation_rmse: float
    prototypes_in_use: int
    best: bool


class Observer(Protocol):
    """Receives what happens during a stage."""

    def note(self, message: str) -> None:
        """Something worth knowing: a guessed column, a resumed job."""

    def warn(self, message: str) -> None:
        """Something counted and probably unwanted: 3 rows without a label."""

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """``done`` of ``total`` units of ``task`` are finished; ``done == total`` ends it."""

    def epoch(self, record: EpochRecord) -> None:
        """One epoch of training ended."""


class _Silent:
    """Nobody is watching."""

    def note(self, message: str) -> None:
        """Ignore it."""

    def warn(self, message: str) -> None:
        """Ignore it."""

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Ignore it."""

    def epoch(self, record: EpochRecord) -> None:
        """Ignore it."""


SILENT: Observer = _Silent()
