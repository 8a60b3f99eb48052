import numpy as np
import pytest

from prle.models.labels.pairing import compose, composed_width, topic


def test_a_single_text_stays_its_vector():
    vectors = np.arange(6.0).reshape(2, 1, 3)
    np.testing.assert_array_equal(compose(vectors), vectors[:, 0])


def test_a_pair_by_hand():
    composed = compose(np.array([[[3.0, 4.0], [4.0, 3.0]]]))
    np.testing.assert_allclose(composed, [[1.0, 1.0, 12.0, 12.0, 24.0 / 25.0]])


def test_swapping_the_sentences_changes_nothing(pairs):
    np.testing.assert_array_equal(compose(pairs.sentences), compose(pairs.sentences[:, ::-1]))


@pytest.mark.parametrize("sentences", [1, 2])
def test_width_is_as_promised(sentences):
    vectors = np.ones((4, sentences, 5))
    assert compose(vectors).shape == (4, composed_width(sentences, 5))


def test_topic_is_the_mean_of_the_sentences():
    np.testing.assert_array_equal(topic(np.array([[[1.0, 2.0], [3.0, 6.0]]])), [[2.0, 4.0]])
