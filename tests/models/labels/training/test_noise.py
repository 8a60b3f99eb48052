"""The noise of fitting is what it says it is."""

import pytest
import torch

from prle.models.labels.training.noise import TorchNoise


@pytest.fixture
def noise():
    return TorchNoise(torch.Generator().manual_seed(0))


def test_gumbel_has_its_mean_and_variance(noise):
    drawn = noise.gumbel(torch.zeros(200_000))
    assert torch.isfinite(drawn).all()
    assert float(drawn.mean()) == pytest.approx(0.5772, abs=0.02)
    assert float(drawn.var()) == pytest.approx(torch.pi**2 / 6, abs=0.05)


def test_dropout_keeps_the_mean(noise):
    dropped = noise.dropout(torch.ones(100_000), 0.4)
    assert float((dropped == 0).float().mean()) == pytest.approx(0.4, abs=0.01)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)
