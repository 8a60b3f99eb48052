import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from prle.errors import PrleError
from prle.metrics.numbers import in_words, mae, paired_bootstrap, pearson, r2, rmse, spearman

METRICS = {"pearson": pearson, "spearman": spearman, "rmse": rmse, "r2": r2}
# Multiples of 1/8 tie often and are exact, so that the oracle and we see the same ties.
columns = st.integers(2, 40).flatmap(
    lambda n: st.tuples(*[arrays(np.float64, n, elements=st.integers(-80, 80).map(lambda i: i / 8))] * 2)
)


def vary(*values):
    assume(all(np.ptp(column) > 0 for column in values))


@given(columns)
def test_pearson_agrees_with_scipy(pair):
    vary(*pair)
    assert pearson(*pair) == pytest.approx(stats.pearsonr(*pair).statistic, abs=1e-9)


@given(columns)
def test_spearman_agrees_with_scipy_ties_included(pair):
    vary(*pair)
    assert spearman(*pair) == pytest.approx(stats.spearmanr(*pair).statistic, abs=1e-9)


@given(columns)
def test_rmse_and_r2_agree_with_their_definitions(pair):
    labels, predictions = pair
    assert rmse(labels, predictions) == pytest.approx(np.linalg.norm(labels - predictions) / len(labels) ** 0.5)
    vary(labels)
    explained = 1 - np.mean((labels - predictions) ** 2) / np.var(labels)
    assert r2(labels, predictions) == pytest.approx(explained)


@given(columns, st.floats(0.1, 10), st.floats(-10, 10))
def test_correlations_ignore_scale_and_offset(pair, scale, offset):
    labels, predictions = pair
    assert pearson(labels, predictions * scale + offset) == pytest.approx(pearson(labels, predictions), abs=1e-7)
    assert pearson(labels, -predictions) == pytest.approx(-pearson(labels, predictions), abs=1e-9)
    assert spearman(labels, np.exp(predictions / 10)) == pytest.approx(spearman(labels, predictions), abs=1e-9)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 + 0.1])
def test_constant_input_has_no_correlation(constant):
    """Three times 0.1 has a rounded mean: the noise that is left must not count as variation."""
    rising, flat = np.arange(3.0), np.full(3, constant)
    for metric in (pearson, spearman):
        assert metric(rising, flat) == 0.0
        assert metric(flat, rising) == 0.0
        assert metric(flat, flat) == 0.0
    assert r2(flat, rising) == 0.0


def test_tiny_and_huge_values_keep_their_correlation():
    values = np.array([1.0, 2.0, 4.0])
    assert pearson(values * 1e-200, values * 1e200) == pytest.approx(1.0)


def test_one_row_is_constant():
    assert pearson([1.0], [2.0]) == 0.0
    assert rmse([1.0], [3.0]) == 2.0


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize(
    ("labels", "predictions", "said"),
    [
        ([1.0, 2.0], [1.0], r"\(2,\) and \(1,\)"),
        ([], [], r"\(0,\)"),
        ([[1.0], [2.0]], [[1.0], [2.0]], r"\(2, 1\)"),
        ([1.0, 2.0], [1.0, np.nan], "finite predictions; 1 of 2"),
        ([np.inf, 2.0], [1.0, 2.0], "finite labels; 1 of 2"),
    ],
)
def test_what_cannot_be_measured_is_refused(metric, labels, predictions, said):
    with pytest.raises(PrleError, match=said):
        metric(labels, predictions)


def methods(rows, *, noise, seed):
    rng = np.random.default_rng(seed)
    labels = rng.normal(size=rows)
    return labels, *(labels + level * rng.normal(size=rows) for level in noise)


@pytest.mark.parametrize("statistic", METRICS)
def test_bootstrap_is_centred_on_the_difference_it_speaks_of(statistic):
    labels, a, b = methods(300, noise=(0.3, 1.0), seed=1)
    found = paired_bootstrap(labels, a, b, statistic, resamples=300)
    metric = METRICS[statistic]
    assert found.point == pytest.approx(metric(labels, a) - metric(labels, b))
    assert found.low < found.point < found.high
    assert found.low > 0 or found.high < 0
    mirrored = paired_bootstrap(labels, b, a, statistic, resamples=300)
    assert mirrored == pytest.approx((-found.point, -found.high, -found.low))


