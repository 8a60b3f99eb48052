"""Intervals against quantiles found by hand, and against how often they hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from prle.errors import UsageError
from prle.models.labels.calibration import CONFIDENCE, ENOUGH_ROWS, SMALLEST_REGIME, Calibration, coverage, quantile


def calibration(errors, regimes, prototypes=3):
    return Calibration(errors=np.asarray(errors, float), regimes=np.asarray(regimes), prototypes=prototypes)


@given(count=st.integers(1, 3000), level=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_the_rank_is_the_least_that_keeps_its_promise(count, level):
    errors = np.random.default_rng(0).permutation(np.arange(1.0, count + 1.0))
    rank = quantile(errors, level)
    assert binom.cdf(min(rank, count + 1) - 1, count, level) >= CONFIDENCE - 1e-9
    assert binom.cdf(min(rank, count + 1) - 2, count, level) < CONFIDENCE + 1e-9


@pytest.mark.parametrize(("count", "level", "rank"), [(22, 0.9, 22), (50, 0.9, 49), (60, 0.9, 58), (1500, 0.9, 1366)])
def test_ranks_as_tables_of_the_binomial_give_them(count, level, rank):
    assert quantile(np.arange(1.0, count + 1.0), level) == rank


@pytest.mark.parametrize(("count", "level"), [(21, 0.9), (0, 0.5), (229, 0.99)])
def test_too_few_rows_promise_nothing(count, level):
    assert quantile(np.zeros(count), level) == math.inf


def test_large_regimes_have_a_quantile_of_their_own_and_small_ones_share():
    regimes = [0] * 50 + [1] * 60 + [2] * 20 + [3] * 30
    errors = [*np.arange(50.0), *(np.arange(60.0) + 100.0), *(np.arange(20.0) + 200.0), *(np.arange(30.0) + 220.0)]
    widths = calibration(errors, regimes, 5).half_widths(0.9)
    np.testing.assert_allclose(widths, [48.0, 157.0, *[248.0] * 3])


def test_a_pool_that_is_too_small_takes_all_rows():
    widths = calibration(np.arange(60.0), [0] * 50 + [1] * 10).half_widths(0.9)
    np.testing.assert_allclose(widths, [48.0, 57.0, 57.0])


def test_a_level_that_needs_more_rows_pools_more():
    known = calibration(np.arange(240.0), [0] * 120 + [1] * 120, 2)
    assert len(set(known.half_widths(0.9))) == 2
    np.testing.assert_allclose(known.half_widths(0.99), 239.0)
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
    labels = np.array([*[48.0] * ENOUGH_ROWS, *[49.0] * ENOUGH_ROWS, 1e9])
    regimes = np.array([0] * (2 * ENOUGH_ROWS) + [2])
    seen = coverage(known, 0.9, labels=labels, predictions=np.zeros(len(labels)), regimes=regimes)
    assert seen.marginal == pytest.approx(ENOUGH_ROWS / (2 * ENOUGH_ROWS + 1))
    assert seen.worst_regime == 0.5
    assert seen.width == pytest.approx(2 * (48.0 * 2 * ENOUGH_ROWS + 94.0) / (2 * ENOUGH_ROWS + 1))


def test_no_worst_regime_without_enough_rows():
    known = calibration(np.arange(100.0), [0] * 100)
    few = np.zeros(ENOUGH_ROWS - 1)
    assert coverage(known, 0.9, labels=few, predictions=few, regimes=few.astype(int)).worst_regime is None


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_nine_of_ten_drawings_keep_their_promise_in_every_regime(level):
    """With noise that differs between regimes, whose share within an interval is known."""
    rng = np.random.default_rng(0)
    spread, regimes = np.array([0.2, 1.0, 5.0]), np.repeat([0, 1, 2], [SMALLEST_REGIME, 60, 120])
    held = []
    for _ in range(1000):
        known = calibration(np.abs(rng.normal(size=len(regimes)) * spread[regimes]), regimes)
        held.append([math.erf(width / math.sqrt(2.0)) for width in known.half_widths(level) / spread])
    kept = (np.array(held) >= level).mean(axis=0)
    assert (kept >= CONFIDENCE - 0.03).all(), "never less than promised, but for the noise of 1,000 draws"
    assert (kept <= 0.99).all(), "and hardly more: ranks are whole"
    assert (np.mean(held, axis=0) > level).all()
