from __future__ import annotations

import numpy as np
import pytest

from prle.encoders.vectors import unit_rows
from prle.errors import PrleError


def test_rows_are_scaled_to_length_one():
    np.testing.assert_allclose(unit_rows([[3.0, 4.0], [0.0, 1e-30]], 2), [[0.6, 0.8], [0.0, 1.0]])


@pytest.mark.parametrize("bad", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_rows_without_a_direction_are_refused(bad):
    with pytest.raises(PrleError, match=r"1 of 2 vectors are zero or not finite \(first: text 1\)"):
        unit_rows([[1.0, 0.0], bad], 2)


def test_another_width_is_refused():
    with pytest.raises(PrleError, match="expected vectors of width 3, got 2"):
        unit_rows([[1.0, 0.0]], 3)
