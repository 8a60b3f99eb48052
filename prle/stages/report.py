"""Report: gather what a page about one fitted model says, so that a reader can check it row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.checkpoint import load
from prle.committee import count_parameters
from prle.errors import UsageError
from prle.explanation import LEVEL, coverage
from prle.explanation.calibration import calibration
from prle.explanation.plane import principal_plane
from prle.explanation.survey import survey
from prle.metrics import mae, pearson, r2, rmse, spearman
from prle.observer import SILENT, Observer
from prle.settings import Recorded, sections, trace
from prle.stages.bench_file import another_fit, read_bench
from prle.stages.explainer import Explainer, Wishes, question_of
from prle.stages.interface import Anchor, Example
from prle.stages.predict import known_split
from prle.stages.provenance import provenance
from prle.stages.report_interface import (
    DataFacts,
    EmbeddingMap,
    MapPoint,
    ModelFacts,
    PredictedRow,
    RegimeProfile,
    ReportContents,
    SplitFigures,
)
from prle.stages.text_rows import refuse_texts
from prle.workspace import layout, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.checkpoint import Checkpoint
    from prle.data.interface import SplitName
    from prle.explanation import Calibration
    from prle.explanation.survey import Survey
    from prle.predictor import Predictor
    from prle.stages.interface import ExplainReport
    from prle.workspace import Workspace

MAP_ROWS: Final = 3000
"""Training rows on the map: enough to show where they are dense, few enough to load at once."""

PREDICTED_ROWS: Final = 1500
"""Rows of the reported split whose errors are drawn one by one."""

_BINS: Final = 20
_GROUPS: Final = 10
_TYPICAL: Final = 5
_EXAMPLES: Final = 5
_SEED: Final = 0
"""What is drawn is drawn from here, so that the same model gives the same page."""


def report(
    workspace: Path, *, name: str = "default", rows: int = 20, bench: Path | None = None, observer: Observer = SILENT
) -> ReportContents:
    """Describe a model: where its data lie, who answers for what, how far it is off, and why for some rows.

    :param rows: how many rows of the test split are explained; of the validation split where there is no other.
    :param bench: a comparison to show beside it, as ``prle bench --format json`` writes it.
    :raises WorkspaceError: where the workspace or the model is missing, stale or broken, or there are no such rows.
    :raises UsageError: for fewer than one row, labels that are no numbers, or a comparison of something else.
    """
    if rows < 1:
        message = f"rows: expected 1 or more, got {rows}."
        raise UsageError(message)
    with open_workspace(workspace) as opened:
        refuse_texts(opened, "report")
        manifest = opened.manifest
        named = {"dataset": manifest.dataset, "encoder": manifest.encoder.name}
        compared = None if bench is None else read_bench(bench, **named)
        checkpoint = load(opened, name)
        if manifest.classes:
            message = f"report: expected labels that are numbers, {opened.path.name} has classes."
            raise UsageError(message, hint="`prle info --regimes`, `prle bench` and `prle explain` know classes")
        study = _study(opened, checkpoint, observer)
        split: SplitName = "test" if "test" in study.surveys else known_split(opened, "validation")
        figures = tuple(_whole(each, study) for each in study.unseen)
        facing, labels = study.surveys[split], study.labels[split]
        edges = np.linspace(study.labels["train"].min(), study.labels["train"].max(), _BINS + 1)
        return ReportContents(
            data=_data(opened, study),
            model=_model(opened, checkpoint, name),
            provenance=provenance(),
            figures=figures,
            map=_map(opened, study),
            label_edges=tuple(edges.tolist()),
            label_histogram=_histogram(study.labels["train"], edges),
            regimes=_regimes(opened, study, edges, checkpoint.measured["neighbour_spacing"]),
            split=split,
            calibration=calibration(labels, facing.predictions, _GROUPS),
            predicted=tuple(_predicted(opened, study, split, row) for row in _sample(len(labels), PREDICTED_ROWS)),
            explained=tuple(
                _explained(opened, name, split, _spread(np.abs(labels - facing.predictions), rows), observer)
            ),
            bench=compared,
            bench_of_another_fit=compared is not None and another_fit(compared, name, figures),
        )


@dataclass(frozen=True, kw_only=True)
class _Study:
    """What was measured of every split that has rows.

    :param calibration: what intervals are made of; None where the model has none of level :data:`LEVEL`.
    """

    predictor: Predictor
    calibration: Calibration | None
    surveys: Mapping[SplitName, Survey]
    labels: Mapping[SplitName, NDArray[np.float64]]

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


def _study(opened: Workspace, checkpoint: Checkpoint, observer: Observer) -> _Study:
    predictor = checkpoint.predictor()
    splits = [split for split, length in opened.splits.items() if length]
    surveys = {}
    for done, split in enumerate(splits, start=1):
        surveys[split] = survey(predictor, opened.embeddings(split))
        observer.progress("predicting", done, len(splits), "splits")
    calibrated = checkpoint.calibration
    if calibrated is not None and np.isinf(calibrated.half_widths(LEVEL)).any():
        calibrated = None
    return _Study(
        predictor=predictor,
        calibration=calibrated,
        surveys=surveys,
        labels={
            split: checkpoint.taught(opened.labels(split)) if split == "train" else opened.labels(split)
            for split in splits
        },
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
        parameters=count_parameters(checkpoint.members),
        size_bytes=opened.section_sizes()[f"{layout.MODELS_GROUP}/{name}"],
        settings={key.name: resolved.value(key.name) for section in sections() for key in section.keys},
    )


def _whole(split: SplitName, study: _Study) -> SplitFigures:
    """Judge the predictions of a whole split."""
    labels, predictions = study.labels[split], study.surveys[split].predictions
    return SplitFigures(
        split=split,
        rows=len(labels),
        rmse=rmse(labels, predictions),
        mae=mae(labels, predictions),
        pearson=pearson(labels, predictions),
        spearman=spearman(labels, predictions),
        r2=r2(labels, predictions),
        coverage=study.coverage(split, np.arange(len(labels))),
    )


def _map(opened: Workspace, study: _Study) -> EmbeddingMap:
    """Place a sample of the training rows, and every prototype, on one plane."""
    sample = _sample(len(study.labels["train"]), MAP_ROWS)
    points = study.predictor.retrieval(opened.embeddings("train")[sample])
    plane = principal_plane(points, np.random.default_rng(_SEED))
    return EmbeddingMap(
        rows=len(study.labels["train"]),
        points=tuple(
            MapPoint(x=x, y=y, row=_predicted(opened, study, "train", row))
            for (x, y), row in zip(plane.place(points).tolist(), sample, strict=True)
        ),
        prototypes=tuple((x, y) for x, y in plane.place(study.predictor.prototypes).tolist()),
        shares=plane.shares,
    )


def _regimes(opened: Workspace, study: _Study, edges: NDArray[np.float64], spacing: float) -> tuple[RegimeProfile, ...]:
    """Describe what each prototype dominates, the largest regime first."""
    seen, labels = study.surveys["train"], study.labels["train"]
    profiles = []
    for prototype, anchor in enumerate(study.predictor.anchors.tolist()):
        own = seen.regime(prototype)
        values = labels[own]
        profile = RegimeProfile(
            prototype=prototype,
            anchor=Anchor(row=anchor, texts=opened.row_cells("train", anchor), label=float(labels[anchor])),
            rows=len(own),
            share=len(own) / len(labels),
            label_mean=float(values.mean()) if len(own) else None,
            label_range=(float(values.min()), float(values.max())) if len(own) else None,
            histogram=_histogram(values, edges),
            typical=tuple(
                Example(
                    row=row,
                    texts=opened.row_cells("train", row),
                    label=float(labels[row]),
                    distance=float(seen.distances[row]) / spacing,
                )
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
        rmse=rmse(labels, predictions) if len(own) else None,
        mae=mae(labels, predictions) if len(own) else None,
        coverage=study.coverage(split, own),
    )


def _predicted(opened: Workspace, study: _Study, split: SplitName, row: int) -> PredictedRow:
    found = study.surveys[split]
    return PredictedRow(
        row=row,
        texts=opened.row_cells(split, row),
        label=float(study.labels[split][row]),
        prediction=float(found.predictions[row]),
        prototype=int(found.prototypes[row]),
    )


def _explained(
    opened: Workspace, name: str, split: SplitName, rows: list[int], observer: Observer
) -> Iterator[ExplainReport]:
    """Explain rows exactly as ``prle explain --row`` does, one by one."""
    explainer, wishes = Explainer(opened, name), Wishes(examples=_EXAMPLES, level=LEVEL)
    for done, row in enumerate(rows, start=1):
        yield from explainer.explain([question_of(opened, split, row)], wishes)
        observer.progress("explaining", done, len(rows), "rows")


def _histogram(labels: NDArray[np.float64], edges: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(np.histogram(labels, bins=edges)[0].tolist())


def _sample(rows: int, most: int) -> list[int]:
    """Draw row numbers without repetition, ascending; all of them where they are few enough."""
    if rows <= most:
        return list(range(rows))
    drawn: list[int] = np.sort(np.random.default_rng(_SEED).choice(rows, size=most, replace=False)).tolist()
    return drawn


def _spread(errors: NDArray[np.float64], count: int) -> list[int]:
    """Draw one row from each of ``count`` equal groups by error: good and bad ones in their true proportion."""
    rng = np.random.default_rng(_SEED)
    order = np.argsort(errors, kind="stable")
    return [int(rng.choice(group)) for group in np.array_split(order, count) if len(group)]