def test_bootstrap_agrees_with_resampling_by_hand():
    labels, a, b = methods(40, noise=(0.5, 0.7), seed=2)
    rows = np.random.default_rng(5).integers(0, 40, size=(200, 40))
    by_hand = [spearman(labels[drawn], a[drawn]) - spearman(labels[drawn], b[drawn]) for drawn in rows]
    found = paired_bootstrap(labels, a, b, "spearman", resamples=200, level=0.9, seed=5)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(by_hand, [0.05, 0.95])))


def test_bootstrap_seed_decides_everything():
    problem = methods(50, noise=(0.5, 0.7), seed=3)
    assert paired_bootstrap(*problem, "pearson", seed=1) == paired_bootstrap(*problem, "pearson", seed=1)
    assert paired_bootstrap(*problem, "pearson", seed=1) != paired_bootstrap(*problem, "pearson", seed=2)


def test_bootstrap_of_equal_methods_is_exactly_zero():
    labels, a = methods(50, noise=(0.5,), seed=4)
    assert paired_bootstrap(labels, a, a, "pearson", resamples=50) == (0.0, 0.0, 0.0)


def test_bootstrap_does_not_depend_on_how_much_is_held_in_memory(monkeypatch):
    problem = methods(50, noise=(0.5, 0.7), seed=6)
    whole = paired_bootstrap(*problem, "r2", resamples=100)
    monkeypatch.setattr("prle.metrics.numbers._CELLS_AT_ONCE", 7 * 50)
    assert paired_bootstrap(*problem, "r2", resamples=100) == whole


def test_bootstrap_interval_covers_no_difference_about_as_often_as_it_says():
    """Two methods that are equally good: of 200 intervals at 90 %, a binomial puts 165 to 193 over zero."""
    covered = 0
    for seed in range(200):
        labels, a, b = methods(120, noise=(0.6, 0.6), seed=seed)
        found = paired_bootstrap(labels, a, b, "pearson", resamples=200, level=0.9, seed=seed)
        covered += found.low <= 0 <= found.high
    assert 165 <= covered <= 193


@pytest.mark.parametrize("wrong", [{"resamples": 0}, {"level": 1.0}, {"level": 0.0}])
def test_bootstrap_refuses_what_makes_no_interval(wrong):
    with pytest.raises(PrleError, match="resamples >= 1"):
        paired_bootstrap([1.0, 2.0], [1.0, 2.0], [2.0, 1.0], "rmse", **wrong)


def test_bootstrap_of_several_fits_averages_their_scores():
    """Three fits of one method: on every drawn set of rows it scores the mean of the three."""
    rng = np.random.default_rng(5)
    labels = rng.normal(size=80)
    fits = labels + rng.normal(size=(3, 80)) * np.array([[0.2], [0.5], [1.0]])
    other = labels + rng.normal(size=80)
    found = paired_bootstrap(labels, fits, other, "pearson", resamples=50, seed=3)
    draws = np.random.default_rng(3).integers(0, 80, size=(50, 80))
    scores = [
        np.mean([pearson(labels[rows], fit[rows]) for fit in fits]) - pearson(labels[rows], other[rows])
        for rows in draws
    ]
    assert found.point == pytest.approx(np.mean([pearson(labels, fit) for fit in fits]) - pearson(labels, other))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(scores, (0.025, 0.975))))


def test_bootstrap_of_equal_fits_is_that_of_one():
    rng = np.random.default_rng(6)
    labels = rng.normal(size=60)
    one, other = labels + rng.normal(size=60), labels + rng.normal(size=60)
    alone = paired_bootstrap(labels, one, other, "rmse", resamples=100)
    together = paired_bootstrap(labels, np.stack([one, one]), np.stack([other] * 3), "rmse", resamples=100)
    assert together == pytest.approx(alone)


def test_bootstrap_refuses_fits_of_other_rows():
    with pytest.raises(PrleError, match="one shape"):
        paired_bootstrap(np.arange(4.0), np.zeros((2, 3)), np.zeros(4), "pearson")


def test_mae_by_hand():
    assert mae([1.0, 2.0, 3.0], [2.0, 2.0, 1.0]) == 1.0
    with pytest.raises(PrleError, match="one shape"):
        mae([1.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("error", "written"), [(0.68144, "0.6814"), (55.594, "55.59"), (50336.4521, "50,336"), (-3.0, "-3.0000")]
)
def test_errors_are_written_at_the_scale_of_their_labels(error, written):
    assert in_words(error) == written
