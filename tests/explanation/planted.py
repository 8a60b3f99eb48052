"""Small planted problems whose experts are solved: the model and its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prle.config import resolve
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.model import PRLE, ModelParameters
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.closed_form import solve_experts
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from tests.conftest import make_world

QUICK = {"prototypes.count": 5, "experts.rank": 6, "router.temperature": 8.0}


@dataclass(frozen=True)
class Planted:
    """A committee that was not trained, but whose experts were solved on ``train``."""

    model: PRLE
    members: tuple[ModelParameters, ...]
    target: NumberTarget
    anchors: np.ndarray
    train: Rows
    inputs: np.ndarray

    @property
    def predictor(self) -> Predictor:
        return Predictor(self.model, self.members, self.target, self.anchors, precision=np.float64)


def planted(*, sentences: int, committee: int = 1, **settings) -> Planted:
    """Solve experts on 120 rows of a world; members differ in the router's temperature."""
    world = make_world(rows=180, sentences=sentences, width=6, seed=5)
    train = Rows(sentences=world.sentences[:120], labels=world.labels[:120])
    held = Rows(sentences=world.sentences[120:150], labels=world.labels[120:150])
    target = NumberTarget.measured(train.labels)
    members, anchors = [], None
    for number in range(committee):
        drawn = {**QUICK, "router.temperature": 8.0 + 4.0 * number, "train.seed": number, **settings}
        config = settle(resolve(None, drawn), RowKind(sentences=sentences))
        model = assemble(config)
        begin = start(model, config, target, train.sentences, train.labels, anchors=anchors)
        anchors = begin.anchors
        solved = solve_experts(model, begin.parameters, target, train, held)
        members.append({**begin.parameters, "experts": solved})
    return Planted(
        model=model,
        members=tuple(members),
        target=target,
        anchors=anchors,
        train=train,
        inputs=world.sentences[150:],
    )
