"""Training on planted problems: it learns, it keeps what it measured, and a seed is a promise."""

import numpy as np
import pytest

from prle.arrays.geometry import effective_count
from prle.config import resolve
from prle.metrics.numbers import rmse
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.phases import EXPERTS, GEOMETRY, schedule
from prle.models.labels.training.start import start
from prle.models.labels.training.state import TrainingState
from prle.models.labels.training.trainer import Rows, Trainer

QUICK = {
    "prototypes.count": 4,
    "value_space.dim": 32,
    "value_space.dropout": 0.0,
    "value_space.input_dropout": 0.0,
    "train.epochs": 6,
    "train.batch_size": 32,
    "train.learning_rate": 3e-3,
    "train.expert_learning_rate": 3e-3,
}


def fit(world, **settings):
    config = settle(resolve(None, {**QUICK, **settings}), RowKind(sentences=world.sentences.shape[1]))
    model, target = assemble(config), NumberTarget.measured(world.labels[:300])
    train = Rows(sentences=world.sentences[:300], labels=world.labels[:300])
    validation = Rows(sentences=world.sentences[300:], labels=world.labels[300:])
    begin = start(model, config, target, train.sentences, train.labels)
    fitted = Trainer(model, target, config, train, validation).fit(begin.parameters, begin.anchors)
    return Predictor(model, (fitted.parameters,), target, fitted.anchors), fitted, begin


@pytest.mark.parametrize("em", [True, False])
def test_it_learns_more_than_the_prior_knows(world, em):
    _, fitted, _ = fit(world, **{"train.em_alt_training": em, "train.epochs": 20})
    first, best = fitted.history[0], fitted.history[fitted.best_epoch]
    assert best.validation_rmse < 0.95 * first.validation_rmse


@pytest.mark.parametrize("em", [True, False])
def test_what_is_kept_is_what_was_measured(world, em):
    predictor, fitted, _ = fit(world, **{"train.em_alt_training": em})
    best = fitted.history[fitted.best_epoch]
    error = rmse(world.labels[300:], predictor.predict(world.sentences[300:]))
    np.testing.assert_allclose(error, best.validation_rmse, rtol=1e-5)
    assert best.validation_rmse == min(record.validation_rmse for record in fitted.history)
    assert best.best


def test_prototypes_are_training_rows_no_two_alike(world):
    _, fitted, _ = fit(world, **{"train.learning_rate": 0.3, "train.weight_decay": 0.0})
    np.testing.assert_array_equal(fitted.parameters["prototypes"]["vectors"], world.sentences[fitted.anchors])
    assert len(set(fitted.anchors.tolist())) == 4


def test_prototypes_can_move_to_other_rows(pairs):
    _, fitted, begin = fit(
        pairs,
        **{"train.learning_rate": 0.3, "train.weight_decay": 0.0, "train.em_alt_training": False, "train.patience": 50},
    )
    _, fixed, _ = fit(pairs, **{"prototypes.learnable": False, "train.learning_rate": 0.3})
    np.testing.assert_array_equal(fixed.anchors, begin.anchors)
    assert len(fitted.history) > 1


def test_each_phase_moves_its_own_parts_only(pairs):
    """One geometry epoch leaves experts and router as they were; a second, experts epoch leaves the projection."""
    patient = {"train.patience": 50, "experts.solver": "gradient"}
    _, one, begin = fit(pairs, **patient, **{"train.epochs": 1})
    assert one.best_epoch == 1
    for part in ("experts", "router"):
        for name, array in begin.parameters[part].items():
            np.testing.assert_array_equal(one.parameters[part][name], array)
    assert not np.array_equal(one.parameters["projection"]["map"], begin.parameters["projection"]["map"])
    _, two, _ = fit(pairs, **patient, **{"train.epochs": 2})
    assert two.best_epoch == 2
    np.testing.assert_array_equal(two.parameters["projection"]["map"], one.parameters["projection"]["map"])
    assert not np.array_equal(two.parameters["experts"]["own_weight"], one.parameters["experts"]["own_weight"])


