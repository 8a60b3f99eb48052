"""What can be exported of whatever finds texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from prle.models.exporting import labels, texts
from prle.models.exporting.pupils import PLACE as PLACE_INPUT
from prle.models.exporting.students import trace_distilled_answers
from prle.models.students.teaching.groups import numbered
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.model import AnswerModel, rank
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.export.exportable import Exportable, judged_splits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.exporting.tracing import Graph
    from prle.models.students.model import DistilledAnswers
    from prle.observer import Observer
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel


ASKED: Final = "float32 (rows, width): vectors of questions"


PLACE: Final = "int64 (rows): the number of the question's group or path in `places` of `model.json`, -1 where unknown"


ROUTED: Final = {
    labels.RESPONSIBILITIES: "float32 (rows, clusters): who speaks; each row adds up to 1",
    labels.CONTRIBUTIONS: "float32 (rows, clusters + 1): what each adds along the mapped question, then all",
    texts.LENGTH: "float32 (rows): what contributions add up to",
}


def exportable(opened: Workspace, name: str, *, observer: Observer) -> Exportable:
    """Return a model of texts.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
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
