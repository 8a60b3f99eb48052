"""P small networks in two matrix products."""

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.labels.experts import MLPExperts


def test_batched_equals_one_at_a_time():
    rng = np.random.default_rng(0)
    q = {
        "shared_weight": rng.normal(size=(2, 5)),
        "shared_bias": rng.normal(size=2),
        "own_hidden": rng.normal(size=(3, 4, 5)),
        "own_hidden_bias": rng.normal(size=(3, 4)),
        "own_out": rng.normal(size=(3, 4, 2)),
        "own_bias": rng.normal(size=(3, 2)),
    }
    value = rng.normal(size=(6, 5))
    outputs = MLPExperts(hidden=4)(q, value, None)
    for row, x in enumerate(value):
        for p in range(3):
            hidden = np.maximum(q["own_hidden"][p] @ x + q["own_hidden_bias"][p], 0.0)
            expected = q["shared_weight"] @ x + q["shared_bias"] + hidden @ q["own_out"][p] + q["own_bias"][p]
            np.testing.assert_allclose(outputs[row, p], expected)


def test_refuses_no_hidden_units():
    with pytest.raises(UsageError, match=r"experts\.hidden: expected at least 1, got 0"):
        MLPExperts(hidden=0)
