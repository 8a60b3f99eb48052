"""Students in a comparison: each as it is stored, not fitted again, and without parts to leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.stages.bench.interface import model_row
from prle.stages.common.students import load_student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.stages.bench.measuring import Entrant
    from prle.stages.bench.methods.labels import Lineup
    from prle.stages.bench.methods.texts import TextLineup, TextMethod
    from prle.workspace import Workspace


def entrants(opened: Workspace, name: str, lineup: Lineup | TextLineup) -> Sequence[Entrant | TextMethod]:
    """Return a student of any target, as it takes part among the others.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    student = load_student(opened, name)
    return [lineup.student(model_row(name), student, float(opened.summary(name).get("fit_seconds", 0.0)))]
