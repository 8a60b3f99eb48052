"""Predict from text with prototypes you can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import VERSION, when_asked

if TYPE_CHECKING:
    from prle.estimators import PRLEClassifier, PRLERegressor

__version__ = VERSION

__all__ = ["PRLEClassifier", "PRLERegressor", "__version__"]

__getattr__ = when_asked(
    __name__,
    {
        # Estimators bring torch and scikit-learn with them.
        "PRLEClassifier": "prle.estimators",
        "PRLERegressor": "prle.estimators",
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)
