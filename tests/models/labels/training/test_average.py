"""The moving average of what learns, held to its formula."""

from __future__ import annotations

import numpy as np
import torch

from prle.models.labels.training.state import Average


def test_an_average_follows_its_formula():
    """In its first steps it forgets faster: after n of them it remembers n / (n + 9)."""
    tensor = torch.zeros(2)
    average = Average([tensor], memory=0.15)
    expected = np.zeros(2)
    for step, value in enumerate((1.0, 3.0, -2.0), start=1):
        tensor.fill_(value)
        average.step()
        memory = min(0.15, step / (step + 9))
        expected = memory * expected + (1 - memory) * value
        np.testing.assert_allclose(average.arrays()[0], expected, rtol=1e-6)


def test_without_memory_it_is_the_last_step():
    tensor = torch.ones(3)
    average = Average([tensor], memory=0.0)
    tensor.mul_(5.0)
    average.step()
    kept = average.arrays()[0]
    tensor.zero_()
    assert kept.tolist() == [5.0, 5.0, 5.0]
