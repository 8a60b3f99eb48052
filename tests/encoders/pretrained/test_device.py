from __future__ import annotations

import pytest
import torch

from prle.encoders import load_encoder
from prle.encoders.pretrained import device
from prle.encoders.pretrained.device import check_precision, devices_of
from prle.errors import UsageError


class Listening:
    def __init__(self):
        self.warnings = []

    def warn(self, message):
        self.warnings.append(message)


@pytest.fixture
def machine(monkeypatch):
    """A machine with as many graphics processors, and with or without Apple's."""

    def has(count, *, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return has


@pytest.mark.parametrize(
    ("count", "mps", "name", "devices"),
    [
        (0, False, "auto", ("cpu",)),
        (0, True, "auto", ("mps",)),
        (1, False, "auto", ("cuda:0",)),
        (2, True, "auto", ("cuda:0", "cuda:1")),
        (2, False, "cuda", ("cuda:0", "cuda:1")),
        (2, False, "cuda:1", ("cuda:1",)),
        (2, True, "mps", ("mps",)),
        (2, True, "cpu", ("cpu",)),
    ],
)
def test_names_mean_what_the_machine_has(machine, count, mps, name, devices):
    machine(count, mps=mps)
    assert devices_of(name) == devices


@pytest.mark.parametrize(("count", "name"), [(0, "cuda"), (1, "cuda:1"), (1, "mps")])
def test_what_it_has_not_is_refused_with_what_it_has(machine, count, name):
    machine(count)
    with pytest.raises(UsageError, match=f"device {name}: this machine has cpu") as caught:
        devices_of(name)
    assert "--device cpu" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"device": "gpu"}, "device: expected one of auto, cpu, cuda, mps, cuda:N; got 'gpu'"),
        ({"device": "cuda:x"}, "device: expected one of"),
        ({"precision": "bf8"}, "precision: expected one of fp32, bf16, fp16; got 'bf8'"),
    ],
)
def test_a_misspelt_name_is_refused_before_anything_is_loaded(plain_folder, options, message):
    with pytest.raises(UsageError, match=message):
        load_encoder(str(plain_folder), **options)


def test_a_precision_that_a_processor_lacks_is_refused_or_told_of(monkeypatch):
    monkeypatch.setattr(device, "_has_products", lambda precision: False)
    listening = Listening()
    with pytest.raises(UsageError, match="precision fp16: expected a device that computes in it"):
        check_precision("fp16", ("cpu",), listening)
    check_precision("bf16", ("cpu",), listening)
    assert len(listening.warnings) == 1
    for precision, devices in (("fp32", ("cpu",)), ("fp16", ("cuda:0",)), ("bf16", ("cuda:0", "cuda:1"))):
        check_precision(precision, devices, listening)
    assert len(listening.warnings) == 1
