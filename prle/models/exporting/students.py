"""Students as a graph: the functions that answer, written down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from prle.models.exporting.labels import CONTRIBUTIONS, RESPONSIBILITIES, VECTORS, constants, give_answer
from prle.models.exporting.pupils import filed_inputs, known
from prle.models.exporting.texts import SCORES, VECTOR
from prle.models.exporting.tracing import ROWS
from prle.models.labels.targets import NumberTarget
from prle.models.students.interface import Inputs
from prle.models.students.model import predicted_vector

if TYPE_CHECKING:
    from prle.models.exporting.texts import Exported
    from prle.models.exporting.tracing import Graph
    from prle.models.students.model import DistilledAnswers, DistilledPredictor, Kept


def trace_student(graph: Graph, student: DistilledPredictor, shape: tuple[int, int]) -> None:
    """Write down a student of numbers or classes; with responsibilities and contributions where it routes.

    :param shape: (S, H) of a row.
    """
    vectors, target = graph.input(VECTORS, np.float32, (ROWS, *shape)), student.target
    traced = replace(
        student,
        output=None if student.output is None else known(graph, student.output),
        routing=None if student.routing is None else known(graph, student.routing),
        kept=None if student.kept is None else _kept(graph, student.kept),
    )
    said = traced.says(Inputs(vectors=vectors))
    give_answer(graph, said.sums, target)
    if said.weights is None or said.outputs is None:
        return
    contributions = said.weights[:, :, None] * said.outputs
    if isinstance(target, NumberTarget):
        contributions = said.weights * (said.outputs[:, :, 0] * target.deviation + target.mean)
    graph.output(RESPONSIBILITIES, said.weights)
    graph.output(CONTRIBUTIONS, contributions)


def trace_distilled_answers(graph: Graph, student: DistilledAnswers, library: Exported) -> None:
    """Write down a student of texts: ``vector`` and ``scores``."""
    inputs = filed_inputs(graph, student.filing, graph.input(VECTORS, np.float32, (ROWS, library.width)))
    predicted = predicted_vector(replace(student, pupil=known(graph, student.pupil)), inputs)
    graph.output(VECTOR, predicted)
    graph.output(SCORES, predicted @ library.texts.T)


def _kept(graph: Graph, kept: Kept) -> Kept:
    return replace(kept, member={part: constants(graph, arrays) for part, arrays in kept.member.items()})
