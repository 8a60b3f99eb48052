"""Fit a model on the vectors of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.package import when_asked

if TYPE_CHECKING:
    from prle.stages.fit.stage import fit

__all__ = ["fit"]

__getattr__ = when_asked(__name__, {"fit": "prle.stages.fit.stage"})
