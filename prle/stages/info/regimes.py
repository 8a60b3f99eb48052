"""Regimes: which inputs each prototype answers for, what it says of them, and whether other seeds agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.explanation.regimes import occupation, typical_rows
from prle.models.labels.checkpoint import load
from prle.models.labels.targets import ClassTarget
from prle.observer import SILENT, Observer
from prle.stages.common.distinguishing import set_apart
from prle.stages.common.kinds import refuse_texts
from prle.stages.common.over_seeds import check_seeds, over_seeds
from prle.stages.common.splits import known_split
from prle.stages.info.interface import Regime, RegimeRow, RegimesReport, SplitOccupation
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.predictor import Predictor
    from prle.models.labels.targets import Target
    from prle.workspace import Workspace

TYPICAL: Final = 3
"""Rows that a regime is shown by."""


def regimes(
    workspace: Path, *, name: str = "default", seeds: int | None = None, observer: Observer = SILENT
) -> RegimesReport:
    """Look at who answers for which validation rows, which the model was chosen by but not fitted to.

    :param seeds: how many refits, with seeds from 0 on, the regimes are compared over; None for no refit.
    :raises WorkspaceError: where the workspace or the model is missing, stale or broken, or there are no such rows.
    :raises UsageError: for fewer than two seeds, or where labels are texts.
    """
    check_seeds(seeds, "prle info --regimes --seeds 3")
    with open_workspace(workspace) as opened:
        refuse_texts(opened, "regimes")
        checkpoint = load(opened, name)
        predictor, split = checkpoint.predictor(), known_split(opened, "validation")
        weights = {each: predictor.weights(opened.embeddings(each)) for each in opened.splits if opened.splits[each]}
        refits, agreement = over_seeds(opened, checkpoint, split, seeds, observer)
        labels = opened.labels(split)
        return RegimesReport(
            workspace=workspace,
            model=name,
            dataset=opened.manifest.dataset,
            fields=opened.manifest.names,
            label_name=opened.manifest.label,
            target=predictor.target.name,
            label_range=(float(labels.min()), float(labels.max())),
            split=split,
            prototypes=len(checkpoint.anchors),
            occupations=tuple(_occupation(each, found) for each, found in weights.items()),
            regimes=_regimes(opened, predictor, split, weights[split]),
            seeds=refits,
            agreement=agreement,
            table=bool(opened.manifest.columns),
            alone=occupation(weights[split]).alone,
        )


def _occupation(split: SplitName, weights: NDArray[np.floating]) -> SplitOccupation:
    held = occupation(weights)
    return SplitOccupation(split=split, rows=len(weights), effective=held.effective, active=held.active)


def _regimes(
    opened: Workspace, predictor: Predictor, split: SplitName, weights: NDArray[np.floating]
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
            anchor=_row(opened, predictor.target, "train", anchor),
            typical=tuple(_row(opened, predictor.target, split, row) for row in typical),
            distinctions=known_by[prototype],
            **_said(predictor.target, predicted[own], labels[own]),
        )
        found.append(regime)
    return tuple(found)


def _said(target: Target, predicted: NDArray[np.float64], labels: NDArray[np.float64]) -> dict[str, Any]:
    """Return the means of predictions and labels of some rows, maybe none, and how wrong the predictions are."""
    found: dict[str, Any] = {"prediction": None, "label": None, "error": None}
    found |= {"predicted_classes": {}, "label_classes": {}}
    if not len(labels):
        return found
    if isinstance(target, ClassTarget):
        truths = target.scaled(labels).mean(axis=0, dtype=np.float64)
        for key, means in (("predicted_classes", predicted.mean(axis=0)), ("label_classes", truths)):
            found[key] = dict(zip(target.names, means.tolist(), strict=True))
        found["error"] = float(np.mean(predicted.argmax(axis=1) != labels))
    else:
        found |= {"prediction": float(predicted.mean()), "label": float(labels.mean())}
        found["error"] = float(np.sqrt(np.mean((predicted - labels) ** 2)))
    return found


def _row(opened: Workspace, target: Target, split: SplitName, row: int) -> RegimeRow:
    value = float(opened.labels(split)[row])
    label = target.names[int(value)] if isinstance(target, ClassTarget) else value
    return RegimeRow(split=split, row=row, texts=opened.row_cells(split, row), label=label)
