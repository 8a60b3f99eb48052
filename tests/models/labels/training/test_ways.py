"""What is kept is what was measured, by whichever way the experts were found."""

import numpy as np
import pytest

from prle.config import resolve
from prle.metrics.numbers import rmse
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.closed_form import is_solved
from prle.models.labels.training.start import start
from prle.models.labels.training.trainer import Rows, Trainer
from tests.conftest import make_world


def fit(sentences=2, rows=200, **settings):
    world = make_world(rows=rows + 100, sentences=sentences, seed=1)
    config = settle(
        resolve(None, {"prototypes.count": 6, "train.epochs": 4, "value_space.dim": 8, **settings}),
        RowKind(sentences=sentences),
    )
    train = Rows(sentences=world.sentences[:rows], labels=world.labels[:rows])
    validation = Rows(sentences=world.sentences[rows:], labels=world.labels[rows:])
    model, target = assemble(config), NumberTarget.measured(train.labels)
    begin = start(model, config, target, train.sentences, train.labels)
    fitted = Trainer(model, target, config, train, validation).fit(begin.parameters, begin.anchors)
    return fitted, Predictor(model, (fitted.parameters,), target, fitted.anchors), validation


WAYS = [
    {},
    {"train.em_alt_training": False},
    {"train.em_every": 2},
    {"experts.solver": "gradient"},
    {"experts.solver": "gradient", "train.em_alt_training": False},
    {"losses.metric.form": "label_distance", "losses.metric.rows": 80, "losses.metric.hardest": 0.2},
    {"router.kind": "mlp_sparse", "losses.experts.anchor_route": 0.1},
    {"router.kind": "radius", "losses.experts.balance": 0.1, "losses.geometry.entropy": 0.1},
    {"experts.kind": "mlp", "value_space.projection": "resmlp"},
    {"experts.kind": "constant", "value_space.projection": "fourier"},
]


@pytest.mark.parametrize("settings", WAYS, ids=str)
def test_what_is_kept_is_what_was_measured(settings):
    fitted, predictor, validation = fit(**settings)
    best = fitted.history[fitted.best_epoch]
    assert best.best
    assert [record.epoch for record in fitted.history] == list(range(len(fitted.history)))
    assert best.validation_rmse == min(record.validation_rmse for record in fitted.history)
    assert rmse(validation.labels, predictor.predict(validation.sentences)) == pytest.approx(
        best.validation_rmse, rel=1e-4
    )
    assert all(np.isfinite(list(record.losses.values())).all() for record in fitted.history)


def test_joint_training_tries_the_closed_form_last():
    fitted, _, _ = fit(**{"train.em_alt_training": False})
    plain, _, _ = fit(**{"train.em_alt_training": False, "train.epochs": 0})
    assert [record.phase for record in fitted.history] == ["start", *["joint"] * 4, "ridge"]
    assert [record.phase for record in plain.history] == ["start", "ridge"]
    assert is_solved(fitted.parameters) == fitted.history[-1].best


def test_own_parts_wait_while_what_is_shared_descends():
    fitted, _, _ = fit(sentences=1, **{"train.learning_rate": 1e-2, "train.expert_learning_rate": 1e-2})
    begin, _, _ = fit(sentences=1, **{"train.epochs": 0})
    assert {record.phase for record in fitted.history} == {"start", "joint", "ridge"}
    moved = fitted.parameters["experts"]["shared_weight"] - begin.parameters["experts"]["shared_weight"]
    assert np.abs(moved).max() > 1e-3


def test_em_solves_after_every_epoch():
    fitted, _, _ = fit()
    assert [record.phase for record in fitted.history] == ["start", *["geometry", "experts"] * 2]
    assert is_solved(fitted.parameters) == (fitted.best_epoch > 0)


def test_closed_form_on_frozen_geometry_learns():
    fitted, _, _ = fit(
        sentences=1, rows=1500, **{"train.epochs": 0, "value_space.enabled": False, "router.temperature": 20.0}
    )
    assert [record.phase for record in fitted.history] == ["start", "ridge"]
    assert fitted.history[1].validation_rmse < fitted.history[0].validation_rmse


def test_solved_experts_phases_leave_the_shared_model_alone():
    fitted, _, _ = fit(**{"train.epochs": 2})
    begin, _, _ = fit(**{"train.epochs": 0})
    np.testing.assert_array_equal(
        fitted.parameters["experts"]["shared_weight"], begin.parameters["experts"]["shared_weight"]
    )


def test_patience_lasts_a_turn_of_every_phase():
    fitted, _, _ = fit(**{"train.em_every": 2, "train.patience": 1, "train.epochs": 8, "train.learning_rate": 1e-12})
    assert {record.phase for record in fitted.history} >= {"geometry", "experts"}
