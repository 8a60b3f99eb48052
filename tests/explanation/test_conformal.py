"""Intervals against quantiles found by hand, and against how often they hold."""

import math

import numpy as np
import pytest

from prle.errors import UsageError
from prle.explanation import Calibration, coverage
from prle.explanation.conformal import ENOUGH_ROWS, SMALLEST_REGIME, quantile


def calibration(errors, regimes, prototypes=3):
    return Calibration(errors=np.asarray(errors, float), regimes=np.asarray(regimes), prototypes=prototypes)


@pytest.mark.parametrize(
    ("count", "level", "rank"),
    [(9, 0.9, 9), (19, 0.9, 18), (20, 0.9, 19), (99, 0.9, 90), (3, 0.5, 2), (4, 0.5, 3), (199, 0.95, 190)],
)
def test_the_rank_is_that_of_one_row_more(count, level, rank):
    errors = np.random.default_rng(0).permutation(np.arange(1.0, count + 1.0))
    assert quantile(errors, level) == rank


@pytest.mark.parametrize(("count", "level"), [(8, 0.9), (0, 0.5), (98, 0.99)])
def test_too_few_rows_promise_nothing(count, level):
    assert quantile(np.zeros(count), level) == math.inf


def test_large_regimes_have_a_quantile_of_their_own_and_small_ones_share():
    regimes = [0] * 50 + [1] * 60 + [2] * 20 + [3] * 30
    errors = [*np.arange(50.0), *(np.arange(60.0) + 100.0), *(np.arange(20.0) + 200.0), *(np.arange(30.0) + 220.0)]
    widths = calibration(errors, regimes, 5).half_widths(0.9)
    shared = 200.0 + math.ceil(51 * 0.9) - 1
    np.testing.assert_allclose(widths, [math.ceil(51 * 0.9) - 1, 100.0 + math.ceil(61 * 0.9) - 1, *[shared] * 3])


def test_a_pool_that_is_too_small_takes_all_rows():
    widths = calibration(np.arange(60.0), [0] * 50 + [1] * 10).half_widths(0.9)
    np.testing.assert_allclose(widths, [math.ceil(51 * 0.9) - 1, *[math.ceil(61 * 0.9) - 1] * 2])


def test_a_level_that_needs_more_rows_pools_more():
    known = calibration(np.arange(120.0), [0] * 60 + [1] * 60, 2)
    assert len(set(known.half_widths(0.9))) == 2
    np.testing.assert_allclose(known.half_widths(0.99), math.ceil(121 * 0.99) - 1)
    assert np.isinf(known.half_widths(0.999)).all()


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, -0.1, math.nan])
def test_a_level_is_a_share(level):
    with pytest.raises(UsageError, match="between 0 and 1"):
        calibration([1.0], [0]).half_widths(level)


def test_past_errors_by_hand():
    known = calibration([3.0, 4.0, 1.0], [0, 0, 2])
    np.testing.assert_allclose(known.past_errors, [math.sqrt(12.5), math.nan, 1.0])
    assert known.rows.tolist() == [2, 0, 1]


@pytest.mark.parametrize(("errors", "regimes"), [([1.0, 2.0], [0]), ([1.0], [3]), ([1.0], [-1]), ([], [])])
def test_what_does_not_fit_is_refused(errors, regimes):
    with pytest.raises(UsageError, match="calibration: expected"):
        calibration(errors, np.asarray(regimes, np.int64))


def test_coverage_by_hand():
    known = calibration(np.arange(100.0), [0] * 50 + [1] * 50, 3)
    labels = np.array([*[45.0] * ENOUGH_ROWS, *[46.0] * ENOUGH_ROWS, 1e9])
    regimes = np.array([0] * (2 * ENOUGH_ROWS) + [2])
    seen = coverage(known, 0.9, labels=labels, predictions=np.zeros(len(labels)), regimes=regimes)
    assert seen.marginal == pytest.approx(ENOUGH_ROWS / (2 * ENOUGH_ROWS + 1))
    assert seen.worst_regime == 0.5
    assert seen.width == pytest.approx(2 * (45.0 * 2 * ENOUGH_ROWS + 90.0) / (2 * ENOUGH_ROWS + 1))


def test_no_worst_regime_without_enough_rows():
    known = calibration(np.arange(100.0), [0] * 100)
    few = np.zeros(ENOUGH_ROWS - 1)
    assert coverage(known, 0.9, labels=few, predictions=few, regimes=few.astype(int)).worst_regime is None


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_intervals_hold_as_often_as_they_say_in_every_regime(level):
    """Over many draws of calibration rows, with noise that differs between regimes."""
    rng = np.random.default_rng(0)
    spread, held = np.array([0.2, 1.0, 5.0]), []
    for _ in range(300):
        regimes = np.repeat([0, 1, 2], [SMALLEST_REGIME, 60, 120])
        known = calibration(np.abs(rng.normal(size=len(regimes)) * spread[regimes]), regimes)
        fresh = np.repeat([0, 1, 2], 50)
        off = np.abs(rng.normal(size=len(fresh)) * spread[fresh])
        held.append((off <= known.half_widths(level)[fresh]).reshape(3, 50).mean(axis=1))
    shares = np.mean(held, axis=0)
    assert (shares >= level - 0.012).all(), "never less than promised, but for the noise of 300 draws"
    assert (shares <= level + 1.0 / SMALLEST_REGIME + 0.012).all(), "and hardly more"
