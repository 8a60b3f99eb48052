"""Models of numbers and classes as a graph: who talks, what they say, and what that adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import softmax
from prle.models.exporting.tracing import ROWS, Graph, Traced
from prle.models.labels.routers.interface import Spaces
from prle.models.labels.targets import ClassTarget, NumberTarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.arrays.shapes import Array, Parameters
    from prle.models.labels.model import PRLE, Forward, Part
    from prle.models.labels.predictor import Predictor
    from prle.models.labels.targets import Target

VECTORS: Final = "vectors"
PREDICTION: Final = "prediction"
PROBABILITIES: Final = "probabilities"
RESPONSIBILITIES: Final = "responsibilities"
CONTRIBUTIONS: Final = "contributions"
"""Names of inputs and outputs."""


def trace_predictor(graph: Graph, predictor: Predictor) -> None:
    """Write down a fitted committee: ``vectors`` (B, S, H) to what it predicts, and why.

    ``responsibilities`` (B, P) and ``contributions`` (B, P), of classes (B, P, T), are the means over its members, as
    :func:`prle.models.labels.committee.averaged` has them. Contributions add up to ``prediction`` (B,), label units, or
    of classes to ``probabilities`` (B, T), where it is probabilities that are summed, and else to logits.
    """
    first = predictor.members[0]
    vectors = graph.input(VECTORS, np.float32, (ROWS, *first["prototypes"]["vectors"].shape[1:]))
    forwards = [_traced(graph, predictor.model, member, vectors) for member in predictor.members]
    target, count = predictor.target, len(forwards)
    weights = _total([forward.weights for forward in forwards]) / count
    contributions = _total([_added(forward, target) for forward in forwards]) / count
    sums = _total([forward.prediction for forward in forwards]) / count
    give_answer(graph, sums, target)
    graph.output(RESPONSIBILITIES, weights)
    graph.output(CONTRIBUTIONS, contributions)


def give_answer(graph: Graph, sums: Traced, target: Target) -> None:
    """Give away scaled sums (B, T) as what is reported: label units, or class probabilities."""
    if isinstance(target, NumberTarget):
        graph.output(PREDICTION, (sums[:, 0] * target.deviation + target.mean).cast(np.float32))
        return
    summed = isinstance(target, ClassTarget) and target.combination == "probabilities"
    graph.output(PROBABILITIES, (sums if summed else softmax(sums)).cast(np.float32))


def constants(graph: Graph, arrays: Parameters) -> dict[str, Array]:
    """Return parameters as values of a graph."""
    return {name: graph.constant(array.astype(np.float32)) for name, array in arrays.items()}


def placed(model: PRLE, member: Mapping[Part, Parameters]) -> Spaces:
    """Place the prototypes of a member in NumPy: a graph has them where they stand. *Shapes:* (P, F), (P, D)."""
    return model.place(member, member["prototypes"]["vectors"])


def _traced(graph: Graph, model: PRLE, member: Mapping[Part, Parameters], vectors: Traced) -> Forward:
    """Run one member on values of the graph."""
    spaces = placed(model, member)
    prototypes = Spaces(retrieval=graph.constant(spaces.retrieval), value=graph.constant(spaces.value))
    parameters: dict[Part, Parameters] = {
        part: constants(graph, arrays) for part, arrays in member.items() if part != "prototypes"
    }
    return model.forward(parameters, vectors, prototypes=prototypes)


def _added(forward: Forward, target: Target) -> Traced:
    """Return what each prototype adds, in the units that add up. *Shape:* (B, P), of classes (B, P, T)."""
    weights, outputs = forward.weights, forward.outputs
    contributions: Traced = weights[:, :, None] * outputs
    if isinstance(target, NumberTarget):
        contributions = weights * (outputs[:, :, 0] * target.deviation + target.mean)
    return contributions


def _total(values: list[Traced]) -> Traced:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total
