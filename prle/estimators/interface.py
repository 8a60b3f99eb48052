"""What estimators raise and say, in the words that scikit-learn expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from prle.errors import DataError

if TYPE_CHECKING:
    from prle.observer import EpochRecord


class InputError(DataError, ValueError):
    """Rows or labels that cannot be fitted; a ``ValueError`` too, which is what callers of scikit-learn catch."""


class FitWarning(UserWarning):
    """A fit that found nothing worth the name: one prototype with all of the weight, or the most frequent class."""


@final
class Listener:
    """Keeps what a fit warns of, for the estimator to pass on; the rest it keeps itself, or is for terminals."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def note(self, message: str) -> None:
        """Ignore it."""

    def warn(self, message: str) -> None:
        """Keep it."""
        self.warnings.append(message)

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Ignore it."""

    def epoch(self, record: EpochRecord) -> None:
        """Ignore it: ``history_`` has all of them."""
