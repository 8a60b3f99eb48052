import numpy as np

from prle.models.labels.retrieval import RetrievalSpace, standardisation


def test_single_vectors_keep_their_geometry(singles):
    space = RetrievalSpace()
    np.testing.assert_array_equal(space(space.start(singles.sentences), singles.sentences), singles.sentences[:, 0])


def test_pair_features_are_standardised_and_the_cosine_is_heavy(pairs):
    space = RetrievalSpace()
    placed = space(space.start(pairs.sentences), pairs.sentences)
    deviation = placed.std(axis=0)
    np.testing.assert_allclose(deviation[:-1], 1.0, rtol=1e-3)
    np.testing.assert_allclose(deviation[-1], np.sqrt(pairs.sentences.shape[2]), rtol=1e-3)
    np.testing.assert_allclose(placed.mean(axis=0), 0.0, atol=1e-3)
    assert placed.shape[1] == 3 * pairs.sentences.shape[2] + 1


def test_pairs_on_one_topic_are_nearer_than_pairs_that_only_differ_alike():
    """Same difference between the sentences, other topic: the topic block tells them apart."""
    rng = np.random.default_rng(0)
    pairs = rng.normal(size=(200, 2, 6))
    shifted = pairs[:1] + np.array([3.0, 0, 0, 0, 0, 0])
    blind, seeing = RetrievalSpace(topic_weight=0.0), RetrievalSpace()
    far = [
        np.linalg.norm(space(space.start(pairs), pairs[:1]) - space(space.start(pairs), shifted))
        for space in (blind, seeing)
    ]
    assert far[1] > far[0]


def test_a_dead_feature_is_silenced_not_blown_up():
    features = np.random.default_rng(0).normal(size=(50, 3))
    features[:, 1] = 0.25 + 1e-9 * features[:, 1]
    _, scale = standardisation(features)
    assert scale[1] == 0.0
    assert (scale[[0, 2]] > 0).all()
