"""Where training begins, and what the metric of the settings reaches."""

import numpy as np
import pytest

from prle.arrays.geometry import unit
from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.prototypes import SELECTIONS
from prle.models.labels.prototypes.snapping import snap
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.start import start
from prle.models.labels.training.trainer import Rows, Trainer


def begin(world, **settings):
    config = settle(resolve(None, {"prototypes.count": 5, **settings}), RowKind(sentences=world.sentences.shape[1]))
    model, target = assemble(config), NumberTarget.measured(world.labels)
    return config, model, target, start(model, config, target, world.sentences, world.labels)


def test_a_count_must_be_settled(pairs):
    with pytest.raises(UsageError, match=r"prototypes\.count: expected a settled number, got auto"):
        begin(pairs, **{"prototypes.count": "auto"})


def test_the_cosine_chooses_on_the_unit_sphere(pairs):
    _, model, _, begun = begin(pairs, **{"prototypes.metric": "cosine"})
    points = unit(model.retrieval(begun.parameters["retrieval"], pairs.sentences))
    np.testing.assert_array_equal(begun.anchors, SELECTIONS["kmeans++"](points, 5, np.random.default_rng(0)))


@pytest.mark.parametrize(("metric", "place"), [("euclidean", lambda points: points), ("cosine", unit)])
def test_every_snap_uses_the_metric(pairs, monkeypatch, metric, place):
    config, model, target, begun = begin(
        pairs, **{"prototypes.metric": metric, "train.epochs": 1, "train.learning_rate": 1e-2}
    )
    points = place(model.retrieval(begun.parameters["retrieval"], pairs.sentences))
    seen = []

    def spy(prototypes, blocks):
        seen.append(np.concatenate(list(blocks)))
        return snap(prototypes, seen[-1])

    monkeypatch.setattr("prle.models.labels.training.trainer.snap_to", spy)
    rows = Rows(sentences=pairs.sentences, labels=pairs.labels)
    Trainer(model, target, config, rows, rows).fit(begun.parameters, begun.anchors)
    assert len(seen) == 1
    np.testing.assert_allclose(seen[0], points, atol=1e-5)


def test_of_many_rows_a_sample_is_seen(pairs, monkeypatch):
    monkeypatch.setattr("prle.models.labels.training.start.SAMPLE", 50)
    config, model, target, begun = begin(pairs)
    assert begun.anchors.max() >= 50, "anchors are numbers of all rows"
    assert len(set(begun.anchors.tolist())) == len(begun.anchors)
    np.testing.assert_array_equal(begun.parameters["prototypes"]["vectors"], pairs.sentences[begun.anchors])
    chosen = np.sort(np.random.default_rng(0).choice(len(pairs.labels), size=50, replace=False))
    assert set(begun.anchors.tolist()) <= set(chosen.tolist())
    given = np.array([399, 0, 7])
    again = start(model, config, target, pairs.sentences, pairs.labels, anchors=given)
    np.testing.assert_array_equal(again.anchors, given)
    np.testing.assert_array_equal(again.parameters["prototypes"]["vectors"], pairs.sentences[given])
