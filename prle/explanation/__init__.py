"""Explanations: decompositions that add up, the training rows behind them, and how far to trust them."""

from prle.explanation.doubt import UNFAMILIAR, bracket, disagreement, percentile
from prle.explanation.features import FeatureLedger, by_feature
from prle.explanation.influence import Attribution, Influence, Placed, place
from prle.explanation.leaving_out import leave_one_out, removal_effects
from prle.explanation.ledger import Ledger, by_prototype
from prle.explanation.neighbours import Neighbours, distances_to_all, nearest_others, nearest_rows, spacing_of

__all__ = [
    "UNFAMILIAR",
    "Attribution",
    "FeatureLedger",
    "Influence",
    "Ledger",
    "Neighbours",
    "Placed",
    "bracket",
    "by_feature",
    "by_prototype",
    "disagreement",
    "distances_to_all",
    "leave_one_out",
    "nearest_others",
    "nearest_rows",
    "percentile",
    "place",
    "removal_effects",
    "spacing_of",
]
