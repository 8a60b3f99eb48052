"""Report: gather what a page about one fitted model says, so that a reader can check it row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.config.rows import Recorded, sections, trace
from prle.errors import UsageError
from prle.explanation.plane import principal_plane
from prle.explanation.regimes import occupied
from prle.explanation.survey import survey
from prle.metrics.promise import Promise
from prle.models.labels.calibration import coverage
from prle.models.labels.checkpoint import load, parameters_of
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.bench.file import another_fit, read_bench
from prle.stages.common.distinguishing import set_apart
from prle.stages.common.over_seeds import check_seeds, over_seeds
from prle.stages.common.provenance import provenance
from prle.stages.common.splits import known_split
from prle.stages.explain.interface import LEVEL
from prle.stages.explain.questions import question_of
from prle.stages.info.interface import SplitOccupation
from prle.stages.report.interface import (
    DataFacts,
    EmbeddingMap,
    MapPoint,
    ModelFacts,
    RegimeProfile,
    ReportContents,
    ReportRequest,
    SplitFigures,
)
from prle.stages.report.rows import MAP_ROWS, SEED, sample, spread
from prle.workspace import layout, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.explanation.survey import Survey
    from prle.models.labels.calibration import Calibration
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.predictor import Answering
    from prle.stages.explain.interface import ClassExplainReport, ExplainReport
    from prle.stages.report.interface import PredictedClass, PredictedNumber
    from prle.stages.report.kind import LabelKind
    from prle.workspace import Workspace

_TYPICAL: Final = 5


def report(workspace: Path, request: ReportRequest | None = None, *, observer: Observer = SILENT) -> ReportContents:
    """Describe a model: where its data lie, who answers for what, how far it is off, and why for some rows.

    :raises WorkspaceError: where the workspace or the model is missing, stale or broken, or there are no such rows.
    :raises UsageError: for fewer than one row or two seeds, labels that are texts, a student, or a comparison of
        something else.
    """
    request = request or ReportRequest()
    if request.rows < 1:
        message = f"rows: expected 1 or more, got {request.rows}."
        raise UsageError(message)
    check_seeds(request.seeds, "prle report --seeds 3")
    with open_workspace(workspace) as opened:
        of_kind = can.module("report", can.subject(opened, request.name)).label_kind
        manifest, name = opened.manifest, request.name
        named = {"dataset": manifest.dataset, "encoder": manifest.encoder.name}
        compared = None if request.bench is None else read_bench(request.bench, **named)
        checkpoint = load(opened, name)
        study = _study(opened, checkpoint, of_kind, observer)
        split: SplitName = "test" if "test" in study.surveys else known_split(opened, "validation")
        figures = tuple(_whole(each, study) for each in study.unseen)
        facing, labels = study.surveys[split], study.labels[split]
        misses = study.kind.misses(labels, facing.predictions)
        refits, agreement = over_seeds(opened, checkpoint, known_split(opened, "validation"), request.seeds, observer)
        return ReportContents(
            data=_data(opened, study),
            model=_model(opened, checkpoint, name),
            provenance=provenance(),
            figures=figures,
            map=_map(opened, study),
            labels=study.kind.described(study.labels["train"], study.surveys["train"].predictions),
            occupations=tuple(_occupation(each, found) for each, found in study.surveys.items()),
            regimes=_regimes(opened, study, checkpoint.measured["neighbour_spacing"]),
            split=split,
            checks=study.kind.checks(labels, facing.predictions, lambda row: _predicted(opened, study, split, row)),
            explained=tuple(_explained(opened, name, study, split, spread(misses, request.rows))),
            promise=Promise.of(checkpoint.measured),
            alone=occupied(study.surveys["train"].shares).alone,
            seeds=refits,
            agreement=agreement,
            bench=compared,
            bench_of_another_fit=compared is not None and another_fit(compared, name, figures),
        )


@dataclass(frozen=True, kw_only=True)
class _Study:
    """What was measured of every split that has rows.

    :param kind: what labels are.
    :param calibration: what intervals are made of; None where the model has none of level :data:`LEVEL`.
    """

    predictor: Answering
    kind: LabelKind
    calibration: Calibration | None
    surveys: Mapping[SplitName, Survey]
    labels: Mapping[SplitName, NDArray[np.float64]]
    observer: Observer

    @property
    def unseen(self) -> tuple[SplitName, ...]:
        """The splits that the model was not fitted to."""
        return tuple(split for split in self.surveys if split != "train")

    def coverage(self, split: SplitName, rows: NDArray[np.int64]) -> float | None:
        """Return how often intervals hold on some rows; None on validation rows, which they were calibrated on."""
        if self.calibration is None or split == "validation" or not len(rows):
            return None
        found = self.surveys[split]
        return coverage(
            self.calibration,
            LEVEL,
            labels=self.labels[split][rows],
            predictions=found.predictions[rows],
            regimes=found.prototypes[rows],
        ).marginal


def _study(opened: Workspace, checkpoint: Checkpoint, of_kind: Callable[..., LabelKind], observer: Observer) -> _Study:
    predictor = checkpoint.predictor()
    splits = [split for split, length in opened.splits.items() if length]
    surveys = {}
    for done, split in enumerate(splits, start=1):
        surveys[split] = survey(predictor, opened.embeddings(split))
        observer.progress("predicting", done, len(splits), "splits")
    calibrated = checkpoint.calibration
    if calibrated is not None and np.isinf(calibrated.half_widths(LEVEL)).any():
        calibrated = None
    labels = {
        split: checkpoint.taught(opened.labels(split)) if split == "train" else opened.labels(split) for split in splits
    }
    return _Study(
        predictor=predictor,
        kind=of_kind(checkpoint.target, labels["train"]),
        calibration=calibrated,
        surveys=surveys,
        labels=labels,
        observer=observer,
    )


def _data(opened: Workspace, study: _Study) -> DataFacts:
    manifest, labels = opened.manifest, study.labels["train"]
    return DataFacts(
        workspace=opened.path.name,
        dataset=manifest.dataset,
        synthetic=manifest.synthetic,
        fields=manifest.names,
        label=manifest.label,
        label_range=(float(labels.min()), float(labels.max())),
        rows={str(split): len(values) for split, values in study.labels.items()},
        texts=len(opened.texts),
        encoder=manifest.encoder.name,
        encoder_fingerprint=manifest.encoder.fingerprint,
        width=manifest.encoder.width,
        target=study.predictor.target.name,
        classes=manifest.classes,
        table=bool(manifest.columns),
    )


def _model(opened: Workspace, checkpoint: Checkpoint, name: str) -> ModelFacts:
    recorded = Recorded(model=name, settings=checkpoint.config.model_dump(mode="json"))
    resolved = trace(file=None, given={}, recorded=recorded)
    return ModelFacts(
        name=name,
        created=opened.created(name),
        prototypes=len(checkpoint.anchors),
        members=len(checkpoint.members),
        parameters=parameters_of(checkpoint),
        size_bytes=opened.section_sizes()[f"{layout.MODELS_GROUP}/{name}"],
        settings={key.name: resolved.value(key.name) for section in sections() for key in section.keys},
    )


def _whole(split: SplitName, study: _Study) -> SplitFigures:
    """Judge the predictions of a whole split."""
    labels, predictions = study.labels[split], study.surveys[split].predictions
    return SplitFigures(
        split=split,
        rows=len(labels),
        coverage=study.coverage(split, np.arange(len(labels))),
        **study.kind.figures(labels, predictions),
    )


def _occupation(split: SplitName, found: Survey) -> SplitOccupation:
    held = occupied(found.shares)
    return SplitOccupation(split=split, rows=len(found.weights), effective=held.effective, active=held.active)


def _map(opened: Workspace, study: _Study) -> EmbeddingMap:
    """Place a sample of the training rows, and every prototype, on one plane."""
    drawn = sample(len(study.labels["train"]), MAP_ROWS)
    points = study.predictor.retrieval(opened.embeddings("train")[drawn])
    plane = principal_plane(points, np.random.default_rng(SEED))
    return EmbeddingMap(
        rows=len(study.labels["train"]),
        points=tuple(
            MapPoint(x=x, y=y, row=_predicted(opened, study, "train", row))
            for (x, y), row in zip(plane.place(points).tolist(), drawn, strict=True)
        ),
        prototypes=tuple((x, y) for x, y in plane.place(study.predictor.prototypes).tolist()),
        shares=plane.shares,
    )


def _regimes(opened: Workspace, study: _Study, spacing: float) -> tuple[RegimeProfile, ...]:
    """Describe what each prototype dominates, the largest regime first."""
    seen, labels, kind = study.surveys["train"], study.labels["train"], study.kind
    anchors = study.predictor.anchors.tolist()
    known_by = set_apart(opened, "train", seen.prototypes, len(anchors))
    profiles = []
    for prototype, anchor in enumerate(anchors):
        own = seen.regime(prototype)
        profile = RegimeProfile(
            prototype=prototype,
            anchor=kind.anchor(anchor, opened.row_cells("train", anchor), labels[anchor]),
            rows=len(own),
            share=len(own) / len(labels),
            weight=float(seen.shares[prototype]),
            labels=kind.described(labels[own], seen.predictions[own]) if len(own) else None,
            distinctions=known_by[prototype],
            typical=tuple(
                kind.example(row, opened.row_cells("train", row), labels[row], float(seen.distances[row]) / spacing)
                for row in own[own != anchor][:_TYPICAL].tolist()
            ),
            figures=tuple(_part(split, study, prototype) for split in study.unseen),
        )
        profiles.append(profile)
    return tuple(sorted(profiles, key=lambda profile: -profile.rows))


def _part(split: SplitName, study: _Study, prototype: int) -> SplitFigures:
    """Judge the predictions of the rows of a split that one prototype dominates, maybe none."""
    own = study.surveys[split].regime(prototype)
    labels, predictions = study.labels[split][own], study.surveys[split].predictions[own]
    return SplitFigures(
        split=split,
        rows=len(own),
        coverage=study.coverage(split, own),
        **(study.kind.part_figures(labels, predictions) if len(own) else {}),
    )


def _predicted(opened: Workspace, study: _Study, split: SplitName, row: int) -> PredictedNumber | PredictedClass:
    found, label = study.surveys[split], float(study.labels[split][row])
    prototype = int(found.prototypes[row])
    return study.kind.predicted(row, opened.row_cells(split, row), label, found.predictions[row], prototype)


def _explained(
    opened: Workspace, name: str, study: _Study, split: SplitName, rows: list[int]
) -> Iterator[ExplainReport | ClassExplainReport]:
    """Explain rows exactly as ``prle explain --row`` does, one by one."""
    questions = [question_of(opened, split, row) for row in rows]
    for done, explained in enumerate(study.kind.explained(opened, name, questions), start=1):
        yield explained
        study.observer.progress("explaining", done, len(rows), "rows")
