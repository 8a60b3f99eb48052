"""Predict from text with prototypes you can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import VERSION, when_asked

if TYPE_CHECKING:
    from prle.estimators import PRLEClassifier, PRLERegressor
    from prle.stages.project import open  # noqa: A004

__version__ = VERSION

__all__ = ["PRLEClassifier", "PRLERegressor", "__version__", "open"]

__getattr__ = when_asked(
    __name__,
    {
        # Estimators bring torch and scikit-learn with them.
        "PRLEClassifier": "prle.estimators",
        "PRLERegressor": "prle.estimators",
        "open": "prle.stages.project",
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)
