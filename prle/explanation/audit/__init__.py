"""Audits: whether explanations do what they claim, each measure beside what chance or the plain alternative gives."""

from prle.explanation.audit.anchors import AnchorFidelity, anchor_fidelity, anchors_of_cells
from prle.explanation.audit.compactness import Compactness, compactness
from prle.explanation.audit.datamodeling import half_subsets, score, subset_sums
from prle.explanation.audit.deletion import COUNTS, Deletion, deletion
from prle.explanation.audit.entries import Entries, entries
from prle.explanation.audit.interface import Estimate, resampled
from prle.explanation.audit.noise import NoiseFound, area, from_other_folds, with_wrong_labels
from prle.explanation.audit.others import Others, said_by_others, voted_by_others
from prle.explanation.audit.purity import purity_of_random, within_share
from prle.explanation.audit.randomisation import Randomised, randomised
from prle.explanation.audit.reliance import Reliance, reliance
from prle.explanation.audit.stability import Stability, around_anchors, stability

__all__ = [
    "COUNTS",
    "AnchorFidelity",
    "Compactness",
    "Deletion",
    "Entries",
    "Estimate",
    "NoiseFound",
    "Others",
    "Randomised",
    "Reliance",
    "Stability",
    "anchor_fidelity",
    "anchors_of_cells",
    "area",
    "around_anchors",
    "compactness",
    "deletion",
    "entries",
    "from_other_folds",
    "half_subsets",
    "purity_of_random",
    "randomised",
    "reliance",
    "resampled",
    "said_by_others",
    "score",
    "stability",
    "subset_sums",
    "voted_by_others",
    "with_wrong_labels",
    "within_share",
]
