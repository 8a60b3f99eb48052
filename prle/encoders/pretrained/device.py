"""Where a model computes, and in what: names of people to devices of torch, refused where the machine has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prle.encoders.interface import PRECISIONS
from prle.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from prle.encoders.interface import Precision
    from prle.observer import Observer

CPU: Final = "cpu"
DEVICES: Final = ("auto", CPU, "cuda", "mps")
_ONE: Final = re.compile(r"cuda:\d+")


def check_names(device: str, precision: str) -> None:
    """Refuse what is neither a device nor a precision, before anything is loaded.

    :raises UsageError: naming the nearest one.
    """
    if device not in DEVICES and not _ONE.fullmatch(device):
        what = "device"
        raise unknown_name(what, device, (*DEVICES, "cuda:N"))
    if precision not in PRECISIONS:
        what = "precision"
        raise unknown_name(what, precision, PRECISIONS)


def devices_of(name: str) -> tuple[str, ...]:
    """Return the devices that a name means here: for ``cuda`` all that there are, for ``auto`` the best.

    :raises UsageError: where there is none of that name.
    """
    import torch

    found = [f"cuda:{number}" for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0)]
    if torch.backends.mps.is_available():
        found.append("mps")
    if name in (CPU, *found):
        return (name,)
    if name == "auto":
        return _all_of_a_kind(found) or (CPU,)
    if chosen := tuple(each for each in found if each.startswith(f"{name}:")):
        return chosen
    message = f"device {name}: this machine has {', '.join((CPU, *found))}."
    raise UsageError(message, hint="leave out --device, or use --device cpu")


def check_precision(precision: Precision, devices: tuple[str, ...], observer: Observer) -> None:
    """Refuse a precision that a device does not compute in, and tell of one that it only imitates.

    :raises UsageError: for fp16 on a processor that has no such products.
    """
    if devices != (CPU,) or precision == "fp32":
        return
    if precision == "fp16" and not _has_products("fp16"):
        message = "precision fp16: expected a device that computes in it; this processor does not."
        raise UsageError(message, hint="use --precision bf16, or fp32")
    if precision == "bf16" and not _has_products("bf16"):
        observer.warn("this processor has no products in bf16: --precision fp32 may be as fast, and is more exact.")


def _has_products(precision: Precision) -> bool:
    """Return whether the processor multiplies matrices of these numbers itself."""
    import torch

    built: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return built and bool(getattr(torch.ops.mkldnn, f"_is_mkldnn_{precision}_supported")())


def _all_of_a_kind(found: list[str]) -> tuple[str, ...]:
    kind = found[0].partition(":")[0] if found else ""
    return tuple(each for each in found if each.partition(":")[0] == kind)
