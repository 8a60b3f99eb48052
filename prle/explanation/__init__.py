"""Explanations: decompositions that add up, and the training rows behind them."""

from prle.explanation.ledger import Ledger, by_prototype
from prle.explanation.neighbours import Neighbours, nearest_rows

__all__ = ["Ledger", "Neighbours", "by_prototype", "nearest_rows"]
