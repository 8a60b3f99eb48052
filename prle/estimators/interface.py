"""What estimators raise and say, in the words that scikit-learn expects."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, final

from prle.errors import DataError

if TYPE_CHECKING:
    from prle.observer import EpochRecord


class InputError(DataError, ValueError):
    """Rows or labels that cannot be fitted; a ``ValueError`` too, which is what callers of scikit-learn catch."""


class FitWarning(UserWarning):
    """A fit that found nothing worth the name: one prototype with all of the weight, or the most frequent class."""


@final
class WarningObserver:
    """Passes warnings of a fit on as Python's; the rest is kept by the estimator, or is for terminals."""

    def note(self, message: str) -> None:
        """Ignore it."""

    def warn(self, message: str) -> None:
        """Warn whoever called ``fit``."""
        warnings.warn(message, FitWarning, stacklevel=2)

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Ignore it."""

    def epoch(self, record: EpochRecord) -> None:
        """Ignore it: ``history_`` has all of them."""
