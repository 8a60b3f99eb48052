import numpy as np

from prle.retrieval import RetrievalSpace, standardisation


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


def test_a_dead_feature_is_silenced_not_blown_up():
    features = np.random.default_rng(0).normal(size=(50, 3))
    features[:, 1] = 0.25 + 1e-9 * features[:, 1]
    _, scale = standardisation(features)
    assert scale[1] == 0.0
    assert (scale[[0, 2]] > 0).all()
