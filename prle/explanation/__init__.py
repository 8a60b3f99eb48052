"""Explanations: decompositions that add up, the training rows behind them, and how far to trust them."""

from prle.explanation.doubt import UNFAMILIAR, bracket, disagreement, percentile
from prle.explanation.features import FeatureLedger, by_feature
from prle.explanation.ledger import Ledger, by_prototype
from prle.explanation.neighbours import Neighbours, distances_to_all, nearest_others, nearest_rows, spacing_of

__all__ = [
    "UNFAMILIAR",
    "FeatureLedger",
    "Ledger",
    "Neighbours",
    "bracket",
    "by_feature",
    "by_prototype",
    "disagreement",
    "distances_to_all",
    "nearest_others",
    "nearest_rows",
    "percentile",
    "spacing_of",
]
