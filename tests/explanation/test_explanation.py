import numpy as np
import pytest

from prle.explanation import by_prototype, distances_to_all, nearest_others, nearest_rows, spacing_of
from prle.models.labels.committee import Answer
from prle.models.labels.targets import NumberTarget


def answer(prediction):
    return Answer(
        weights=np.array([[0.25, 0.75]]),
        outputs=np.array([[12.0, 8.0]]),
        contributions=np.array([[3.0, 6.0]]),
        predictions=np.array([prediction]),
    )


def test_ledger_by_hand():
    ledger = by_prototype(answer(9.0), NumberTarget(mean=10.0, deviation=2.0))
    np.testing.assert_allclose(ledger.outputs, [12.0, 8.0])
    np.testing.assert_allclose(ledger.contributions, [3.0, 6.0])
    assert ledger.prediction == 9.0
    assert ledger.gap < 1e-12


def test_ledger_shows_a_gap_where_terms_do_not_add_up():
    ledger = by_prototype(answer(11.0), NumberTarget(mean=10.0, deviation=2.0))
    np.testing.assert_allclose(ledger.gap, 2.0 / 11.0)


def nearest(point, points, count, **options):
    far = distances_to_all(point[None], points)[0]
    return nearest_rows(point, points, far, count, **options)


def test_nearest_rows_in_order_and_in_units():
    near = nearest(np.array([0.0]), np.array([[3.0], [1.0], [-2.0]]), 2, spacing=0.5)
    assert near.rows.tolist() == [1, 2]
    np.testing.assert_allclose(near.distances, [2.0, 4.0])


def test_a_row_is_not_its_own_neighbour():
    near = nearest(np.array([0.0]), np.array([[0.0], [1.0]]), 5, spacing=1.0, leave_out=0)
    assert near.rows.tolist() == [1]


def test_equal_rows_are_at_zero_whatever_rounding_says():
    points = (100.0 + np.random.default_rng(0).normal(size=(700, 50))).astype(np.float32)
    far = distances_to_all(points[600:601], points)
    assert far.shape == (1, 700)
    assert far[0, 600] > 0.0
    near = nearest(points[600], points, 1, spacing=1.0)
    assert (near.rows.tolist(), near.distances.tolist()) == ([600], [0.0])


@pytest.mark.parametrize(
    ("points", "expected"), [([[0.0], [1.0], [3.0]], 4 / 3), ([[2.0], [2.0]], 1.0), ([[2.0]], 1.0)]
)
def test_spacing_is_the_mean_of_nearest_distances(points, expected):
    nearest = nearest_others(len(points), np.array(points).__getitem__, np.random.default_rng(0))
    np.testing.assert_allclose(spacing_of(nearest), expected, rtol=1e-5)
