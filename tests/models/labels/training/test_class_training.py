"""Training on planted classes: it learns, watches the log loss, and what it keeps is what it measured."""

import numpy as np
import pytest

from prle.config import resolve
from prle.metrics.classes import accuracy, log_loss
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import ClassTarget
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from prle.models.labels.training.trainer import Trainer

QUICK = {
    "prototypes.count": 8,
    "value_space.projection": "identity",
    "train.epochs": 25,
    "train.learning_rate": 3e-3,
    "train.expert_learning_rate": 1e-2,
    "router.temperature": 5.0,
}


def planted(rows=500, classes=3, seed=0):
    """A direction says the class, another one in each half of the space: one global linear model cannot know both."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, 1, 6))
    vectors[:, 0, 0] += np.where(rng.uniform(size=rows) < 0.5, 3.0, -3.0)
    signal = np.where(vectors[:, 0, 0] > 0, vectors[:, 0, 1], -vectors[:, 0, 1]) + 0.2 * rng.normal(size=rows)
    codes = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
    return vectors.astype(np.float32), codes.astype(float)


def fit(classes=3, **settings):
    sentences, codes = planted(classes=classes)
    names = tuple("abcdefg"[:classes])
    config = settle(resolve(None, {**QUICK, **settings}), RowKind(sentences=1, target="multiclass"))
    target = ClassTarget.measured(codes, names, config.experts.combine)
    train = Rows(sentences=sentences[:350], labels=codes[:350])
    validation = Rows(sentences=sentences[350:], labels=codes[350:])
    model = assemble(config)
    begin = start(model, config, target, train.sentences, train.labels)
    fitted = Trainer(model, target, config, train, validation).fit(begin.parameters, begin.anchors)
    return Predictor(model, (fitted.parameters,), target, fitted.anchors), fitted, validation


@pytest.mark.parametrize("combine", ["probabilities", "logits"])
@pytest.mark.parametrize(("experts", "share"), [("linear", 0.9), ("constant", 0.98), ("mlp", 0.9)])
def test_local_experts_learn_what_one_linear_prior_cannot_know(experts, share, combine):
    predictor, fitted, validation = fit(**{"experts.kind": experts, "experts.combine": combine})
    first, best = fitted.history[0], fitted.history[fitted.best_epoch]
    assert best.validation_log_loss < share * first.validation_log_loss
    shares = predictor.predict(validation.sentences)
    np.testing.assert_allclose(log_loss(validation.labels, shares), best.validation_log_loss, rtol=1e-4)
    np.testing.assert_allclose(accuracy(validation.labels, shares), best.validation_accuracy)
    assert best.validation_rmse is best.validation_pearson is None
    assert best.error == min(record.error for record in fitted.history)


def test_two_classes_take_the_same_path():
    predictor, fitted, validation = fit(classes=2)
    assert predictor.predict(validation.sentences).shape == (150, 2)
    assert fitted.history[fitted.best_epoch].validation_accuracy > 0.8


def test_em_alternates_for_classes_too():
    _, fitted, _ = fit(**{"train.em_alt_training": True, "train.epochs": 4})
    assert [record.phase for record in fitted.history[1:3]] == ["geometry", "experts"]


def test_constants_start_at_the_log_odds_of_their_neighbourhood():
    sentences, codes = planted()
    config = settle(resolve(None, {**QUICK, "experts.kind": "constant"}), RowKind(sentences=1, target="multiclass"))
    target = ClassTarget(names=("a", "b", "c"))
    begin = start(assemble(config), config, target, sentences, codes)
    levels = begin.parameters["experts"]["own_level"]
    np.testing.assert_allclose(np.exp(levels).sum(axis=1), 1.0, atol=1e-4)
    assert levels.std(axis=0).min() > 0.05
