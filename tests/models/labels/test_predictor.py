import numpy as np
import pytest

from prle.config import resolve
from prle.models.labels import predictor as module
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.start import start


@pytest.fixture
def parts(world):
    config = settle(resolve(None, {"prototypes.count": 3}), RowKind(sentences=world.sentences.shape[1]))
    model, target = assemble(config), NumberTarget.measured(world.labels)
    begin = start(model, config, target, world.sentences, world.labels)
    return model, (begin.parameters,), target, begin.anchors


def test_blocks_change_nothing(parts, world, monkeypatch):
    whole = Predictor(*parts).predict(world.sentences)
    monkeypatch.setattr(module, "ROWS_AT_A_TIME", 7)
    np.testing.assert_allclose(Predictor(*parts).predict(world.sentences), whole, rtol=1e-5)


def test_no_rows_give_no_predictions(parts, world):
    assert Predictor(*parts).predict(world.sentences[:0]).shape == (0,)


def test_precisions_agree(parts, world):
    single = Predictor(*parts).predict(world.sentences)
    double = Predictor(*parts, precision=np.float64).predict(world.sentences)
    np.testing.assert_allclose(single, double, rtol=1e-4)


def test_size_counts_every_parameter(parts):
    expected = sum(array.size * 4 for arrays in parts[1][0].values() for array in arrays.values())
    assert Predictor(*parts).size_bytes == expected


def test_prototypes_are_where_their_rows_are(parts, world):
    predictor = Predictor(*parts)
    expected = predictor.retrieval(world.sentences[predictor.anchors])
    np.testing.assert_allclose(predictor.prototypes, expected, atol=1e-5)
