import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.errors import DataError
from prle.models.labels.targets import NumberTarget


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20, unique=True))
def test_scaling_goes_there_and_back(labels):
    values = np.array(labels)
    if values.std() < 1e-3:
        return
    target = NumberTarget.measured(values)
    scaled = target.scaled(values)
    assert scaled.shape == (len(values), 1)
    np.testing.assert_allclose(
        target.in_label_units(scaled.astype(np.float64)), values, rtol=1e-5, atol=1e-5 * values.std()
    )


def test_any_scale_of_labels_gives_the_same_scaled_ones():
    labels = np.array([1.0, 2.0, 4.0])
    ours = NumberTarget.measured(labels).scaled(labels)
    for factor in (1e-9, 1e9):
        np.testing.assert_allclose(NumberTarget.measured(labels * factor).scaled(labels * factor), ours, rtol=1e-5)


@pytest.mark.parametrize(
    ("labels", "message"),
    [([3.0, 3.0], "all 2 are 3"), ([1.0, np.nan], "got nan in row 1"), ([0.0, 0.0], "all 2 are 0")],
)
def test_labels_that_say_nothing_are_refused(labels, message):
    with pytest.raises(DataError, match=message):
        NumberTarget.measured(np.array(labels))
