"""The library's table of contents: a workspace, and every verb as a method of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any, final

from prle.errors import PrleError
from prle.stages.common.writing import safe
from prle.stages.info.picture import as_html, as_text, paragraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from prle.stages.info.interface import InfoReport


def open(file: str | Path = "prle.h5") -> Project:  # noqa: A001
    """Return what can be done with a workspace, which need not be there yet: ``prle.open("prle.h5")``."""
    return Project(Path(file))


@final
@dataclass(frozen=True)
class Verb:
    """A function of a stage as a method: imported when somebody looks at it, its workspace is the file of the project.

    :param module: where it is, and ``name`` what it is called there.
    """

    module: str
    name: str

    def __get__(self, project: Project | None, owner: type[Project]) -> Callable[..., Any]:
        stage: Callable[..., Any] = getattr(import_module(self.module), self.name)
        # Bound as a method is, it keeps the docstring of the stage, and its signature but for the workspace.
        return stage if project is None else MethodType(stage, project.file)


@final
@dataclass(frozen=True, repr=False)
class Project:
    """One workspace and the verbs: it prints as ``prle info`` does, and ``help`` of a method says what its stage does.

    Nothing is kept open between calls: each opens the file and lets go of it.
    """

    file: Path

    embed = Verb("prle.stages.embed", "embed_source")
    suggest = Verb("prle.stages.suggest", "suggest")
    fit = Verb("prle.stages.fit", "fit")
    search = Verb("prle.stages.fit.search", "search")
    predict = Verb("prle.stages.predict", "predict_texts")
    predict_split = Verb("prle.stages.predict", "predict_split")
    explain = Verb("prle.stages.explain", "explain_texts")
    explain_rows = Verb("prle.stages.explain", "explain_rows")
    explain_row = Verb("prle.stages.explain", "explain_row")
    answering = Verb("prle.stages.serve", "answering")
    audit = Verb("prle.stages.audit", "audit")
    audit_labels = Verb("prle.stages.audit", "audit_labels")
    drop = Verb("prle.stages.edit", "drop")
    relabel = Verb("prle.stages.edit", "relabel")
    undo = Verb("prle.stages.edit", "undo")
    edit_log = Verb("prle.stages.edit", "edit_log")
    consolidate = Verb("prle.stages.consolidate", "consolidate")
    distill = Verb("prle.stages.distill", "distill")
    bench = Verb("prle.stages.bench", "bench")
    report = Verb("prle.stages.report", "report")
    export = Verb("prle.stages.export", "export")
    info = Verb("prle.stages.info", "info")
    regimes = Verb("prle.stages.info", "find_regimes")
    history = Verb("prle.stages.info", "read_history")

    def __repr__(self) -> str:
        found = self._found()
        return safe(found) if isinstance(found, str) else as_text(found)

    def _repr_html_(self) -> str:
        found = self._found()
        return paragraph(found) if isinstance(found, str) else as_html(found)

    def _found(self) -> InfoReport | str:
        """Return what is in the file, or in a line why nothing can be read: to look at an object never fails."""
        if not os.path.lexists(self.file):
            return f"{self.file} is not there yet; embed(SOURCE) makes it."
        try:
            found: InfoReport = self.info()
        except PrleError as refused:
            return f"{refused.message} Hint: {refused.hint}" if refused.hint else refused.message
        return found
