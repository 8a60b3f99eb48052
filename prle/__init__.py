"""Predict from text with prototypes you can read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prle.estimators import PRLEClassifier, PRLERegressor

__version__ = "0.1.0"

__all__ = ["PRLEClassifier", "PRLERegressor", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the estimators when they are asked for: they bring torch and scikit-learn with them."""
    if name in ("PRLEClassifier", "PRLERegressor"):
        return getattr(import_module("prle.estimators"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
