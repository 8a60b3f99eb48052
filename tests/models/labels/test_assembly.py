import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.start import start

TEXTS = RowKind(sentences=1)
PAIRS = RowKind(sentences=2)
TABLES = RowKind(sentences=1, table=True)


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
    config = settle(resolve(None, overrides), RowKind(sentences=sentences))
    assert (config.value_space.projection, config.experts.init) == (projection, init)
    assert settle(config, RowKind(sentences=sentences)) == config


@pytest.mark.parametrize(
    ("target", "overrides", "solver"),
    [
        ("number", {}, "ridge"),
        ("number", {"experts.kind": "constant"}, "gradient"),
        ("number", {"experts.solver": "gradient"}, "gradient"),
        ("binary", {}, "gradient"),
    ],
)
def test_linear_experts_of_numbers_are_solved_unless_told_otherwise(target, overrides, solver):
    assert settle(resolve(None, overrides), RowKind(sentences=1, target=target)).experts.solver == solver


@pytest.mark.parametrize(
    ("sentences", "em", "batch", "rates"), [(2, True, 32, (1.5e-4, 3e-5)), (1, False, 128, (5e-4, 5e-4))]
)
def test_pairs_take_turns_and_single_texts_learn_jointly(sentences, em, batch, rates):
    train = settle(resolve(None, {}), RowKind(sentences=sentences)).train
    assert (train.em_alt_training, train.batch_size) == (em, batch)
    assert (train.learning_rate, train.expert_learning_rate) == rates
    asked = {"em_alt_training": not em, "expert_learning_rate": 0.5, "learning_rate": 0.2, "batch_size": 7}
    train = settle(
        resolve(None, {f"train.{key}": value for key, value in asked.items()}), RowKind(sentences=sentences)
    ).train
    assert train.model_dump(include=set(asked)) == asked


def test_weights_of_the_retrieval_space_reach_it(pairs):
    asked = {"retrieval.cosine_weight": 3.0, "retrieval.topic_weight": 0.0, "prototypes.count": 2}
    config = settle(resolve(None, asked), PAIRS)
    space = assemble(config).retrieval
    assert (space.cosine_weight, space.topic_weight) == (3.0, 0.0)
    assert assemble(settle(resolve(None, {}), PAIRS)).retrieval.cosine_weight is None


def test_tables_have_defaults_of_their_own_which_settings_beat():
    config = settle(resolve(None, {}), TABLES)
    assert (config.value_space.projection, config.train.em_alt_training) == ("mlp", False)
    assert (config.value_space.dropout, config.value_space.input_dropout) == (0.1, 0.0)
    assert (config.train.batch_size, config.train.patience) == (128, 16)
    assert settle(config, TABLES) == settle(config, TEXTS) == config
    texts = settle(resolve(None, {}), TEXTS)
    assert (texts.value_space.dropout, texts.train.batch_size, texts.train.patience) == (0.5, 128, 8)
    asked = {"value_space.dropout": 0.2, "train.batch_size": 7, "train.learning_rate": 1e-2, "train.patience": 3}
    config = settle(resolve(None, asked), TABLES)
    found = (config.value_space.dropout, config.train.batch_size, config.train.learning_rate, config.train.patience)
    assert found == (0.2, 7, 1e-2, 3)


@pytest.mark.parametrize("target", ["number", "binary", "multiclass"])
@pytest.mark.parametrize(("sentences", "table"), [(1, False), (2, False), (1, True)])
def test_nothing_is_left_to_be_settled_but_the_number_of_prototypes(sentences, table, target):
    kind = RowKind(sentences=sentences, table=table, target=target)
    config = settle(resolve(None, {"prototypes.count": "auto"}), kind)
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
        settle(resolve(None, overrides), RowKind(sentences=sentences))
    assert raised.value.hint is not None


def test_unsettled_settings_are_refused():
    with pytest.raises(UsageError, match="expected a settled name"):
        assemble(resolve(None, {}))


def test_more_prototypes_than_rows_is_refused(pairs):
    config = settle(resolve(None, {"prototypes.count": 401}), PAIRS)
    with pytest.raises(UsageError, match=r"at most one a training row \(400\), got 401"):
        start(assemble(config), config, NumberTarget.measured(pairs.labels), pairs.sentences, pairs.labels)


def test_prototypes_start_on_their_anchors(world):
    config = settle(resolve(None, {"prototypes.count": 6}), RowKind(sentences=world.sentences.shape[1]))
    begin = start(assemble(config), config, NumberTarget.measured(world.labels), world.sentences, world.labels)
    np.testing.assert_array_equal(begin.parameters["prototypes"]["vectors"], world.sentences[begin.anchors])


@pytest.mark.parametrize("target", ["binary", "multiclass"])
@pytest.mark.parametrize("sentences", [1, 2])
def test_classes_descend_jointly_from_a_logistic_regression(sentences, target):
    kind = RowKind(sentences=sentences, target=target)
    config = settle(resolve(None, {}), kind)
    assert (config.experts.init, config.experts.combine) == ("meta_logistic_regression", "probabilities")
    assert config.train.em_alt_training is False
    assert (config.train.batch_size, config.train.learning_rate, config.train.expert_learning_rate) == (
        32,
        1.5e-4,
        5e-4,
    )
    assert config.value_space.projection == ("identity" if sentences == 1 else "siamese")
    assert settle(config, kind) == config


def test_classes_of_tables_are_fitted_as_tables_from_a_logistic_regression():
    classes = settle(resolve(None, {}), RowKind(sentences=1, table=True, target="multiclass"))
    numbers = settle(resolve(None, {}), TABLES)
    assert (classes.value_space, classes.train) == (numbers.value_space, numbers.train)
    assert (classes.experts.init, classes.experts.solver) == ("meta_logistic_regression", "gradient")


@pytest.mark.parametrize(
    ("target", "overrides", "message"),
    [
        ("number", {"experts.init": "meta_logistic_regression"}, "expected a start for numbers"),
        ("number", {"experts.combine": "logits"}, "expected outputs for numbers, got logits"),
        ("binary", {"experts.init": "calibrated_cosine"}, "expected a start for classes"),
        ("binary", {"experts.combine": "outputs"}, "expected probabilities or logits for classes"),
        ("binary", {"experts.solver": "ridge"}, "class probabilities have no closed form"),
    ],
)
def test_what_belongs_to_another_kind_of_label_is_refused(target, overrides, message):
    with pytest.raises(UsageError, match=message):
        settle(resolve(None, overrides), RowKind(sentences=2, target=target))


def test_a_model_of_before_there_were_classes_sums_what_its_experts_say():
    config = settle(resolve(None, {}), TEXTS)
    old = config.model_copy(update={"experts": config.experts.model_copy(update={"combine": "auto"})})
    assert assemble(old) == assemble(config)
