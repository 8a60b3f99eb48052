"""Models of texts as a graph: who speaks for a question, where that takes its vector, and how near each text is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import softmax, unit
from prle.errors import UsageError
from prle.models.exporting import operators
from prle.models.exporting.labels import CONTRIBUTIONS, RESPONSIBILITIES, VECTORS
from prle.models.exporting.pupils import PLACE, filed_inputs, known
from prle.models.exporting.tracing import ROWS, Graph, Traced
from prle.models.students.model import StudentRouting
from prle.models.texts.experts import added_along, mapped
from prle.models.texts.routers import Asked, ExemplarRouting, FederatedRouting, GlobalRouting, GroupRouting, PathRouting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array
    from prle.models.texts.model import AnswerModel
    from prle.models.texts.routers import Routing

VECTOR: Final = "vector"
SCORES: Final = "scores"
LENGTH: Final = "length"


@dataclass(frozen=True, kw_only=True, eq=False)
class Exported:
    """What a graph of texts is asked and finds.

    :param width: D, of a question.
    :param texts: the vectors of the texts to find, as the model maps them. *Shape:* (A, T)
    :param places: the groups or paths that are known, by the numbers that ``place`` means; none for other models.
    """

    width: int
    texts: NDArray[np.float32]
    places: Sequence[str] = ()


def trace_answers(graph: Graph, model: AnswerModel, library: Exported) -> None:
    """Write down a fitted model of texts, words apart, which a graph does not know.

    ``vectors`` (B, D) and, of group and path models, ``place`` (B,) go to ``vector`` (B, T), the predicted one;
    ``scores`` (B, A), its cosine with every text; ``responsibilities`` (B, K); and ``contributions`` (B, K + 1): what
    each cluster adds along the direction of the mapped question, and at last what all share, which add up to ``length``
    (B,), that of the mapped question before it is brought to one.

    """
    questions = graph.input(VECTORS, np.float32, (ROWS, library.width))
    weights = routed(graph, model.routing, questions, library.places)
    maps = {
        name: array if name == "owner" else graph.constant(np.asarray(array, np.float32))
        for name, array in model.maps.items()
    }
    moved = mapped(maps, questions, weights)
    direction = unit(moved)
    predicted = direction
    if model.shrinkage:
        predicted = unit((1.0 - model.shrinkage) * direction + model.shrinkage * unit(questions))
    length = operators.sum(moved * direction, axis=1)
    added = added_along(maps, questions, weights, direction)
    rest = length - operators.sum(added, axis=1)
    graph.output(VECTOR, predicted)
    graph.output(SCORES, predicted @ library.texts.T)
    graph.output(RESPONSIBILITIES, weights)
    graph.output(CONTRIBUTIONS, operators.concat([added, rest[:, None]], axis=1))
    graph.output(LENGTH, length)


def routed(graph: Graph, routing: Routing, questions: Traced, places: Sequence[str]) -> Traced:
    """Return the weights of clusters, computed in the graph. *Shape:* (B, D) to (B, K).

    :raises UsageError: for a routing that has no such form.
    """
    if isinstance(routing, GlobalRouting):
        return operators.ones_like(questions[:, :1])
    if isinstance(routing, FederatedRouting):
        return _near(routing, questions)
    if isinstance(routing, ExemplarRouting):
        return _voted(routing, questions)
    if isinstance(routing, StudentRouting):
        return _shares(known(graph, routing.pupil)(filed_inputs(graph, routing.filing, questions)))
    if isinstance(routing, GroupRouting | PathRouting):
        place = graph.input(PLACE, np.int64, (ROWS,))
        shares = graph.constant(filed(routing, places, questions.shape[1]))
        told = operators.take(shares, operators.clip(place, min=0), axis=0)
        return operators.where((place >= 0)[:, None], told, _near(routing.unknown, questions))
    message = f"export: expected a routing that has a form as a graph, got {routing.name}."
    raise UsageError(message, hint="use --format safetensors")


def filed(routing: GroupRouting | PathRouting, places: Sequence[str], width: int) -> NDArray[np.float32]:
    """Return the weights of clusters for a question that is filed under each of some places. *Shape:* (places, K)."""
    names, nowhere = tuple(places), np.zeros((len(places), width), np.float32)
    return routing(Asked(vectors=nowhere, groups=names, paths=names))


def _near(routing: FederatedRouting, questions: Traced) -> Traced:
    """``FederatedRouting`` of a graph."""
    scores = _weighed(unit(questions) @ routing.centroids.T / routing.temperature, routing.importance)
    if routing.speakers < len(routing.centroids):
        order = operators.argsort(-scores, axis=1)
        chosen = operators.argsort(order, axis=1) < routing.speakers
        scores = operators.where(chosen, scores, -operators.inf)
    return _shares(scores)


def _voted(routing: ExemplarRouting, questions: Traced) -> Traced:
    """``ExemplarRouting`` of a graph: all training questions at once."""
    scores = _weighed(unit(questions) @ routing.questions.T / routing.temperature, routing.importance)
    summed: Traced = _shares(scores) @ np.eye(routing.count, dtype=np.float32)[routing.owner]
    return _shares(summed / routing.temperature) if routing.second_softmax else summed


def _weighed(scores: Traced, importance: NDArray[np.float64] | None) -> Traced:
    return scores if importance is None else scores + np.log(np.maximum(importance, 1e-12))


def _shares(scores: Array) -> Traced:
    shares: Traced = softmax(scores)
    return shares
