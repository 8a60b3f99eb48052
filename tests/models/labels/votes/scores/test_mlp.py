"""The network base: it bends, stops where validation says, and answers as it was trained, without scikit-learn."""

import array_api_compat.torch as xp
import numpy as np
import pytest

from prle.models.labels.assembly import RowKind
from prle.models.labels.votes.scores.mlp import PATIENCE, MLPBase
from tests.models.labels.votes.scores.planted import check_base, check_out_of_fold, classes, fit, kinds, target_of

# Small rows need small batches to learn anything in a few epochs.
FEW = 20
BASE = MLPBase(folds=2, hidden=(32, 16))


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr("prle.models.labels.votes.scores.mlp.BATCH", 12)
    monkeypatch.setattr("prle.models.labels.votes.scores.mlp.EPOCHS", FEW)


class Noted:
    def __init__(self):
        self.records = []

    def epoch(self, record):
        self.records.append(record)


@pytest.mark.parametrize("kind", kinds())
def test_it_is_a_base(kind):
    check_base(BASE, *kinds()[kind])


@pytest.mark.parametrize("kind", ["numbers", "five"])
def test_training_rows_are_scored_without_their_labels(kind):
    check_out_of_fold(BASE, *kinds()[kind])


@pytest.mark.parametrize("kind", ["numbers", "binary", "five"])
def test_it_answers_as_the_best_epoch_did(kind):
    train, validation = kinds()[kind]
    noted = Noted()
    learned = fit(BASE, train, validation, noted)
    assert tuple(noted.records) == learned.history
    target = target_of(train)
    said = target.additive(BASE(learned.arrays, validation.sentences).score)
    best = [record for record in learned.history if record.best][-1]
    assert target.watched(validation.labels, said)[target.criterion.name] == pytest.approx(best.error, rel=1e-4)
    assert best.error == min(record.error for record in learned.history)
    assert len(learned.history) in {FEW, best.epoch + PATIENCE}


def test_a_class_that_a_fold_lacks_is_no_obstacle():
    train = classes(3, rows=12)
    train.labels[:] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert np.isfinite(fit(BASE, train, train).train.score).all()


def test_it_answers_with_arrays_of_another_engine():
    train, validation = kinds()["five"]
    arrays = fit(BASE, train, validation).arrays
    told = {name: xp.asarray(array) for name, array in arrays.items()}
    score = BASE(told, xp.asarray(validation.sentences)).score
    np.testing.assert_allclose(score.numpy(), BASE(arrays, validation.sentences).score, atol=1e-6)


def test_it_accepts_any_rows():
    for kind in (RowKind(sentences=1), RowKind(sentences=2), RowKind(sentences=1, table=True, target="multiclass")):
        BASE.check(kind)
