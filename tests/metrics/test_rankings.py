import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.errors import PrleError
from prle.metrics.rankings import BLOCK_CELLS, Ranking, blocks, cosines_of, places_of, top

SCORES = np.array([[0.9, 0.5, 0.1], [0.2, 0.2, 0.2], [0.1, 0.5, 0.9]])


def places(scores, right):
    return places_of(lambda rows: scores[rows], np.array(right), scores.shape[1])


def test_places_count_what_stands_above():
    assert places(SCORES, [0, 0, 0]).tolist() == [0.0, 1.0, 2.0]


def test_texts_that_are_level_share_their_place():
    assert places(np.zeros((1, 101)), [7]).tolist() == [50.0]


def test_figures_by_hand():
    ranking = Ranking(places=np.array([0.0, 1.0, 9.0, 10.0]), cosines=np.array([1.0, 0.5, 0.0, 0.5]))
    figures = ranking.figures()
    assert figures["recall_at_1"] == 0.25
    assert figures["recall_at_10"] == 0.75
    assert figures["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 10 + 1 / 11) / 4)
    assert figures["cosine"] == 0.5


def test_a_text_that_is_not_there_is_refused():
    with pytest.raises(PrleError, match="from 0 to 2"):
        places(SCORES, [0, 3, 1])


@given(st.integers(1, 50), st.integers(1, 3 * BLOCK_CELLS))
def test_blocks_cover_every_row_once(rows, width):
    found = [row for block in blocks(rows, width) for row in range(block.start, block.stop)]
    assert found == list(range(rows))


@given(st.permutations(range(6)))
def test_the_order_of_the_pool_does_not_matter(order):
    scores = np.random.default_rng(0).normal(size=(4, 6))
    right = np.array([0, 3, 5, 2])
    moved = scores[:, order]
    assert places(moved, [order.index(code) for code in right]).tolist() == places(scores, right).tolist()


def test_a_zero_vector_has_no_cosine():
    found = cosines_of(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert found.tolist() == [0.0, 1.0]


def test_top_is_sorted_and_prefers_the_first_of_equals():
    assert top(np.array([[0.1, 0.7, 0.7, 0.9]]), 3).tolist() == [[3, 1, 2]]
