"""Many questions in a row: what answers share is loaded when the first one needs it, and kept."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, final

from prle.data.interface import SPLITS
from prle.errors import UsageError
from prle.observer import SILENT, Observer
from prle.stages import can
from prle.stages.common.query import TextVectors
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.questions import question_at, questions_of
from prle.stages.explain.stage import explainer_of
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predictor_of
from prle.stages.serve.interface import ModelFacts
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prle.data.interface import SplitName
    from prle.stages.explain.interface import AnyExplainReport, Explains
    from prle.stages.explain.questions import Question
    from prle.stages.predict.interface import AnyPredictReport, Predicts
    from prle.workspace import Workspace

EXAMPLES: Final = 6
"""Rows to begin with, for somebody who has no question yet."""


@contextmanager
def answering(workspace: Path, *, remember: bool = True, observer: Observer = SILENT) -> Iterator[Answers]:
    """Open a workspace for many questions; it stays the version that was found.

    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """
    with open_workspace(workspace) as opened:
        yield Answers(opened, remember=remember, observer=observer)


@final
class Answers:
    """The models of an open workspace, each loaded once; not for several threads at the same time.

    Rows are as :func:`prle.stages.predict.stage.predicting` takes them. Every method that names a model raises
    ``WorkspaceError`` where it is missing, stale or broken.
    """

    def __init__(self, workspace: Workspace, *, remember: bool = True, observer: Observer = SILENT) -> None:
        self._workspace = workspace
        self._vectors = TextVectors(workspace, remember=remember, observer=observer)
        self._predictors: dict[str, Predicts] = {}
        self._explainers: dict[str, Explains] = {}

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models, stale ones too."""
        return self._workspace.model_names

    @property
    def splits(self) -> dict[SplitName, int]:
        """Rows of each split that is there."""
        return self._workspace.splits

    def prepare(self, name: str = "default") -> None:
        """Load a model and the encoder now, and answer once, so that the first question does not wait for them."""
        if self._predictor(name).anchors:
            self.explain_row("train", 0, ExplainRequest(name=name))
        self._vectors.prepare()

    def facts(self, name: str = "default") -> ModelFacts:
        """Return what somebody who asks a model has to know of it."""
        self._predictor(name)
        opened, manifest = self._workspace, self._workspace.manifest
        labels, texts = opened.labels("train"), opened.targets
        split = next(which for which in reversed(SPLITS) if opened.splits.get(which))
        return ModelFacts(
            model=name,
            dataset=manifest.dataset,
            synthetic=manifest.synthetic,
            fields=manifest.names,
            label=manifest.label,
            label_range=(0.0, 0.0) if len(texts) else (float(labels.min()), float(labels.max())),
            classes=manifest.classes,
            numbers=tuple(column.name for column in manifest.columns if column.kind == "number"),
            examples=tuple(opened.row_cells(split, row) for row in range(min(EXAMPLES, opened.splits[split]))),
            table=bool(manifest.columns),
            pool=len(texts),
        )

    def prototypes(self, name: str = "default") -> int:
        """Return how many prototypes a model has."""
        return len(self._predictor(name).anchors)

    def predict(self, rows: Sequence[Sequence[str]], request: PredictRequest) -> AnyPredictReport:
        """Predict new rows, one prediction a row.

        :raises UsageError: where a row is not what the workspace holds, or for what labels of this kind do not have.
        """
        can.check("predict", can.subject(self._workspace, request.name), request)
        return self._predictor(request.name).report(*self._vectors.ask(rows), request)

    def explain(self, row: Sequence[str], request: ExplainRequest) -> AnyExplainReport:
        """Explain the prediction of a new row.

        :raises UsageError: where it is not what the workspace holds, or something is asked for that there is not.
        """
        return self._explained(questions_of(self._vectors, [row])[0], request)

    def explain_row(self, split: str, row: int, request: ExplainRequest) -> AnyExplainReport:
        """Explain the prediction of a row of the workspace.

        :raises UsageError: for a row that the split does not have.
        """
        return self._explained(question_at(self._workspace, split, row), request)

    def explain_prototype(self, prototype: int, request: ExplainRequest) -> AnyExplainReport:
        """Explain the prediction of the training row that a prototype stands on.

        :raises UsageError: for a prototype that the model does not have.
        """
        anchors = self._predictor(request.name).anchors
        if not anchors:
            message = f"prototype {prototype}: model {request.name} is a student, which has none."
            raise UsageError(message, hint="ask its teacher")
        if not 0 <= prototype < len(anchors):
            message = f"prototype {prototype}: expected a number from 0 to {len(anchors) - 1}."
            raise UsageError(message)
        return self.explain_row("train", anchors[prototype], request)

    def _explained(self, question: Question, request: ExplainRequest) -> AnyExplainReport:
        can.check("explain", can.subject(self._workspace, request.name), request)
        return next(self._explainer(request.name).explain([question], request))

    def _predictor(self, name: str) -> Predicts:
        if name not in self._predictors:
            self._predictors[name] = predictor_of(self._workspace, PredictRequest(name=name))
        return self._predictors[name]

    def _explainer(self, name: str) -> Explains:
        if name not in self._explainers:
            self._explainers[name] = explainer_of(self._workspace, ExplainRequest(name=name))
        return self._explainers[name]
