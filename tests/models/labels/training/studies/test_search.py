from __future__ import annotations

import numpy as np
import pytest

from prle.config import TrainConfig, resolve
from prle.config.rows import sections
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, settle
from prle.models.labels.training.studies.search import (
    SPACE,
    Choice,
    LogUniform,
    Rung,
    best_first,
    draw_trials,
    half,
    rungs,
    said,
    space,
)

KEYS = {key.name: key for section in sections() for key in section.keys}
PAIRS = RowKind(sentences=2)


def values(config):
    found = {}
    for key in KEYS:
        value = config
        for step in key.split("."):
            value = getattr(value, step)
        found[key] = value
    return found


EXPERTS = {"votes.voters": "none"}


def drawn(given=None, *, trials=24, sentences=2, rows=500):
    config = resolve(None, {**EXPERTS, **(given or {})})
    return draw_trials(config, trials=trials, rows=rows, kind=RowKind(sentences=sentences))


@pytest.mark.parametrize("sentences", [1, 2])
def test_draws_are_different_lie_inside_the_space_and_fit_the_rows(sentences):
    given = values(resolve(None, EXPERTS))
    allowed = space(sentences=sentences, rows=500)
    configs = drawn(sentences=sentences)
    assert len({config.model_dump_json() for config in configs}) == 24
    for config in configs:
        settle(config, RowKind(sentences=sentences))
        changes = {key: value for key, value in values(config).items() if value != given[key]}
        assert set(changes) <= set(allowed)
        for key, value in changes.items():
            each = allowed[key]
            assert value in each.values if isinstance(each, Choice) else each.low <= value <= each.high


def test_every_dimension_is_a_setting_and_is_drawn_sometimes():
    assert set(space(sentences=2, rows=500)) <= set(KEYS)
    base = values(resolve(None, EXPERTS))
    varied = {key for config in drawn(trials=40) for key, value in values(config).items() if value != base[key]}
    assert varied == set(space(sentences=2, rows=500))


def test_a_seed_says_which_and_more_trials_begin_with_the_same():
    assert drawn() == drawn()
    assert drawn(trials=30)[:24] == drawn()
    assert drawn({"train.seed": 1})[1:] != drawn({"train.seed": 0})[1:]


def test_the_first_is_what_fit_would_use():
    config = resolve(None, {"router.kind": "knn"})
    assert draw_trials(config, trials=3, rows=500, kind=PAIRS)[0] is config


def test_what_was_given_is_held_even_where_it_is_the_default(tmp_path):
    file = tmp_path / "held.yaml"
    file.write_text("train: {batch_size: 32}\n")
    config = resolve(file, {"prototypes.count": 64, "value_space.projection": "siamese"})
    assert said(config) == {"train.batch_size", "prototypes.count", "value_space.projection"}
    for trial in draw_trials(config, trials=24, rows=500, kind=PAIRS):
        assert (trial.train.batch_size, trial.prototypes.count) == (32, 64)
        assert trial.value_space.projection == "siamese"


def test_a_setting_that_nothing_reads_is_left_alone():
    plain = resolve(None, {})
    for config in drawn({"value_space.enabled": False}):
        assert config.value_space == resolve(None, {"value_space.enabled": False}).value_space
    for config in drawn():
        if settle(config, PAIRS).value_space.projection == "siamese":
            assert config.value_space.dim == plain.value_space.dim
        if settle(config, PAIRS).train.em_alt_training:
            assert config.train.expert_learning_rate == plain.train.expert_learning_rate


def test_where_labels_vote_bases_are_drawn_and_maps_only_where_there_are_some():
    config, kind = resolve(None, {}), RowKind(sentences=1)
    found = draw_trials(config, trials=24, rows=500, kind=kind, bases=("linear", "map", "kernel+map"))
    assert {each.votes.base for each in found} == {"auto", "linear", "map", "kernel+map"}
    assert [each for each in found if each.votes.base == "linear"] == [resolve(None, {"votes.base": "linear"})]
    assert {each.votes.maps for each in found if each.votes.base != "linear"} == {1, 2, 3}


def test_combinations_that_do_not_exist_are_drawn_again():
    configs = drawn({"experts.init": "calibrated_cosine"})
    assert len(configs) == 24
    assert {settle(config, PAIRS).value_space.projection for config in configs} == {"siamese"}


def test_never_more_prototypes_than_rows():
    assert {config.prototypes.count for config in drawn({}, rows=30)[1:]} == {16, 24}
    assert "prototypes.count" not in space(sentences=1, rows=10)


def test_a_space_that_is_used_up_gives_what_it_has():
    held = {key: values(resolve(None, {}))[key] for key in (*SPACE, "value_space.projection")}
    del held["train.em_alt_training"], held["prototypes.init"]
    assert len(drawn(held)) == 8


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="siamese"):
        drawn({"value_space.projection": "siamese"}, sentences=1)


def test_magnitudes_are_drawn_evenly_and_can_be_typed():
    rng = np.random.default_rng(0)
    found = [LogUniform(1e-5, 1e-3).draw(rng) for _ in range(400)]
    assert min(found) >= 1e-5
    assert max(found) <= 1e-3
    assert 0.4 < np.mean(np.array(found) < 1e-4) < 0.6
    assert all(float(f"{value:.2g}") == value for value in found)


@pytest.mark.parametrize(
    ("trials", "settings", "expected"),
    [
        (8, {}, [(8, 4), (4, 8), (2, 16)]),
        (3, {}, [(3, 4), (2, 8)]),
        (2, {}, [(2, 4)]),
        (64, {}, [(64, 4), (32, 8), (16, 16), (8, 32), (4, 60)]),
        (8, {"epochs": 6}, [(8, 4), (4, 6)]),
        (8, {"epochs": 3}, [(8, 3)]),
        (8, {"em_every": 5}, [(8, 10), (4, 20), (2, 40)]),
    ],
)
def test_half_the_trials_get_twice_the_epochs(trials, settings, expected):
    assert rungs(trials, TrainConfig(**settings)) == tuple(Rung(trials=n, epochs=epochs) for n, epochs in expected)


def test_the_better_half_goes_on():
    order = best_first({0: 0.5, 1: float("nan"), 2: 0.4, 3: 0.5, 4: 0.9})
    assert order == (2, 0, 3, 4, 1)
    assert [half(trials) for trials in (2, 3, 4, 5)] == [1, 2, 2, 3]
