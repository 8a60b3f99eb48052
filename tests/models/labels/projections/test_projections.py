"""The contract of every projection, and what each promises beyond it."""

import numpy as np
import pytest
import torch

from prle.config import ValueSpaceConfig
from prle.models.labels.projections import PROJECTIONS, LinearProjection, Points, SiameseProjection
from prle.models.labels.retrieval import RetrievalSpace


def settled(**settings):
    """No setting is left to the data."""
    return ValueSpaceConfig(dropout=0.5, input_dropout=0.3, **settings)


def placed(world):
    space = RetrievalSpace()
    parameters = space.start(world.sentences)
    return Points(sentences=world.sentences, retrieval=space(parameters, world.sentences)), parameters


@pytest.mark.parametrize("name", PROJECTIONS)
def test_values_are_finite_and_repeatable(name, pairs):
    points, retrieval = placed(pairs)
    projection = PROJECTIONS[name](settled(dim=7))
    values = [projection(projection.start(points, retrieval, np.random.default_rng(0)), points, None) for _ in range(2)]
    assert values[0].shape[0] == len(pairs.sentences)
    assert np.isfinite(values[0]).all()
    np.testing.assert_array_equal(*values)


@pytest.mark.parametrize("name", PROJECTIONS)
def test_fixed_names_exist(name, pairs):
    points, retrieval = placed(pairs)
    projection = PROJECTIONS[name](settled(dim=7))
    assert projection.fixed <= set(projection.start(points, retrieval, np.random.default_rng(0)))


@pytest.mark.parametrize("name", [name for name in PROJECTIONS if PROJECTIONS[name](settled()).keeps_cosine])
def test_a_kept_cosine_is_the_last_feature(name, pairs):
    points, retrieval = placed(pairs)
    projection = PROJECTIONS[name](settled())
    value = projection(projection.start(points, retrieval, np.random.default_rng(0)), points, None)
    cosine = np.sum(pairs.sentences[:, 0] * pairs.sentences[:, 1], axis=1)
    assert np.corrcoef(value[:, -1], cosine)[0, 1] > 0.9999


def test_siamese_starts_as_the_comparing_part_of_the_retrieval_space(pairs):
    points, retrieval = placed(pairs)
    projection = SiameseProjection()
    parameters = projection.start(points, retrieval, np.random.default_rng(0))
    value = projection(parameters, points, None)
    np.testing.assert_allclose(value, points.retrieval[:, -value.shape[1] :], rtol=1e-5, atol=1e-5)
    assert value.shape[1] == 2 * 12 + 1


def test_linear_starts_at_the_principal_directions(singles):
    points, retrieval = placed(singles)
    projection = LinearProjection(width=3)
    value = projection(projection.start(points, retrieval, np.random.default_rng(0)), points, None)
    variance = value.var(axis=0)
    assert variance.shape == (3,)
    assert variance[0] >= variance[1] >= variance[2]
    singular = np.linalg.svd(points.retrieval - points.retrieval.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(variance, singular[:3] ** 2 / len(singles.labels), rtol=1e-3)


def test_linear_is_cut_to_what_the_data_spans(singles):
    points, retrieval = placed(singles)
    projection = LinearProjection(width=500)
    assert projection.start(points, retrieval, np.random.default_rng(0))["weight"].shape == (12, 12)


def test_dropout_silences_inputs_and_units_only_while_fitting(singles):
    rates = []

    class Everything:
        def dropout(self, values, rate):
            rates.append(rate)
            return values * 0

        def gumbel(self, like):
            raise AssertionError

    points, retrieval = placed(singles)
    projection = PROJECTIONS["mlp"](settled(dim=4))
    parameters = projection.start(points, retrieval, np.random.default_rng(0))
    assert np.any(projection(parameters, points, None))
    assert not np.any(projection(parameters, points, Everything()))
    assert rates == [0.3, 0.5, 0.5]


def test_mlp_bends_as_gelu_does(singles):
    """One unit a layer with weight one: the tanh form of gelu, twice, against torch's."""
    points, retrieval = placed(singles)
    projection = PROJECTIONS["mlp"](settled(dim=1, hidden=1))
    parameters = projection.start(points, retrieval, np.random.default_rng(0))
    parameters["first"][:] = 0.0
    parameters["first"][3, 0] = parameters["second"][0, 0] = 1.0
    column = (singles.sentences[:, 0, 3] - parameters["centre"][3]) * parameters["scale"][3]
    gelu = torch.nn.GELU(approximate="tanh")
    expected = gelu(gelu(torch.from_numpy(column))).numpy()
    np.testing.assert_allclose(projection(parameters, points, None)[:, 0], expected, rtol=1e-4, atol=1e-6)
