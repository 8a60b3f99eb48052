"""What can be exported of a stored model: its graph, what is fed to it to try it, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.models.exporting import labels, texts
from prle.models.exporting.pupils import PLACE as PLACE_INPUT
from prle.models.exporting.students import trace_distilled_answers
from prle.models.labels.calibration import LEVEL, coverage
from prle.models.labels.checkpoint import load
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.students.teaching.groups import numbered
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.model import AnswerModel, rank
from prle.stages.common.kinds import has_texts
from prle.stages.common.text_rows import library_of, questions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.exporting.tracing import Graph
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.predictor import Predictor
    from prle.models.labels.targets import Target
    from prle.models.students.model import DistilledAnswers
    from prle.observer import Observer
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

VECTORS: Final = "float32 (rows, texts of a row, width): their vectors, as the encoder gives them"
ASKED: Final = "float32 (rows, width): vectors of questions"
RESPONSIBILITIES: Final = "float32 (rows, prototypes): who talks; each row adds up to 1"
PLACE: Final = "int64 (rows): the number of the question's group or path in `places` of `model.json`, -1 where unknown"


ROUTED: Final = {
    labels.RESPONSIBILITIES: "float32 (rows, clusters): who speaks; each row adds up to 1",
    labels.CONTRIBUTIONS: "float32 (rows, clusters + 1): what each adds along the mapped question, then all",
    texts.LENGTH: "float32 (rows): what contributions add up to",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Exportable:
    """A stored model, ready to be written down.

    :param trace: writes it into a graph.
    :param fed: inputs that the graph is tried on, the rows of ``checked_split``, and ``expected`` outputs.
    :param unit: the size of what it says; differences are judged by it.
    :param anchors: the training row of each prototype.
    """

    target: str
    trace: Callable[[Graph], None]
    fed: Mapping[str, NDArray[Any]]
    expected: Mapping[str, NDArray[Any]]
    checked_split: SplitName
    unit: float
    made_of: Mapping[str, str]
    figures: Mapping[SplitName, Mapping[str, float]]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    anchors: tuple[int, ...]
    arrays: Mapping[str, NDArray[np.generic]]
    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    texts: Sequence[str] = ()
    places: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    level: float | None = None
    half_widths: tuple[float, ...] = ()
    covered: float | None = None

    @property
    def checked_rows(self) -> int:
        """How many rows it is tried on."""
        return len(next(iter(self.fed.values())))


def exportable(opened: Workspace, name: str, *, observer: Observer) -> Exportable:
    """Return a stored model of any target.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return _of_texts(opened, name, observer) if has_texts(opened) else _of_labels(opened, name)


def judged_splits(opened: Workspace) -> tuple[SplitName, ...]:
    """Return the splits that a card has figures of, those that nothing was fitted on last."""
    return tuple(split for split in ("validation", "test") if opened.splits.get(split))


def _of_labels(opened: Workspace, name: str) -> Exportable:
    checkpoint, stored = load(opened, name), opened.model(name)
    predictor, target = checkpoint.predictor(), checkpoint.target
    splits = judged_splits(opened)
    predicted = {split: predictor.predict(opened.embeddings(split)) for split in splits}
    figures = {split: target.measures(opened.labels(split), predicted[split]) for split in splits}
    vectors = opened.embeddings(splits[-1])
    config = checkpoint.config
    made_of = {
        "prototypes": f"{len(checkpoint.anchors):,} training rows",
        "router": config.router.kind,
        "projection": str(config.value_space.projection),
        "experts": config.experts.kind,
        "members": str(len(checkpoint.members)),
        "parameters": f"{stored.summary['parameters']:,}",
    }
    return Exportable(
        target=target.name,
        trace=lambda graph: labels.trace_predictor(graph, predictor),
        fed={labels.VECTORS: vectors},
        expected=expected_of(predictor, vectors),
        checked_split=splits[-1],
        unit=target.unit,
        made_of=made_of,
        figures=figures,
        inputs={labels.VECTORS: VECTORS},
        outputs={**answer_outputs(target), labels.RESPONSIBILITIES: RESPONSIBILITIES, **contribution_outputs(target)},
        anchors=tuple(checkpoint.anchors.tolist()),
        arrays=stored.arrays,
        config=stored.config,
        summary=stored.summary,
        **_intervals(opened, checkpoint, predictor, predicted),
    )


