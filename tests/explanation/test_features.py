"""Predictions taken apart by what was read."""

import numpy as np
import pytest

from prle.explanation import by_feature
from prle.explanation.features import blocks
from tests.explanation.planted import planted


@pytest.mark.parametrize("committee", [1, 3])
@pytest.mark.parametrize("projection", ["siamese", "identity", "linear"])
def test_columns_baseline_and_level_add_up(projection, committee):
    world = planted(sentences=2, committee=committee, **{"value_space.projection": projection})
    predictor = world.predictor
    ledger = by_feature(predictor, predictor.forwards(world.inputs), (2, 6))
    total = ledger.baseline + ledger.level + (ledger.shared + ledger.local).sum(axis=1)
    np.testing.assert_allclose(total, predictor.predict(world.inputs), rtol=1e-9)
    assert ledger.gaps.max() < 1e-12
    names = {"siamese": ["difference", "product", "cosine"], "identity": ["topic", "difference", "product", "cosine"]}
    assert list(ledger.blocks) == names.get(projection, ["value space"])
    covered = np.concatenate([np.arange(block.start, block.stop) for block in ledger.blocks.values()])
    np.testing.assert_array_equal(covered, np.arange(ledger.shared.shape[1]))


def test_a_calibrated_cosine_is_all_that_is_shared():
    world = planted(sentences=2)
    predictor = world.predictor
    ledger = by_feature(predictor, predictor.forwards(world.inputs), (2, 6))
    shared = ledger.shared
    assert np.abs(shared[:, ledger.blocks["cosine"]]).max() > 0.1
    assert not shared[:, ledger.blocks["difference"]].any()
    assert not shared[:, ledger.blocks["product"]].any()


def test_an_average_input_adds_nothing():
    """A column counts from its mean over the training rows."""
    world = planted(sentences=1, **{"value_space.projection": "identity"})
    predictor = world.predictor
    ledger = by_feature(predictor, predictor.forwards(world.train.sentences), (1, 6))
    np.testing.assert_allclose(ledger.shared.mean(axis=0), 0.0, atol=1e-6)


def test_constant_experts_have_levels_only():
    world = planted_with("constant")
    ledger = by_feature(world, world.forwards(INPUTS), (1, 6))
    np.testing.assert_allclose(ledger.baseline + ledger.level, world.predict(INPUTS), rtol=1e-9)
    assert not ledger.shared.any()
    assert not ledger.local.any()


def test_mlp_experts_are_no_sum_over_features():
    world = planted_with("mlp")
    assert by_feature(world, world.forwards(INPUTS), (1, 6)) is None


def test_blocks_of_a_pair():
    assert blocks((2, 3), 10, composed=True) == {
        "topic": slice(0, 3),
        "difference": slice(3, 6),
        "product": slice(6, 9),
        "cosine": slice(9, 10),
    }
    assert list(blocks((2, 3), 7, composed=True)) == ["difference", "product", "cosine"]
    assert blocks((2, 3), 7, composed=False) == blocks((1, 3), 7, composed=True) == {"value space": slice(0, 7)}


INPUTS = planted(sentences=1).inputs


def planted_with(kind):
    """A predictor with experts of another kind, as they start."""
    from prle.config import resolve
    from prle.models.labels.assembly import RowKind, assemble, settle
    from prle.models.labels.predictor import Predictor
    from prle.models.labels.training.start import start

    world = planted(sentences=1)
    config = settle(resolve(None, {"prototypes.count": 5, "experts.kind": kind}), RowKind(sentences=1))
    model = assemble(config)
    begin = start(model, config, world.target, world.train.sentences, world.train.labels)
    return Predictor(model, [begin.parameters], world.target, begin.anchors, precision=np.float64)
