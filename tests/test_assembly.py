import numpy as np
import pytest

from prle.assembly import assemble, settle
from prle.config import resolve
from prle.errors import UsageError
from prle.targets import NumberTarget
from prle.training.start import start


@pytest.mark.parametrize(
    ("sentences", "overrides", "projection", "init"),
    [
        (2, {}, "siamese", "calibrated_cosine"),
        (1, {}, "mlp", "meta_linear_regression"),
        (2, {"value_space.enabled": False}, "identity", "calibrated_cosine"),
        (1, {"value_space.enabled": False}, "identity", "meta_linear_regression"),
        (2, {"value_space.projection": "linear"}, "linear", "meta_linear_regression"),
        (2, {"experts.init": "random"}, "siamese", "random"),
    ],
)
def test_auto_is_settled_by_the_data(sentences, overrides, projection, init):
    config = settle(resolve(None, overrides), sentences)
    assert (config.value_space.projection, config.experts.init) == (projection, init)
    assert settle(config, sentences) == config


@pytest.mark.parametrize(
    ("overrides", "solver"),
    [
        ({}, "ridge"),
        ({"experts.kind": "constant"}, "gradient"),
        ({"experts.solver": "gradient"}, "gradient"),
    ],
)
def test_linear_experts_are_solved_unless_told_otherwise(overrides, solver):
    assert settle(resolve(None, overrides), 1).experts.solver == solver


@pytest.mark.parametrize(
    ("sentences", "em", "batch", "rates"), [(2, True, 32, (1.5e-4, 3e-5)), (1, False, 128, (5e-4, 5e-4))]
)
def test_pairs_take_turns_and_single_texts_learn_jointly(sentences, em, batch, rates):
    train = settle(resolve(None, {}), sentences).train
    assert (train.em_alt_training, train.batch_size) == (em, batch)
    assert (train.learning_rate, train.expert_learning_rate) == rates
    asked = {"em_alt_training": not em, "expert_learning_rate": 0.5, "learning_rate": 0.2, "batch_size": 7}
    train = settle(resolve(None, {f"train.{key}": value for key, value in asked.items()}), sentences).train
    assert train.model_dump(include=set(asked)) == asked


def test_weights_of_the_retrieval_space_reach_it(pairs):
    asked = {"retrieval.cosine_weight": 3.0, "retrieval.topic_weight": 0.0, "prototypes.count": 2}
    config = settle(resolve(None, asked), 2)
    space = assemble(config).retrieval
    assert (space.cosine_weight, space.topic_weight) == (3.0, 0.0)
    assert assemble(settle(resolve(None, {}), 2)).retrieval.cosine_weight is None


def test_tables_have_defaults_of_their_own_which_settings_beat():
    config = settle(resolve(None, {}), 1, table=True)
    assert (config.value_space.projection, config.train.em_alt_training) == ("mlp", False)
    assert (config.value_space.dropout, config.value_space.input_dropout) == (0.1, 0.0)
    assert (config.train.batch_size, config.train.patience) == (128, 16)
    assert settle(config, 1, table=True) == settle(config, 1) == config
    texts = settle(resolve(None, {}), 1)
    assert (texts.value_space.dropout, texts.train.batch_size, texts.train.patience) == (0.5, 128, 8)
    asked = {"value_space.dropout": 0.2, "train.batch_size": 7, "train.learning_rate": 1e-2, "train.patience": 3}
    config = settle(resolve(None, asked), 1, table=True)
    found = (config.value_space.dropout, config.train.batch_size, config.train.learning_rate, config.train.patience)
    assert found == (0.2, 7, 1e-2, 3)


@pytest.mark.parametrize("sentences", [1, 2])
@pytest.mark.parametrize("table", [False, True])
def test_nothing_is_left_to_be_settled_but_the_number_of_prototypes(sentences, table):
    config = settle(resolve(None, {"prototypes.count": "auto"}), sentences, table=table and sentences == 1)
    open_ = [
        name
        for section in (config.prototypes, config.value_space, config.experts, config.router, config.train)
        for name, value in section
        if value == "auto"
    ]
    assert open_ == ["count"]


@pytest.mark.parametrize(
    ("sentences", "overrides", "message"),
    [
        (1, {"value_space.projection": "siamese"}, "projection siamese: expected rows of two texts"),
        (1, {"experts.init": "calibrated_cosine"}, "calibrated_cosine: expected pairs"),
        (2, {"experts.init": "calibrated_cosine", "value_space.projection": "mlp"}, "keeps their cosine, got mlp"),
    ],
)
def test_settings_that_need_pairs_say_so(sentences, overrides, message):
    with pytest.raises(UsageError, match=message) as raised:
        settle(resolve(None, overrides), sentences)
    assert raised.value.hint is not None


def test_unsettled_settings_are_refused():
    with pytest.raises(UsageError, match="expected a settled name"):
        assemble(resolve(None, {}))


def test_more_prototypes_than_rows_is_refused(pairs):
    config = settle(resolve(None, {"prototypes.count": 401}), 2)
    with pytest.raises(UsageError, match=r"at most one a training row \(400\), got 401"):
        start(assemble(config), config, NumberTarget.measured(pairs.labels), pairs.sentences, pairs.labels)


def test_prototypes_start_on_their_anchors(world):
    config = settle(resolve(None, {"prototypes.count": 6}), world.sentences.shape[1])
    begin = start(assemble(config), config, NumberTarget.measured(world.labels), world.sentences, world.labels)
    np.testing.assert_array_equal(begin.parameters["prototypes"]["vectors"], world.sentences[begin.anchors])
