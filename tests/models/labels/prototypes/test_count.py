"""The numbers behind a count, by hand, and the rule that weighs them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from prle.arrays.geometry import distances
from prle.models.labels.prototypes.count import (
    GRID,
    coverage,
    effective_rank,
    grid,
    leading,
    measure_dimensions,
    needed_prototypes,
    recommend,
    silhouette,
    singular_values,
)

CROSS = np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
"""Singular values 3 sqrt(2) and sqrt(2), and a mean of zero."""

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("values", "rank"), [([1.0, 1.0, 1.0], 3.0), ([5.0, 0.0], 1.0), ([3.0, 1.0], 1.6), ([0.0, 0.0], 0.0)]
)
def test_effective_rank_by_hand(values, rank):
    assert effective_rank(np.array(values)) == pytest.approx(rank)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=20), st.floats(0.1, 10.0))
def test_effective_rank_is_a_count_without_a_scale(values, scale):
    rank = effective_rank(np.array(values))
    assert 1.0 - 1e-9 <= rank <= len(values) + 1e-9
    assert effective_rank(scale * np.array(values)) == pytest.approx(rank)


@pytest.mark.parametrize("shape", [(9, 4), (4, 9)])
def test_singular_values_are_those_of_the_decomposition(shape):
    points = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(singular_values(points), np.linalg.svd(points, compute_uv=False))


def test_rounding_is_no_direction():
    direction = np.random.default_rng(0).normal(size=(1, 30))
    assert effective_rank(singular_values(np.arange(1.0, 60.0)[:, None] * direction)) == pytest.approx(1.0)


def test_a_common_mean_is_a_direction_of_the_raw_vectors_only():
    here, away = measure_dimensions(CROSS, 4), measure_dimensions(CROSS + np.array([100.0, 0.0]), 4)
    assert here.effective_rank_raw == here.effective_rank_centred == pytest.approx(1.6)
    assert away.effective_rank_centred == pytest.approx(1.6)
    assert away.effective_rank_raw < 1.1


def test_variance_and_rows_by_hand():
    seen = measure_dimensions(CROSS, 5749)
    assert (seen.dimensions, seen.power_of_two, seen.power_is_capped) == (1, 2, False)
    assert seen.sqrt_rows == 76


def test_the_power_of_two_is_capped():
    seen = measure_dimensions(np.concatenate([np.eye(20), -np.eye(20)]), 36)
    assert (seen.dimensions, seen.power_of_two, seen.power_is_capped) == (16, 256, True)
    assert seen.sqrt_rows == 6


@pytest.mark.parametrize(("parts", "needed"), [([2.0, 5.0, 3.0], 2), ([8.0, 2.0], 1), ([7.9, 2.1], 2), ([0.0, 0.0], 0)])
def test_leading_parts_by_hand(parts, needed):
    assert leading(np.array(parts), 0.8) == needed


def test_needed_prototypes_by_hand():
    weights = np.array([[0.3, 0.5, 0.2], [0.0, 0.0, 1.0], [0.79, 0.21, 0.0], [0.4, 0.3, 0.3]])
    assert needed_prototypes(weights).tolist() == [2, 1, 2, 3]
    assert needed_prototypes(np.full((1, 10), 0.1)).tolist() == [8]


def test_coverage_by_hand():
    far = np.array([[0.0, math.log(2.0)]])
    flat, sharp = coverage(far, 1.0), coverage(far, 2.0)
    assert (flat.needed, flat.top_weight) == (2.0, pytest.approx(2 / 3))
    assert (sharp.needed, sharp.top_weight) == (1.0, pytest.approx(4 / 5))


@settings(deadline=None)
@given(seeds, st.integers(1, 9))
def test_coverage_stays_in_its_bounds_and_does_not_know_an_order(seed, count):
    rng = np.random.default_rng(seed)
    far = rng.uniform(0.0, 2.0, size=(12, count))
    seen, shuffled = coverage(far, 5.0), coverage(far[:, rng.permutation(count)], 5.0)
    assert 1.0 <= seen.needed <= count
    assert 1.0 / count - 1e-9 <= seen.top_weight <= 1.0 + 1e-9
    assert seen.needed == shuffled.needed


def test_silhouette_by_hand():
    line = np.array([[0.0], [1.0], [10.0], [11.0]])
    score = silhouette(np.abs(line - line.T), np.array([0, 0, 7, 7]))
    assert score == pytest.approx((9.5 / 10.5 + 8.5 / 9.5) / 2)


def test_silhouette_of_a_lonely_row_is_nothing_and_of_one_cluster_unknown():
    line = np.array([[0.0], [1.0], [10.0]])
    score = silhouette(np.abs(line - line.T), np.array([0, 0, 1]))
    assert score == pytest.approx((9 / 10 + 8 / 9 + 0.0) / 3)
    assert math.isnan(silhouette(np.zeros((3, 3)), np.zeros(3, int)))


@settings(deadline=None)
@given(seeds)
def test_silhouette_is_the_one_of_the_field(seed):
    rng = np.random.default_rng(seed)
    points, owner = rng.normal(size=(30, 3)), np.arange(30) % 4
    between = distances(points, points)
    np.fill_diagonal(between, 0.0)
    assert silhouette(between, owner) == pytest.approx(silhouette_score(between, owner, metric="precomputed"))


@pytest.mark.parametrize(
    ("rows", "counts"),
    [(1, (1,)), (2, (1, 2)), (39, (1, 2)), (40, (1, 2, 4)), (300, (1, 2, 4, 8, 16, 24)), (9999, GRID)],
)
def test_a_count_leaves_rows_for_every_prototype(rows, counts):
    assert grid(rows) == counts


def errors(*levels: float, noise: float = 0.0) -> np.ndarray:
    """Squared errors (C, 100) with these means, each row with its own noise."""
    swing = noise * np.resize([1.0, -1.0], 100)
    return np.stack([level + (-1) ** place * swing for place, level in enumerate(levels)])


def test_the_best_readable_count_wins_where_differences_are_certain():
    chosen = recommend((1, 2, 4, 8, 64), (1.0, 1.0, 2.0, 4.0, 20.0), errors(9.0, 4.0, 2.0, 1.0, 0.5))
    assert chosen.count == 8
    assert chosen.readable == (False, True, True, True, False)
    assert chosen.standard_errors == (math.inf, math.inf, math.inf, 0.0, -math.inf)
    assert chosen.reason == (
        "8 prototypes: validation RMSE 1.0000 in a closed-form probe, and fewer do worse by more than one standard "
        "error; with 64, more than 10 would share 80 % of an input's weight."
    )


def test_fewer_win_within_one_standard_error():
    # Paired differences of 2 and 4 to 8: means 2 and 0.1; their noise is +-2 and 0, then +-2: one error is 0.2.
    noisy = np.stack([errors(9.0, noise=1.0)[0], errors(3.0, noise=1.0)[0], errors(1.1, noise=-1.0)[0], errors(1.0)[0]])
    chosen = recommend((1, 2, 4, 8), (1.0, 1.0, 2.0, 4.0), noisy, unit=2.0)
    assert chosen.count == 4
    assert chosen.standard_errors == pytest.approx((80.0, 20.0, 1.0, 0.0))
    assert chosen.reason == (
        "4 prototypes: validation RMSE 2.0976 in a closed-form probe, within one standard error of the best, "
        "2.0000 with 8."
    )


def test_it_says_where_one_global_expert_does_as_well():
    chosen = recommend((1, 2, 4), (1.0, 1.0, 1.0), errors(1.0, 1.0, 1.0))
    assert chosen.count == 2
    assert chosen.reason.endswith("One global expert does as well: little is local in these data.")


@pytest.mark.parametrize(("unit", "written"), [(1.0, "1.0000"), (48.123, "48.12"), (58_111.5, "58,112")])
def test_errors_are_written_at_the_scale_of_the_labels(unit, written):
    assert f"RMSE {written} in" in recommend((1, 2), (1.0, 1.0), errors(4.0, 1.0), unit=unit).reason


def test_one_row_leaves_no_choice():
    assert recommend((1,), (1.0,), errors(1.0)).count == 1
