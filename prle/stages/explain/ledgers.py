"""What was read, laid out: blocks of value features, and the strongest single ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.stages.explain.parts import FeatureGroup, FeatureReport, FeatureShare

if TYPE_CHECKING:
    from prle.explanation import FeatureLedger

STRONGEST: Final = 10
"""Single value features that a report lists."""


def feature_report(ledger: FeatureLedger, number: int) -> FeatureReport:
    """Return one prediction by value feature: blocks, and the strongest single features."""
    shared, local = ledger.shared[number], ledger.local[number]
    groups = tuple(
        FeatureGroup(
            name=name,
            shared=float(shared[block].sum()),
            local=float(local[block].sum()),
            contribution=float(shared[block].sum() + local[block].sum()),
        )
        for name, block in ledger.blocks.items()
    )
    group_of = {column: name for name, block in ledger.blocks.items() for column in range(block.start, block.stop)}
    both = shared + local
    strongest = tuple(
        FeatureShare(
            feature=column,
            group=group_of[column],
            shared=float(shared[column]),
            local=float(local[column]),
            contribution=float(both[column]),
        )
        for column in np.argsort(-np.abs(both), kind="stable")[:STRONGEST].tolist()
        if both[column] != 0.0
    )
    return FeatureReport(
        baseline=float(ledger.baseline[number]), level=float(ledger.level[number]), groups=groups, strongest=strongest
    )
