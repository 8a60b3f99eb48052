"""The map: near rows have like labels under it, for numbers and classes, the same for the same seed."""

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.labels.votes.scores.neighbourhood_map import MapBase
from tests.models.labels.votes.scores.planted import classes, fit, numbers, target_of

BASE = MapBase(maps=2, hidden=16, dropout=0.1, input_dropout=0.0, epochs=40)


def said(base, train, validation, learned):
    """What training rows say of validation rows by nearness under a map, scaled."""
    near, placed = learned.train.value, base(learned.arrays, validation.sentences).value
    far = ((placed[:, None] - near[None]) ** 2).sum(axis=2) / base.maps
    weights = np.exp(-(far - far.min(axis=1, keepdims=True)))
    return weights / weights.sum(axis=1, keepdims=True) @ target_of(train).exact(train.labels)


@pytest.mark.parametrize("rows", [numbers, lambda *given, **named: classes(4, *given, **named)])
def test_training_brings_like_labels_together(rows):
    train, validation = rows(400), rows(150, seed=1)
    target, goal = target_of(train), target_of(train).exact(validation.labels)
    before, after = (
        float(np.mean(target.errors(said(base, train, validation, fit(base, train, validation)), goal)))
        for base in (MapBase(maps=2, hidden=16, epochs=0), BASE)
    )
    assert after < 0.8 * before


def test_it_places_and_expects_nothing():
    learned = fit(BASE, numbers(), numbers(80, seed=1))
    assert learned.train.score is None
    assert learned.train.value.shape == (240, 2 * 16)
    np.testing.assert_allclose(BASE(learned.arrays, numbers().sentences).value, learned.train.value, atol=1e-6)


def test_the_same_seed_gives_the_same_maps_and_maps_differ():
    train, validation = numbers(), numbers(80, seed=1)
    first, again = (fit(BASE, train, validation).arrays for _ in range(2))
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert (first["0/first"] != first["1/first"]).any()


def test_pairs_are_refused_with_what_suits():
    with pytest.raises(UsageError, match="expected one text") as refused:
        BASE.check(numbers(sentences=2).kind)
    assert "experts+kernel" in refused.value.hint
