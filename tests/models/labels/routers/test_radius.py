"""Three prototypes on a line, and who can reach them."""

from itertools import pairwise

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.labels.routers import RadiusRouter, Spaces

LINE = np.array([[0.0], [1.0], [10.0]])
PROTOTYPES = Spaces(retrieval=LINE, value=LINE)
UNIT = {"spacing": np.asarray(1.0)}


def route(router, *places):
    inputs = np.array(places, float)[:, None]
    return router(UNIT, Spaces(retrieval=inputs, value=inputs), PROTOTYPES, None)


def test_within_reach_they_share_by_distance():
    weights = route(RadiusRouter(radius=2.0, temperature=1.0), 0.25)
    near, far = np.exp(-0.25), np.exp(-0.75)
    np.testing.assert_allclose(weights, [[near / (near + far), far / (near + far), 0.0]], atol=1e-6)


def test_equal_weighting_shares_alike():
    np.testing.assert_allclose(route(RadiusRouter(radius=2.0, weighting="equal"), 0.25), [[0.5, 0.5, 0.0]])


@pytest.mark.parametrize("weighting", ["softmax", "equal"])
def test_out_of_reach_the_nearest_speaks_alone(weighting):
    weights = route(RadiusRouter(radius=0.5, weighting=weighting), 4.0, 30.0)
    np.testing.assert_array_equal(weights, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def test_a_wider_radius_never_silences_anyone():
    inputs = np.linspace(-5, 15, 40)
    spoken = [route(RadiusRouter(radius=radius), *inputs) > 0 for radius in (0.5, 2.0, 8.0, 50.0)]
    assert all((wide | ~narrow).all() for narrow, wide in pairwise(spoken))
    assert spoken[-1].all()


def test_the_radius_is_in_units_of_spacing():
    router = RadiusRouter(radius=1.0, weighting="equal")
    inputs = Spaces(retrieval=np.array([[0.4]]), value=np.array([[0.4]]))
    np.testing.assert_allclose(router({"spacing": np.asarray(0.7)}, inputs, PROTOTYPES, None), [[0.5, 0.5, 0.0]])


@pytest.mark.parametrize("name", ["radius", "temperature"])
def test_refuses_what_is_not_positive(name):
    with pytest.raises(UsageError, match=f"router.{name}: expected a positive number, got 0"):
        RadiusRouter(**{name: 0.0})
