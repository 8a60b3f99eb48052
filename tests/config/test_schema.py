import re
from pathlib import Path
from typing import get_args

import pytest

from prle.config import (
    EXPERT_CHOICES,
    PROJECTION_CHOICES,
    ROUTER_CHOICES,
    Config,
    ExpertInitName,
    InitName,
    LossName,
    LossWeights,
    MetricName,
    resolve,
    validate,
)
from prle.errors import UsageError
from prle.models.labels.experts import EXPERTS, WARM_STARTS
from prle.models.labels.losses import LOSSES
from prle.models.labels.projections import PROJECTIONS
from prle.models.labels.prototypes import METRICS, SELECTIONS
from prle.models.labels.routers import ROUTERS


@pytest.mark.parametrize(
    ("registry", "names"),
    [
        (ROUTERS, ROUTER_CHOICES),
        (PROJECTIONS, PROJECTION_CHOICES),
        (EXPERTS, EXPERT_CHOICES),
        (SELECTIONS, get_args(InitName)),
        (METRICS, get_args(MetricName)),
        (WARM_STARTS, get_args(ExpertInitName)),
        (LOSSES, get_args(LossName)),
        (LOSSES, tuple(LossWeights.model_fields)),
    ],
)
def test_registries_hold_exactly_the_allowed_names(registry, names):
    assert set(registry) == set(names)


def test_flags_win_over_the_file(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("router: {kind: knn, neighbours: 7}\ntrain: {em_alt_training: false}\n")
    config = resolve(file, {"router.kind": "softmax"})
    assert config.router.kind == "softmax"
    assert config.router.neighbours == 7
    assert not config.train.em_alt_training


def test_an_empty_file_is_all_defaults(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("# nothing yet\n")
    assert resolve(file, {}) == Config()


@pytest.mark.parametrize(("said", "count"), [("7", 7), (7, 7), ("auto", "auto")])
def test_a_count_is_a_number_or_auto(said, count):
    assert resolve(None, {"prototypes.count": said}).prototypes.count == count


@pytest.mark.parametrize("count", [7, "auto"])
def test_settings_survive_json(count):
    config = resolve(None, {"prototypes.count": count})
    assert validate(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("overrides", "message", "hint"),
    [
        ({"router.kind": "sofmax"}, "router.kind: expected one of knn", "did you mean softmax?"),
        ({"prototypes.init": "kmedoids"}, "prototypes.init", "did you mean k-medoids?"),
        ({"value_space.projection": "siamse"}, "value_space.projection", "did you mean siamese?"),
        ({"router.tempratur": 3}, "unknown key router.tempratur", "did you mean temperature?"),
        ({"rooter.kind": "knn"}, "unknown key rooter", "did you mean router?"),
        ({"prototypes.count": 0}, "prototypes.count: input should be greater than or equal to 1; got 0", None),
        ({"prototypes.count": "many"}, "prototypes.count: expected a number or auto, got 'many'.", None),
        ({"prototypes.count": "aut"}, "prototypes.count: expected a number or auto", "did you mean auto?"),
        ({"prototypes.count": 2.5}, "prototypes.count: expected a number or auto, got 2.5.", None),
        ({"prototypes.metric": "cos"}, "prototypes.metric: expected one of euclidean", "did you mean cosine?"),
        ({"train.epochs": "many"}, "train.epochs: input should be a valid integer", None),
    ],
)
def test_what_does_not_fit_is_named(overrides, message, hint):
    with pytest.raises(UsageError, match=re.escape(message)) as raised:
        resolve(None, overrides)
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- a\n- b\n", "expected sections with keys, got list"),
        (b"router: {kind: knn\n", "expected a readable YAML file"),
        (b"\xff\xfe", "expected a readable YAML file"),
        (b"router: knn\n", "router"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path, content, message):
    file = tmp_path / "settings.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message) as raised:
        resolve(file, {})
    assert "\n" not in raised.value.message


def test_a_missing_file_is_named():
    with pytest.raises(UsageError, match="no such file"):
        resolve(Path("nowhere.yaml"), {})


def test_a_flag_into_a_broken_section_is_refused(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("router: knn\n")
    with pytest.raises(UsageError, match="router: expected keys"):
        resolve(file, {"router.kind": "softmax"})
