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
    ("sentences", "overrides", "closed"),
    [
        (2, {}, True),
        (1, {}, False),
        (2, {"train.em_alt_training": False}, False),
        (2, {"experts.kind": "constant"}, False),
        (2, {"train.em_closed_form": False}, False),
        (1, {"train.em_closed_form": True, "train.em_alt_training": True}, True),
    ],
)
def test_pairs_solve_their_experts_in_closed_form_unless_told_otherwise(sentences, overrides, closed):
    assert settle(resolve(None, overrides), sentences).train.em_closed_form is closed


@pytest.mark.parametrize(("sentences", "em", "rate"), [(2, True, 3e-5), (1, False, 1.5e-4)])
def test_pairs_take_turns_and_single_texts_learn_jointly(sentences, em, rate):
    train = settle(resolve(None, {}), sentences).train
    assert (train.em_alt_training, train.expert_learning_rate) == (em, rate)
    asked = {"train.em_alt_training": not em, "train.expert_learning_rate": 0.5}
    train = settle(resolve(None, asked), sentences).train
    assert (train.em_alt_training, train.expert_learning_rate) == (not em, 0.5)


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


@pytest.mark.parametrize("target", ["binary", "multiclass"])
@pytest.mark.parametrize("sentences", [1, 2])
def test_classes_descend_jointly_from_a_logistic_regression(sentences, target):
    config = settle(resolve(None, {}), sentences, target)
    assert (config.experts.init, config.experts.combine) == ("meta_logistic_regression", "probabilities")
    assert config.train.em_alt_training is config.train.em_closed_form is False
    assert config.value_space.projection == ("identity" if sentences == 1 else "siamese")
    assert settle(config, sentences, target) == config


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
        settle(resolve(None, overrides), 2, target)


def test_a_model_of_before_there_were_classes_sums_what_its_experts_say():
    config = settle(resolve(None, {}), 1)
    old = config.model_copy(update={"experts": config.experts.model_copy(update={"combine": "auto"})})
    assert assemble(old) == assemble(config)
