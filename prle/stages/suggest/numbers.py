"""Suggest how many prototypes to fit where labels are numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prle.models.labels.training.studies.counts import study_counts
from prle.stages.common.judging import rows_of
from prle.stages.fit.labels import settled_for
from prle.stages.suggest.interface import SuggestReport

if TYPE_CHECKING:
    from prle.config import Config
    from prle.observer import Observer
    from prle.workspace import Workspace


def suggested(opened: Workspace, config: Config, *, observer: Observer) -> SuggestReport:
    """Measure a grid of counts and recommend one.

    :raises WorkspaceError: where there are no training or validation rows.
    :raises UsageError: where the settings do not fit the data.
    """
    begun = time.perf_counter()
    train, validation = (rows_of(opened, split, "suggesting") for split in ("train", "validation"))
    study = study_counts(settled_for(opened, config), train, validation, observer=observer)
    manifest = opened.manifest
    return SuggestReport(
        workspace=opened.path,
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
