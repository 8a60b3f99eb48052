"""How the library tells whoever is watching what it is doing, without knowing who that is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Protocol


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was measured on the validation rows: Pearson and RMSE of numbers, accuracy and log loss of classes.

    The two that do not apply are None. RMSE is in label units, log loss in nats.
    """

    validation_pearson: float | None = None
    validation_rmse: float | None = None
    validation_accuracy: float | None = None
    validation_log_loss: float | None = None

    @property
    def of_classes(self) -> bool:
        """Whether labels are classes."""
        return self.validation_log_loss is not None

    @property
    def score(self) -> float:
        """Pearson or accuracy: more is better. NaN where neither is known."""
        found = self.validation_accuracy if self.of_classes else self.validation_pearson
        return float("nan") if found is None else found

    @property
    def error(self) -> float:
        """RMSE or log loss, which training and search choose by: less is better. NaN where neither is known."""
        found = self.validation_log_loss if self.of_classes else self.validation_rmse
        return float("nan") if found is None else found


JUDGED: Final = tuple(field.name for field in fields(Judged))
"""The names under which these figures are kept."""


@dataclass(frozen=True, kw_only=True)
class EpochRecord(Judged):
    """One epoch of training, as shown live and kept in the model's history.

    ``losses`` are weighted means over the epoch's batches.
    """

    epoch: int
    epochs: int
    phase: str
    losses: dict[str, float]
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