def expected_of(predictor: Predictor, vectors: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Return what a graph of numbers or classes should say of inputs (B, S, H)."""
    answer = predictor.answer(vectors)
    reported = predictor.target.reported(answer.predictions)
    said = labels.PREDICTION if isinstance(predictor.target, NumberTarget) else labels.PROBABILITIES
    return {said: reported, labels.RESPONSIBILITIES: answer.weights, labels.CONTRIBUTIONS: answer.contributions}


def answer_outputs(target: Target) -> dict[str, str]:
    """Say what a graph of numbers or classes predicts."""
    if isinstance(target, ClassTarget):
        return {
            labels.PROBABILITIES: "float32 (rows, classes): probabilities, in the order of `classes` of `model.json`"
        }
    return {labels.PREDICTION: "float32 (rows): the predicted number"}


def contribution_outputs(target: Target) -> dict[str, str]:
    """Say what prototypes add in a graph of numbers or classes."""
    meaning = "float32 (rows, prototypes): what each adds; they add up to the prediction"
    if isinstance(target, ClassTarget):
        summed = "probabilities" if target.combination == "probabilities" else "logits"
        meaning = f"float32 (rows, prototypes, classes): what each adds; they add up to the {summed}"
    return {labels.CONTRIBUTIONS: meaning}


def _intervals(
    opened: Workspace, checkpoint: Checkpoint, predictor: Predictor, predicted: Mapping[SplitName, NDArray[np.float64]]
) -> dict[str, Any]:
    """Return the intervals of a model of numbers, and how often they held on test rows; nothing where it has none."""
    calibration = checkpoint.calibration
    if calibration is None:
        return {}
    half = calibration.half_widths(LEVEL)
    if not np.isfinite(half).all():
        return {}
    found: dict[str, Any] = {"level": LEVEL, "half_widths": tuple(half.tolist())}
    if "test" in predicted:
        regimes = predictor.regimes(opened.embeddings("test"))
        told = opened.labels("test")
        held = coverage(calibration, LEVEL, labels=told, predictions=predicted["test"], regimes=regimes)
        found["covered"] = held.marginal
    return found


def _of_texts(opened: Workspace, name: str, observer: Observer) -> Exportable:
    train, library, stored = questions_of(opened, "train"), library_of(opened), opened.model(name)
    restored = restore_answers(stored, train.asked.vectors, width=library.vectors.shape[1])
    model = restored.model
    filed = model.routing.name if model.routing.name in ("group", "path") else ""
    finder = Finder(
        answers=model,
        lexical=model.lexical,
        filed=filed,
        places=restored.clusters.places if filed else (),
        anchors=tuple(restored.anchors.tolist()),
        made_of={
            "clusters": f"{len(restored.clusters):,}",
            "routing": str(restored.config.answers.routing),
            "maps": str(restored.config.answers.matrices),
        },
    )
    return of_finder(opened, stored, finder, observer)


@dataclass(frozen=True, kw_only=True, eq=False)
class Finder:
    """What finds texts: a fitted model, or a student of one.

    :param filed: ``group`` or ``path``: what it asks of a question; empty where it does not ask.
    """

    answers: AnswerModel | DistilledAnswers
    lexical: float
    filed: str
    places: tuple[str, ...]
    anchors: tuple[int, ...]
    made_of: Mapping[str, str]


def of_finder(opened: Workspace, stored: StoredModel, finder: Finder, observer: Observer) -> Exportable:
    """Return what can be exported of whatever finds texts."""
    model, library, splits = finder.answers, library_of(opened), judged_splits(opened)
    rows = {split: questions_of(opened, split) for split in splits}
    figures = {split: rank(model, rows[split], library, None).figures() for split in splits}
    asked = rows[splits[-1]].asked
    exported = texts.Exported(width=asked.vectors.shape[1], texts=model.texts(library.vectors), places=finder.places)
    limits = []
    if finder.lexical:
        observer.warn("the part of words in its scores is not in the file: rankings are those of vectors alone.")
        limits = [f"prle counts words too, with a weight of {finder.lexical:g}; this file and its figures do not."]
    fed: dict[str, NDArray[Any]] = {labels.VECTORS: asked.vectors}
    if finder.filed:
        told = asked.groups if finder.filed == "group" else asked.paths
        fed[PLACE_INPUT] = numbered(told, finder.places, finder.filed)
    weights = model.weights(asked)
    vectors = model.vectors(asked, weights)
    expected = {texts.VECTOR: vectors, texts.SCORES: vectors @ exported.texts.T}
    outputs = {
        texts.VECTOR: "float32 (rows, width of texts): where the answer should be, of length 1",
        texts.SCORES: "float32 (rows, texts): its cosine with each of `texts` of `model.json`",
    }
    if isinstance(model, AnswerModel):
        expected[labels.RESPONSIBILITIES] = weights
        outputs |= ROUTED
    return Exportable(
        target="text",
        trace=partial(_trace_finder, model=model, exported=exported),
        fed=fed,
        expected=expected,
        checked_split=splits[-1],
        unit=1.0,
        made_of={**finder.made_of, "parameters": f"{stored.summary['parameters']:,}"},
        figures=figures,
        inputs={labels.VECTORS: ASKED, **({PLACE_INPUT: PLACE} if finder.filed else {})},
        outputs=outputs,
        anchors=finder.anchors,
        arrays=stored.arrays,
        config=stored.config,
        summary=stored.summary,
        texts=library.texts,
        places=finder.places,
        limits=tuple(limits),
    )


def _trace_finder(graph: Graph, *, model: AnswerModel | DistilledAnswers, exported: texts.Exported) -> None:
    if isinstance(model, AnswerModel):
        texts.trace_answers(graph, model, exported)
    else:
        trace_distilled_answers(graph, model, exported)
