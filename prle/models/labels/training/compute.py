"""Where a fit computes: on which device, and as one of how many processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, final

from prle.encoders.pretrained.device import CPU, check_names, devices_of
from prle.models.labels.training.ranks import ALONE, Ranks


@final
@dataclass(frozen=True, kw_only=True)
class Compute:
    """A device of torch, and the processes that share the work.

    :param device: as torch calls it: ``cpu``, ``cuda:0``, ``mps``.
    """

    device: str = CPU
    ranks: Ranks = ALONE


HERE: Final = Compute()
"""One process, on the processor."""


def compute_on(name: str, ranks: Ranks = ALONE) -> Compute:
    """Return where a fit computes when somebody names a device; several processes of a machine take turns among cards.

    :param name: one of :data:`prle.encoders.pretrained.device.DEVICES`, or ``cuda:N``.
    :raises UsageError: for a device that there is not, or not here.
    """
    check_names(name, "fp32")
    if name == CPU:
        return Compute(ranks=ranks)
    devices = devices_of(name)
    return Compute(device=devices[int(os.environ.get("LOCAL_RANK", "0")) % len(devices)], ranks=ranks)
