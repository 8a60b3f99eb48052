"""Regimes: which inputs each prototype answers for, what it says of them, and whether other seeds agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.explanation.regimes import occupation, typical_rows
from prle.models.labels.checkpoint import load
from prle.stages.common.distinguishing import set_apart
from prle.stages.common.over_seeds import check_seeds, over_seeds
from prle.stages.common.splits import known_split
from prle.stages.info.interface import Regime, RegimeRow, RegimesReport, SplitOccupation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.predictor import Answering
    from prle.observer import Observer
    from prle.stages.info.interface import RegimesRequest
    from prle.workspace import Workspace

TYPICAL: Final = 3
"""Rows that a regime is shown by."""


def regimes_of(
    opened: Workspace, request: RegimesRequest, said: Callable[..., dict[str, Any]], observer: Observer
) -> RegimesReport:
    """Look at who answers for which validation rows, which the model was chosen by but not fitted to.

    :param said: from the target, the predictions and the labels of some rows to what a regime says of them.
    :raises WorkspaceError: where the model is missing, stale or broken, or there are no such rows.
    :raises UsageError: for fewer than two seeds.
    """
    check_seeds(request.seeds, "prle info --regimes --seeds 3")
    checkpoint = load(opened, request.name)
    predictor, split = checkpoint.predictor(), known_split(opened, "validation")
    weights = {each: predictor.weights(opened.embeddings(each)) for each in opened.splits if opened.splits[each]}
    refits, agreement = over_seeds(opened, checkpoint, split, request.seeds, observer)
    labels = opened.labels(split)
    return RegimesReport(
        workspace=opened.path,
        model=request.name,
        dataset=opened.manifest.dataset,
        fields=opened.manifest.names,
        label_name=opened.manifest.label,
        target=predictor.target.name,
        label_range=(float(labels.min()), float(labels.max())),
        split=split,
        prototypes=len(checkpoint.anchors),
        occupations=tuple(_occupation(each, found) for each, found in weights.items()),
        regimes=_regimes(opened, predictor, split, weights[split], said),
        seeds=refits,
        agreement=agreement,
        table=bool(opened.manifest.columns),
        alone=occupation(weights[split]).alone,
    )


def _occupation(split: SplitName, weights: NDArray[np.floating]) -> SplitOccupation:
    held = occupation(weights)
    return SplitOccupation(split=split, rows=len(weights), effective=held.effective, active=held.active)


def _regimes(
    opened: Workspace,
    predictor: Answering,
    split: SplitName,
    weights: NDArray[np.floating],
    said: Callable[..., dict[str, Any]],
) -> tuple[Regime, ...]:
    """Describe every prototype, the one with the largest share first."""
    shares, dominant = occupation(weights).shares, weights.argmax(axis=1)
    predicted, labels = predictor.predict(opened.embeddings(split)), opened.labels(split)
    known_by = set_apart(opened, split, dominant.astype(np.int64), len(shares))
    found = []
    for prototype in np.argsort(-shares, kind="stable").tolist():
        own = dominant == prototype
        typical = typical_rows(weights, prototype, TYPICAL).tolist()
        anchor = int(predictor.anchors[prototype])
        regime = Regime(
            prototype=prototype,
            share=float(shares[prototype]),
            rows=int(own.sum()),
            anchor=_row(opened, "train", anchor),
            typical=tuple(_row(opened, split, row) for row in typical),
            distinctions=known_by[prototype],
            **said(predictor.target, predicted[own], labels[own]),
        )
        found.append(regime)
    return tuple(found)


def _row(opened: Workspace, split: SplitName, row: int) -> RegimeRow:
    return RegimeRow(split=split, row=row, texts=opened.row_cells(split, row), label=opened.row_label(split, row))
