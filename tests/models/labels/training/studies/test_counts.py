"""A look at a grid of counts: the same one every time, and a probe that sees what is local."""

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, settle
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.studies.counts import study_counts
from prle.models.labels.training.studies.probe import CountProbe


def halves(world) -> tuple[Rows, Rows]:
    cut = 300
    return (
        Rows(sentences=world.sentences[:cut], labels=world.labels[:cut]),
        Rows(sentences=world.sentences[cut:], labels=world.labels[cut:]),
    )


def settled(world, **overrides):
    return settle(resolve(None, {"prototypes.count": "auto", **overrides}), RowKind(sentences=world.sentences.shape[1]))


def test_study_agrees_with_itself(world):
    train, validation = halves(world)
    study = study_counts(settled(world), train, validation)
    assert [trial.count for trial in study.trials] == [1, 2, 4, 8, 16, 24]
    chosen = next(trial for trial in study.trials if trial.count == study.recommendation.count)
    assert chosen.readable
    assert chosen.standard_errors <= 1.0
    assert study.sampled_rows == 300
    assert all(1.0 <= record.needed <= trial.count for trial in study.trials for record in trial.coverage)


def test_a_seed_and_nothing_else_decides(pairs):
    train, validation = halves(pairs)
    one, two = (study_counts(settled(pairs), train, validation) for _ in range(2))
    other = study_counts(settled(pairs, **{"train.seed": 1}), train, validation)
    assert repr(one) == repr(two)
    assert repr(one) != repr(other)


def test_the_temperature_of_the_settings_is_looked_at(pairs):
    study = study_counts(settled(pairs, **{"router.temperature": 7.0}), *halves(pairs))
    assert study.temperature == 7.0
    assert [record.temperature for record in study.trials[0].coverage] == [5.0, 7.0, 10.0, 20.0, 40.0]


def test_the_metric_reaches_the_choice(pairs):
    euclidean, cosine = (
        study_counts(settled(pairs, **{"prototypes.metric": name}), *halves(pairs)) for name in ("euclidean", "cosine")
    )
    assert euclidean.trials != cosine.trials


def test_settings_must_be_settled(pairs):
    with pytest.raises(UsageError, match=r"experts\.init: expected a settled name, got auto"):
        study_counts(resolve(None, {}), *halves(pairs))


def test_the_probe_finds_a_slope_that_turns_round():
    """Labels are +x left of zero and -x right of it: one line explains nothing, two explain all."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1.0, 1.0, size=(2000, 1))
    left = -np.abs(points) + 0.5
    probe = CountProbe(points[:1500], left[:1500], points[1500:], left[1500:])
    sides = np.concatenate([points < 0.0, points >= 0.0], axis=1).astype(np.float64)
    one = probe.errors(np.ones((1500, 1)), np.ones((500, 1)))
    two = probe.errors(sides[:1500], sides[1500:])
    assert one.mean() == pytest.approx(left[1500:].var(), rel=0.05)
    assert two.mean() < 1e-4


def test_the_probe_is_never_worse_than_the_prior():
    """Noise can only be fitted by chance: the strongest penalties are refused, and the prior stays."""
    rng = np.random.default_rng(3)
    points, noise = rng.normal(size=(200, 6)), rng.normal(size=(200, 1))
    probe = CountProbe(points[:100], noise[:100], points[100:], noise[100:])
    weights = rng.dirichlet(np.ones(5), size=200)
    errors = probe.errors(weights[:100], weights[100:])
    assert errors.shape == (100,)
    assert errors.mean() <= np.square(noise[100:]).mean()
