"""Ledgers with texts: what was read, which training rows stand behind it, and what the prediction hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation import fewest_examples, fewest_prototypes, place
from prle.explanation.counterfactual import MOST_EXAMPLES, MOST_PROTOTYPES
from prle.stages.explain.parts import (
    CounterfactualReport,
    FeatureGroup,
    FeatureReport,
    FeatureShare,
    InfluenceReport,
    InfluentialExample,
    OtherExamples,
    RemovalReport,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.explanation import Attribution, FeatureLedger, Influence, Removal
    from prle.models.labels.predictor import Predictor
    from prle.workspace import Workspace

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


def influence_report(
    workspace: Workspace, influence: Influence, attribution: Attribution, number: int, count: int
) -> InfluenceReport:
    """Return one prediction by training example: ``count`` rows that add or take away most, and all others together."""
    alphas, parts = attribution.weights[number], attribution.contributions[number]
    listed = np.argsort(-np.abs(parts), kind="stable")[:count]
    prior = np.mean([member.prior[listed] for member in influence.members], axis=0)
    others = np.ones(len(parts), np.bool_)
    others[listed] = False
    return InfluenceReport(
        prior=float(attribution.prior[number]),
        carried=float(attribution.carried[number]),
        listed=tuple(
            InfluentialExample(
                row=row,
                texts=workspace.row_cells("train", row),
                label=float(influence.labels[row]),
                prior=float(prior[place_]),
                alpha=float(alphas[row]),
                contribution=float(parts[row]),
            )
            for place_, row in enumerate(listed.tolist())
        ),
        others=OtherExamples(
            rows=int(others.sum()), alpha=float(alphas[others].sum()), contribution=float(parts[others].sum())
        ),
    )


def removals(
    predictor: Predictor, vectors: NDArray[np.float32], influence: Influence | None, move: float
) -> CounterfactualReport:
    """Search for what the prediction of one input (S, H) hangs on; training rows only where they can be traced."""
    forwards = predictor.forwards(vectors[None])
    placed = place(predictor, forwards) if influence else None
    refit = (influence, placed) if influence and placed else None
    prototypes = fewest_prototypes(forwards, predictor.target, move, refit=refit)
    return CounterfactualReport(
        move=move,
        prototypes=_removal(prototypes, MOST_PROTOTYPES, refitted=refit is not None),
        examples=_removal(fewest_examples(*refit, move), MOST_EXAMPLES, refitted=True) if refit else None,
    )


def _removal(removal: Removal, most: int, *, refitted: bool) -> RemovalReport:
    return RemovalReport(
        removed=removal.removed,
        prediction=removal.prediction,
        move=removal.move,
        reached=removal.reached,
        most=most,
        refitted=refitted,
    )
