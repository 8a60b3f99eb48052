"""Pruning removes what nobody would miss, and measures what that changed with the model as it then is."""

import numpy as np
import pytest

from prle.config import resolve
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.pruning import prune
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from tests.conftest import make_world

WORLD = make_world(rows=200, sentences=1)
ROWS = Rows(sentences=WORLD.sentences, labels=WORLD.labels)
TARGET = NumberTarget.measured(WORLD.labels)


def fitted(router, copies=1):
    """A model whose experts differ, and of which one prototype is far from everything."""
    config = settle(
        resolve(None, {"prototypes.count": 6, "router.kind": router, "experts.kind": "constant"}), RowKind(sentences=1)
    )
    model = assemble(config)
    members = []
    for seed in range(copies):
        begin = start(model, config, TARGET, WORLD.sentences, WORLD.labels)
        experts = begin.parameters["experts"]
        experts["own_level"] = np.random.default_rng(seed).normal(size=experts["own_level"].shape).astype(np.float32)
        begin.parameters["prototypes"]["vectors"][4] += 50.0
        members.append(begin.parameters)
    return model, members, begin.anchors


def predicted(model, members, anchors):
    return Predictor(model, members, TARGET, anchors).predict(WORLD.sentences)


@pytest.mark.parametrize("router", ["softmax", "knn", "radius", "attention"])
@pytest.mark.parametrize("tolerance", [0.0, 0.05, 2.0])
def test_no_prediction_moves_by_more_than_the_tolerance(router, tolerance):
    model, members, anchors = fitted(router)
    left = prune(model, members, TARGET, anchors, ROWS, tolerance=tolerance)
    moved = np.abs(predicted(model, left.members, left.anchors) - predicted(model, members, anchors)).max()
    assert moved <= tolerance
    np.testing.assert_allclose(moved, left.largest_change)
    assert left.removed == 6 - len(left.anchors)
    assert left.members[0]["prototypes"]["vectors"].shape[0] == len(left.anchors)


def test_what_never_speaks_goes_at_no_tolerance():
    model, members, anchors = fitted("softmax")
    left = prune(model, members, TARGET, anchors, ROWS, tolerance=0.0)
    assert anchors[4] not in left.anchors


def test_one_stays_whatever_is_tolerated():
    model, members, anchors = fitted("softmax")
    assert len(prune(model, members, TARGET, anchors, ROWS, tolerance=1e9).anchors) == 1


def test_members_of_a_committee_lose_the_same_ones():
    model, members, anchors = fitted("softmax", copies=2)
    left = prune(model, members, TARGET, anchors, ROWS, tolerance=0.0)
    assert [len(member["experts"]["own_level"]) for member in left.members] == [len(left.anchors)] * 2
