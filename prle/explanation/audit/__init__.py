"""Audits: whether explanations do what they claim, each measure beside what chance or the plain alternative gives."""

from prle.explanation.audit.anchors import AnchorFidelity, anchor_fidelity
from prle.explanation.audit.class_noise import detect_class_noise
from prle.explanation.audit.compactness import Compactness, compactness
from prle.explanation.audit.datamodeling import half_subsets, labels_withheld, rows_removed, score, subset_sums
from prle.explanation.audit.deletion import Deletion, deletion
from prle.explanation.audit.gain import one_expert
from prle.explanation.audit.interface import Estimate, chosen, resampled
from prle.explanation.audit.noise import NoiseFound, detect_noise, with_wrong_labels
from prle.explanation.audit.purity import purity_of_random, within_share
from prle.explanation.audit.randomisation import Randomised, randomised, with_shuffled_labels
from prle.explanation.audit.reliance import Reliance, reliance
from prle.explanation.audit.stability import Stability, Voices, stability
from prle.explanation.audit.suspicion import Suspicion, suspicion

__all__ = [
    "AnchorFidelity",
    "Compactness",
    "Deletion",
    "Estimate",
    "NoiseFound",
    "Randomised",
    "Reliance",
    "Stability",
    "Suspicion",
    "Voices",
    "anchor_fidelity",
    "chosen",
    "compactness",
    "deletion",
    "detect_class_noise",
    "detect_noise",
    "half_subsets",
    "labels_withheld",
    "one_expert",
    "purity_of_random",
    "randomised",
    "reliance",
    "resampled",
    "rows_removed",
    "score",
    "stability",
    "subset_sums",
    "suspicion",
    "with_shuffled_labels",
    "with_wrong_labels",
    "within_share",
]
