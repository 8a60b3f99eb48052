import pytest
import torch

from prle.training.threads import one_thread


def test_threads_are_given_back_whatever_happens():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="inside"), one_thread():
        assert torch.get_num_threads() == 1
        message = "inside"
        raise RuntimeError(message)
    assert torch.get_num_threads() == before
