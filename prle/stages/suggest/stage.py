"""Suggest how many prototypes to fit, from a look at the embeddings of a workspace; nothing is stored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prle.config import Config
from prle.models.labels.training.studies.counts import study_counts
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.common.judging import rows_of
from prle.stages.fit.labels import settled_for
from prle.stages.suggest.interface import SuggestReport
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path


def suggest(workspace: Path, config: Config | None = None, *, observer: Observer = SILENT) -> SuggestReport:
    """Measure a grid of counts and recommend one, which is the count that ``prototypes.count: auto`` would fit.

    :param config: how prototypes are chosen, the prior, the router's first temperature, the seed; None for defaults.
    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: where the settings do not fit the data.
    """
    begun = time.perf_counter()
    with open_workspace(workspace) as opened:
        can.place("suggest", can.subject(opened))
        train, validation = (rows_of(opened, split, "suggesting") for split in ("train", "validation"))
        study = study_counts(settled_for(opened, config or Config()), train, validation, observer=observer)
        manifest = opened.manifest
    return SuggestReport(
        workspace=workspace,
        dataset=manifest.dataset,
        encoder=manifest.encoder.name,
        synthetic=manifest.synthetic,
        rows=len(train.labels),
        sampled_rows=study.sampled_rows,
        width=study.width,
        temperature=study.temperature,
        dimensions=study.dimensions,
        trials=study.trials,
        recommended=study.recommendation.count,
        reason=study.recommendation.reason,
        seconds=time.perf_counter() - begun,
    )
