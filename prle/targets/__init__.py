"""Targets: what is predicted, and in which units."""

from prle.targets.number import NumberTarget

__all__ = ["NumberTarget"]
