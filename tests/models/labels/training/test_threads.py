import pytest
import torch

from prle.models.labels.training.threads import one_thread


def fail_inside() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
        message = "inside"
        raise RuntimeError(message)


def test_threads_are_given_back_whatever_happens():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert torch.get_num_threads() == before
