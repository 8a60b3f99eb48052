"""Suggest how many prototypes to fit, from a look at the embeddings of a workspace; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.observer import SILENT, Observer
from prle.stages import can
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config import Config
    from prle.stages.suggest.interface import SuggestReport


def suggest(workspace: Path, config: Config, *, observer: Observer = SILENT) -> SuggestReport:
    """Measure a grid of counts and recommend one, which is the count that ``prototypes.count: auto`` would fit.

    :param config: how prototypes are chosen, the prior, the router's first temperature, the seed.
    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: where the settings do not fit the data, or labels are no numbers.
    """
    with open_workspace(workspace) as opened:
        kind = can.module("suggest", can.subject(opened))
        report: SuggestReport = kind.suggested(opened, config, observer=observer)
        return report
