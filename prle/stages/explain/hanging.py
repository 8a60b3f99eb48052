"""What a prediction hangs on: the fewest examples without which it would be another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError
from prle.explanation.voting import fewest_rows
from prle.stages.explain.grounds import VOTING
from prle.stages.explain.parts import CounterfactualReport, RemovalReport

if TYPE_CHECKING:
    from prle.models.labels.checkpoint import Checkpoint
    from prle.stages.explain.questions import Question


def what_it_hangs_on(checkpoint: Checkpoint, question: Question, move: float) -> CounterfactualReport:
    """Find the smallest set of training rows without which a number is ``move`` away.

    :raises UsageError: where no examples vote, or a router decides about prototypes apart from them.
    """
    if checkpoint.ballot is None:
        message = "explain --move: expected a model in which examples vote; in this one experts speak."
        raise UsageError(message, hint=f"{VOTING} fits one")
    predictor = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
    before = float(predictor.predict(question.vectors[None])[0])
    found = fewest_rows(predictor, question.vectors, move=move)
    return CounterfactualReport(
        move=move,
        examples=RemovalReport(
            removed=tuple(int(row) for row in found.rows),
            prediction=found.prediction,
            move=found.prediction - before,
            reached=found.reached,
            most=found.most,
        ),
    )
