"""Compare over several data sets in one go: a workspace each, made where it is missing, then benched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prle.baselines import BASELINES
from prle.config import overridden, resolve, validate
from prle.config.schema import PlaceConfig
from prle.errors import WorkspaceError
from prle.observer import SILENT
from prle.stages import can
from prle.stages.bench.interface import BenchRequest, SuiteLine, SuiteReport
from prle.stages.bench.suites.plan import file_stem
from prle.stages.bench.verdict import answer_of
from prle.stages.common.provenance import provenance
from prle.stages.embed.source import embed_source
from prle.stages.fit.labels import settled_for
from prle.stages.fit.stage import fit
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prle.config import Config
    from prle.observer import Observer
    from prle.stages.bench.interface import BenchReport
    from prle.stages.bench.suites.plan import Plan

_TRIED: Final[Mapping[str, tuple[str, ...]]] = {
    "prototypes": ("count",),
    "value_space": ("projection",),
    "votes": ("base",),
    "place": tuple(PlaceConfig.model_fields),
}
"""The settings, by section, whose ``auto`` a fit settles by trying."""


def run_suite(plan: Plan, folder: Path, *, observer: Observer = SILENT) -> SuiteReport:
    """Make what is missing, bench every data set, and sum up.

    Workspaces stand beside each other in ``folder``, named after their sources. One that is there is used as it is; a
    model in it is fitted again only where its settings are not those of the plan, or its embeddings have changed.

    :raises WorkspaceError: for a workspace that is there and was embedded by another encoder.
    :raises PrleError: whatever embedding, fitting and comparing raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    workspaces = {source: folder / f"{file_stem(source)}.h5" for source in plan.datasets}
    for source, workspace in workspaces.items():
        _prepare(plan, source, workspace, observer)
    reports = tuple(_bench(plan, workspace, observer) for workspace in workspaces.values())
    return SuiteReport(
        encoder=plan.encoder,
        datasets=reports,
        summary=tuple(line for report in reports for line in _summary(report)),
        provenance=provenance(),
    )


def _prepare(plan: Plan, source: str, workspace: Path, observer: Observer) -> None:
    """Embed and fit what the workspace of one data set lacks.

    All of them come before the first comparison: a source that cannot be had should not cost an hour of measuring.
    """
    observer.note(f"{source}: {workspace}")
    if not workspace.exists():
        embed_source(workspace, source, plan.encoder, observer=observer)
    with open_workspace(workspace) as opened:
        can.place("bench --suite", can.subject(opened))
        if (holds := opened.manifest.encoder.name) != plan.encoder and not opened.manifest.columns:
            message = f"{workspace}: expected vectors of {plan.encoder}, it has those of {holds}."
            raise WorkspaceError(message, hint="choose another --folder, or remove that file")
    for model in plan.models:
        _fitted(workspace, model, resolve(plan.settings(model, source), {}), observer)


def _bench(plan: Plan, workspace: Path, observer: Observer) -> BenchReport:
    """Compare on one data set."""
    with open_workspace(workspace) as opened:
        only = _suiting(plan.only, len(opened.manifest.fields))
        observer.note(f"comparing on {opened.manifest.dataset}")
        request = BenchRequest(split=plan.split, only=only, seeds=plan.seeds, ablations=plan.ablations)
        report: BenchReport = can.module("bench --suite", can.subject(opened)).bench(opened, request, observer=observer)
    return report


def _fitted(workspace: Path, model: str, config: Config, observer: Observer) -> None:
    """Fit a model unless the workspace has it, fitted on these embeddings with these settings."""
    with open_workspace(workspace) as opened:
        usable = model in opened.model_names and opened.stale(model) is None
        if usable:
            stored = opened.model(model).config
            settled = settled_for(opened, _as_tried(config, stored))
            if stored == settled.model_dump(mode="json"):
                return
    fit(workspace, config, name=model, observer=observer)


def _as_tried(config: Config, stored: Mapping[str, Any]) -> Config:
    """Return settings in which an ``auto`` that has to be tried is what a stored model's fit came to."""
    said = config.model_dump()
    keys = [(section, key) for section, names in _TRIED.items() for key in names if said[section][key] == "auto"]
    tried = {f"{section}.{key}": stored.get(section, {}).get(key, "auto") for section, key in keys}
    return validate(overridden(said, tried))


def _suiting(only: Sequence[str] | None, texts: int) -> Sequence[str] | None:
    """Leave out baselines that need a pair where rows are single texts: a suite may hold both kinds."""
    if only is None:
        return None
    return [name for name in only if all(texts in kind.texts for known, kind in BASELINES.items() if known == name)]


def _summary(report: BenchReport) -> list[SuiteLine]:
    """Return the line of a data set, where a model was compared with a baseline."""
    rows = {row.name: row for row in report.rows}
    model, baseline = rows.get(report.best_model), rows.get(report.best_baseline)
    if model is None or baseline is None or model.difference is None:
        return []
    return [
        SuiteLine(
            dataset=report.dataset,
            model=model.name,
            pearson=model.score,
            rmse=model.rmse or 0.0,
            baseline=baseline.name,
            baseline_pearson=baseline.score,
            baseline_rmse=baseline.rmse or 0.0,
            difference=model.difference,
            answer=answer_of(model.difference),
        )
    ]
