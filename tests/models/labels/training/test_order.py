from __future__ import annotations

import pytest
import torch

from prle.models.labels.training import order
from prle.models.labels.training.order import shuffled


@pytest.fixture
def small(monkeypatch):
    """Blocks of four rows, three of them together, from twenty rows on."""
    for name, value in (("SHUFFLED_WHOLE", 20), ("BLOCK", 4), ("TOGETHER", 3)):
        monkeypatch.setattr(order, name, value)


def parts_of(places, seed=0):
    return [part.tolist() for part in shuffled(torch.tensor(places), torch.Generator().manual_seed(seed))]


def test_few_rows_are_shuffled_as_one(small):
    (part,) = parts_of(list(range(20)))
    expected = torch.randperm(20, generator=torch.Generator().manual_seed(0)).tolist()
    assert part == expected


def test_of_many_every_row_comes_once_with_its_neighbours_in_the_file(small):
    places = torch.randperm(50, generator=torch.Generator().manual_seed(1)).tolist()
    parts = parts_of(places)
    assert sorted(row for part in parts for row in part) == list(range(50))
    assert len(parts) == 5
    for part in parts:
        blocks = {places.index(row) // 4 for row in part}
        assert len(blocks) <= 3
        together = [row for block in blocks for row in places[block * 4 : block * 4 + 4]]
        assert sorted(part) == sorted(together)
        assert part != together, "and they are shuffled"


def test_the_order_is_another_in_every_epoch_and_the_same_for_a_seed(small):
    generator = torch.Generator().manual_seed(0)
    places = torch.arange(50)
    first, second = ([part.tolist() for part in shuffled(places, generator)] for _ in range(2))
    assert first != second
    assert first == parts_of(places.tolist())