def test_fixed_parameters_never_move(pairs):
    _, fitted, begin = fit(pairs)
    for name in ("centre", "scale"):
        np.testing.assert_array_equal(fitted.parameters["retrieval"][name], begin.parameters["retrieval"][name])
    np.testing.assert_array_equal(fitted.parameters["router"]["spacing"], begin.parameters["router"]["spacing"])


def test_what_is_kept_is_the_average_of_the_steps(pairs):
    """Two steps by hand: the average starts at the start and moves by one minus its memory toward each step."""
    settings = {"train.batch_size": 200, "train.em_alt_training": False, "experts.solver": "gradient"}
    config = settle(resolve(None, {"prototypes.count": 4, **settings}), RowKind(sentences=2))
    begin = start(assemble(config), config, NumberTarget.measured(pairs.labels), pairs.sentences, pairs.labels)
    state = TrainingState(assemble(config), begin.parameters, config.train, learn_prototypes=False)
    state.moving(schedule(config)[0])
    average = begin.parameters["projection"]["map"].astype(np.float64)
    for step in (1, 2):
        state.step(state.parameters["projection"]["map"].square().sum())
        memory = min(config.train.averaging, step / (9 + step))
        average = memory * average + (1 - memory) * state.parameters["projection"]["map"].detach().numpy()
    np.testing.assert_allclose(state.snapshot()["projection"]["map"], average, rtol=1e-5, atol=1e-7)
    assert not np.allclose(average, state.parameters["projection"]["map"].detach().numpy(), atol=1e-6)


def test_the_same_seed_gives_the_same_bytes(world):
    first, second = (fit(world)[1] for _ in range(2))
    for part, arrays in first.parameters.items():
        for name, array in arrays.items():
            assert array.tobytes() == second.parameters[part][name].tobytes()


def test_another_seed_gives_another_model(world):
    first, second = (fit(world, **{"train.seed": seed})[1] for seed in (0, 1))
    assert not np.array_equal(first.anchors, second.anchors)


def test_no_epochs_keep_the_prior(world):
    _, fitted, begin = fit(world, **{"train.epochs": 0, "experts.solver": "gradient"})
    assert fitted.best_epoch == 0
    assert not fitted.stopped_early
    np.testing.assert_array_equal(
        fitted.parameters["experts"]["shared_weight"], begin.parameters["experts"]["shared_weight"]
    )


def test_patience_stops_early(world):
    _, fitted, _ = fit(world, **{"train.epochs": 200, "train.patience": 2, "experts.solver": "gradient"})
    assert fitted.stopped_early
    assert fitted.history[-1].epoch == fitted.best_epoch + 2


def test_one_prototype_is_one_global_expert(world):
    predictor, _, _ = fit(world, **{"prototypes.count": 1})
    np.testing.assert_allclose(predictor.answer(world.sentences[:5]).weights, 1.0)


def test_only_named_losses_are_computed(pairs):
    _, fitted, _ = fit(pairs, **{"losses.geometry.metric": 0.0})
    geometry = next(record for record in fitted.history if record.phase == "geometry")
    assert set(geometry.losses) == {"task", "consistency"}


def test_phases_alternate_under_em_only():
    names = [phase.name for phase in schedule(resolve(None, {}))]
    assert names == ["geometry", "experts"]
    joint = schedule(resolve(None, {"train.em_alt_training": False}))
    assert [phase.moving for phase in joint] == [GEOMETRY | EXPERTS]


def test_swapped_sentences_get_the_same_prediction_after_training(pairs):
    predictor, _, _ = fit(pairs)
    ours, swapped = (predictor.predict(pairs.sentences[:50][:, order]) for order in ([0, 1], [1, 0]))
    np.testing.assert_allclose(ours, swapped, rtol=1e-5)


def test_routing_is_not_uniform(pairs):
    predictor, _, _ = fit(pairs, **{"prototypes.count": 16})
    assert np.mean(effective_count(predictor.answer(pairs.sentences).weights)) < 0.8 * 16
