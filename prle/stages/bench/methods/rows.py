"""How the rows of a comparison are called."""

from __future__ import annotations


def model_row(model: str) -> str:
    """Return the name of a model's row, which no baseline can have."""
    return f"prle:{model}"
