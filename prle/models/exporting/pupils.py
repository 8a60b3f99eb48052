"""What students are told and what they have learnt, as values of a graph."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.models.exporting import operators
from prle.models.exporting.labels import constants
from prle.models.exporting.tracing import ROWS
from prle.models.students.interface import Inputs

if TYPE_CHECKING:
    from prle.models.exporting.tracing import Graph, Traced
    from prle.models.students.model import Filing, Pupil

PLACE: Final = "place"
"""The input that says where a question is filed: the number of a name in ``places``, or -1 where it is not known."""


def filed_inputs(graph: Graph, filing: Filing, questions: Traced) -> Inputs:
    """Return questions of a graph as a student is told them: a place of -1 is the one after the last."""
    place: Any = None
    if filing.kind:
        given = graph.input(PLACE, np.int64, (ROWS,))
        place = operators.where(given >= 0, given, graph.constant(np.array(len(filing.places), np.int64)))
    return Inputs(vectors=questions[:, None], place=place)


def known(graph: Graph, pupil: Pupil) -> Pupil:
    """Return a pupil whose parameters are values of a graph."""
    return replace(pupil, parameters=constants(graph, pupil.parameters))
